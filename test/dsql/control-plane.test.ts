/** The official SDK pointed at the local control plane: clusters come, are used, and go. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../support/command.ts";
import { buildMissing, startServer } from "../support/processes.ts";
import { awsPackages } from "./aws-packages.ts";
import type { LocalCluster } from "./local-cluster.ts";
import { ADMIN, IDENTIFIER, REGION, startLocalCluster, toLoopback } from "./local-cluster.ts";

const aws = await awsPackages();
const missing = buildMissing() ?? (aws === undefined ? "packages of AWS" : undefined);
const FIRST = `arn:aws:dsql:us-east-1:000000000000:cluster/${IDENTIFIER}`;

type Answer = Readonly<Record<string, unknown>>;

describe.skipIf(missing !== undefined || aws === undefined)("the control plane", () => {
  if (aws === undefined) return;
  const { sdk, signer } = aws;
  let cluster: LocalCluster;
  let client: InstanceType<typeof sdk.DSQLClient>;

  beforeAll(async () => {
    cluster = await startLocalCluster(["--control-port", "0"]);
    client = new sdk.DSQLClient({
      region: REGION,
      endpoint: cluster.controlPlane,
      credentials: ADMIN,
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client?.destroy();
    await cluster?.destroy();
  });

  const command = (name: string, input: object): object => {
    const Command = sdk[`${name}Command`];
    if (Command === undefined) throw new Error(`the SDK has no ${name}`);
    return new Command(input);
  };
  const call = async (name: string, input: object = {}): Promise<Answer> => {
    const { $metadata: _, ...answer } = await client.send(command(name, input));
    return answer;
  };
  const waiting = (): { client: typeof client; maxWaitTime: number; minDelay: number } => ({
    client,
    maxWaitTime: 30,
    minDelay: 1,
  });
  const created = async (input: object = {}): Promise<string> => {
    const { identifier } = await call("CreateCluster", input);
    await sdk.waitUntilClusterActive(waiting(), { identifier: String(identifier) });
    return String(identifier);
  };
  const deleted = async (identifier: string): Promise<void> => {
    await call("UpdateCluster", { identifier, deletionProtectionEnabled: false });
    expect((await call("DeleteCluster", { identifier }))["status"]).toBe("DELETING");
    await sdk.waitUntilClusterNotExists(waiting(), { identifier });
  };
  const connected = async (endpoint: string): Promise<pg.Client> => {
    const tokens = new signer.DsqlSigner({
      hostname: endpoint,
      region: REGION,
      credentials: ADMIN,
    });
    const database = new pg.Client({
      host: endpoint,
      port: cluster.port,
      user: "admin",
      database: "postgres",
      password: () => tokens.getDbConnectAdminAuthToken(),
      ssl: { ca: cluster.ca },
      stream: toLoopback,
    });
    database.on("error", () => {});
    await database.connect();
    return database;
  };

  it("begins with the cluster that the server is", async () => {
    expect(await call("ListClusters")).toEqual({
      clusters: [{ identifier: IDENTIFIER, arn: FIRST }],
    });
    expect(await call("GetCluster", { identifier: IDENTIFIER })).toEqual({
      identifier: IDENTIFIER,
      arn: FIRST,
      status: "ACTIVE",
      creationTime: expect.any(Date),
      deletionProtectionEnabled: true,
      tags: {},
      encryptionDetails: { encryptionType: "AWS_OWNED_KMS_KEY", encryptionStatus: "ENABLED" },
      endpoint: `${IDENTIFIER}.dsql.us-east-1.on.aws`,
    });
  });

  it("creates a cluster with tables of its own, and deletes it with them", async () => {
    const { identifier, status, endpoint } = await call("CreateCluster", { tags: { Name: "x" } });
    expect(identifier).toMatch(/^[a-z2-7]{26}$/u);
    expect(["CREATING", "ACTIVE"]).toContain(status);
    await sdk.waitUntilClusterActive(waiting(), { identifier: String(identifier) });
    const own = await connected(String(endpoint));
    await own.query("create table only_here (id int primary key)");
    expect((await own.query("select current_database() as name")).rows).toEqual([
      { name: "postgres" },
    ]);
    const first = await connected(`${IDENTIFIER}.dsql.us-east-1.on.aws`);
    await expect(first.query("select * from only_here")).rejects.toMatchObject({ code: "42P01" });
    await first.end();
    await expect(call("DeleteCluster", { identifier })).rejects.toMatchObject({
      name: "ValidationException",
      reason: "deletionProtectionEnabled",
    });
    const ended = new Promise((resolve) => own.once("end", resolve));
    await deleted(String(identifier));
    await ended;
    await expect(connected(String(endpoint))).rejects.toMatchObject({ code: "08006" });
    await expect(call("GetCluster", { identifier })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      resourceId: identifier,
      resourceType: "cluster",
      $metadata: expect.objectContaining({ httpStatusCode: 404 }),
    });
  });

  it("makes one cluster of one client token", async () => {
    const clientToken = "the-same-request";
    const [one, other] = await Promise.all([
      call("CreateCluster", { clientToken }),
      call("CreateCluster", { clientToken }),
    ]);
    expect(one?.["identifier"]).toBe(other?.["identifier"]);
    const identifier = String(one?.["identifier"]);
    await sdk.waitUntilClusterActive(waiting(), { identifier });
    await deleted(identifier);
  });

  it("keeps tags and policies", async () => {
    await call("TagResource", { resourceArn: FIRST, tags: { team: "a", "cost center": "1" } });
    await call("UntagResource", { resourceArn: FIRST, tagKeys: ["team"] });
    expect(await call("ListTagsForResource", { resourceArn: FIRST })).toEqual({
      tags: { "cost center": "1" },
    });
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const identifier = IDENTIFIER;
    await expect(call("GetClusterPolicy", { identifier })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    expect(await call("PutClusterPolicy", { identifier, policy })).toEqual({ policyVersion: "1" });
    await expect(
      call("PutClusterPolicy", { identifier, policy, expectedPolicyVersion: "7" }),
    ).rejects.toMatchObject({ name: "ConflictException" });
    expect(await call("GetClusterPolicy", { identifier })).toEqual({ policy, policyVersion: "1" });
    expect(await call("DeleteClusterPolicy", { identifier })).toEqual({ policyVersion: "1" });
  });

  it("names the service for private endpoints", async () => {
    expect(await call("GetVpcEndpointServiceName", { identifier: IDENTIFIER })).toEqual({
      serviceName: "com.amazonaws.us-east-1.dsql-local",
      clusterVpcEndpoint: `${IDENTIFIER}.dsql-local.us-east-1.on.aws`,
    });
    const private_ = await connected(`${IDENTIFIER}.dsql-local.us-east-1.on.aws`);
    await private_.end();
  });

  it("says what is wrong with a request", async () => {
    await expect(call("GetCluster", { identifier: "short" })).rejects.toMatchObject({
      name: "ValidationException",
      reason: "fieldValidationFailed",
      fieldList: [expect.objectContaining({ name: "identifier" })],
    });
    await expect(call("CreateCluster", { tags: { "aws:x": "y" } })).rejects.toMatchObject({
      name: "ValidationException",
    });
    const multiRegionProperties = { witnessRegion: "us-west-2" };
    await expect(call("CreateCluster", { multiRegionProperties })).rejects.toMatchObject({
      name: "ValidationException",
      reason: "other",
    });
    await expect(
      call("CreateStream", {
        clusterIdentifier: IDENTIFIER,
        targetDefinition: { kinesis: { streamArn: "x", roleArn: "y" } },
        ordering: "UNORDERED",
        format: "JSON",
      }),
    ).rejects.toMatchObject({ name: "ValidationException", reason: "unknownOperation" });
    await expect(call("DeleteCluster", { identifier: IDENTIFIER })).rejects.toThrow();
  });

  it("pages, and stops at twenty clusters", async () => {
    const before = Number(((await call("ListClusters"))["clusters"] as unknown[]).length);
    const made = await Promise.all(Array.from({ length: 20 - before }, () => created()));
    await expect(call("CreateCluster")).rejects.toMatchObject({
      name: "ServiceQuotaExceededException",
      message: "You have reached the cluster limit.",
      $metadata: expect.objectContaining({ httpStatusCode: 402 }),
    });
    const found: unknown[] = [];
    let nextToken: unknown;
    do {
      const page = await call("ListClusters", { maxResults: 7, nextToken });
      found.push(...(page["clusters"] as unknown[]));
      nextToken = page["nextToken"];
    } while (nextToken !== undefined);
    expect(found).toHaveLength(20);
    await Promise.all(made.map(deleted));
  });

  it("does nothing for pages in a browser", async () => {
    const response = await fetch(`${cluster.controlPlane}/cluster`, {
      method: "POST",
      headers: { origin: "https://example.com", "content-type": "text/plain" },
      body: "{}",
    });
    expect(response.status).toBe(403);
  });

  it("serves HTTPS on the same port, with the server's certificate", async () => {
    const url = `${cluster.controlPlane.replace("http://127.0.0.1", "https://localhost")}/cluster`;
    const script = `fetch(${JSON.stringify(url)}).then(async (r) => console.log(r.status, await r.text()))`;
    const { stdout } = await runProgram(process.execPath, ["-e", script], {
      env: { NODE_EXTRA_CA_CERTS: join(cluster.directory, "tls/ca.crt") },
    });
    expect(stdout).toContain(`200 {"clusters":[{"identifier":"${IDENTIFIER}"`);
  });

  it("knows its clusters again after a start", async () => {
    const identifier = await created({ deletionProtectionEnabled: false });
    const endpoint = `${identifier}.dsql.us-east-1.on.aws`;
    const before = await connected(endpoint);
    await before.query("create table kept (id int primary key)");
    await before.end();
    await cluster.running.stop();
    const again = await startServer(cluster.directory, [
      "--profile",
      "dsql",
      "--control-port",
      "0",
    ]);
    const [, controlPlane = ""] = /^control plane: (\S+)$/mu.exec(again.output()) ?? [];
    const ended = cluster;
    cluster = {
      ...cluster,
      running: again,
      port: again.ports[0] ?? 0,
      controlPlane,
      destroy: async () => {
        await again.stop();
        await ended.destroy();
      },
    };
    const ca = readFileSync(join(cluster.directory, "tls/ca.crt"), "utf8");
    expect(ca).toBe(cluster.ca);
    const after = await connected(endpoint);
    expect((await after.query("select count(*)::int as n from kept")).rows).toEqual([{ n: 0 }]);
    await after.end();
  });
});
