/** The control plane's API without a socket: what paths, queries and bodies mean, and what fails. */
import { SILENT_LOG, timestamp } from "@firstlight/common";
import type { Clock, Random } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import type { Cluster, DatabaseSpace } from "./cluster-registry.ts";
import { ClusterRegistry } from "./cluster-registry.ts";
import {
  DEFAULT_IDENTIFIER,
  IDENTIFIER,
  clusterNamed,
  endpointOf,
  identifierOf,
} from "./cluster-name.ts";
import { answerRequest } from "./router.ts";

interface World {
  readonly registry: ClusterRegistry;
  /** What the file holds. */
  readonly kept: () => readonly Cluster[];
  readonly databases: string[];
  readonly ask: (
    method: string,
    target: string,
    body?: unknown,
  ) => { status: number; body: unknown; error: string };
}

function world(given: { kept?: readonly Cluster[]; space?: Partial<DatabaseSpace> } = {}): World {
  let kept = given.kept;
  let drawn = 0;
  const now = timestamp(1_789_000_000_000_000);
  const databases: string[] = [];
  const clock = { now: () => ({ earliest: now, latest: now }) } as Clock;
  const random: Random = {
    next: () => 0.5,
    bytes: (length) => Buffer.alloc(length, ++drawn),
  };
  const registry = new ClusterRegistry(
    {
      region: "us-east-1",
      clock,
      random,
      log: SILENT_LOG,
      file: { read: () => kept, write: (clusters) => (kept = clusters) },
    },
    DEFAULT_IDENTIFIER,
  );
  registry.open({
    names: () => Promise.resolve(["postgres", "template1", ...databases]),
    create: (name) => Promise.resolve(void databases.push(name)),
    drop: (name) => Promise.resolve(void databases.splice(databases.indexOf(name), 1)),
    ...given.space,
  });
  return {
    registry,
    kept: () => kept ?? [],
    databases,
    ask: (method, target, body) => {
      const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
      const {
        status,
        headers,
        body: answer,
      } = answerRequest(registry, {
        method,
        target,
        body: text,
      });
      return { status, body: JSON.parse(answer), error: headers["x-amzn-errortype"] ?? "" };
    },
  };
}

describe("names of clusters", () => {
  it("are 16 bytes in base32", () => {
    expect(identifierOf(new Uint8Array(16))).toBe("a".repeat(26));
    expect(identifierOf(new Uint8Array(16).fill(255))).toBe(`${"7".repeat(25)}4`);
    expect(IDENTIFIER.test(DEFAULT_IDENTIFIER)).toBe(true);
  });

  it("are found in the names of hosts", () => {
    const identifier = DEFAULT_IDENTIFIER;
    const region = "us-east-1";
    expect(clusterNamed(endpointOf(identifier, region))).toEqual({ identifier, region });
    expect(clusterNamed(`${identifier}.dsql-local.us-east-1.ON.AWS`)).toEqual({
      identifier,
      region,
    });
    expect(clusterNamed(`${identifier}.dsql.localhost`)).toEqual({ identifier, region: undefined });
    for (const other of ["localhost", "127.0.0.1", "dsql.us-east-1.on.aws", "x.dsql.on.aws.org"]) {
      expect(clusterNamed(other)).toBeUndefined();
    }
  });
});

describe("a registry of clusters", () => {
  it("leads hosts without a cluster's name to the first one", () => {
    const { registry } = world();
    for (const host of [undefined, "localhost", endpointOf(DEFAULT_IDENTIFIER, "us-east-1")]) {
      expect(registry.find(host)?.database).toBe("postgres");
    }
    expect(registry.find(endpointOf(DEFAULT_IDENTIFIER, "eu-west-1"))).toBeUndefined();
    expect(registry.find(endpointOf("b".repeat(26), "us-east-1"))).toBeUndefined();
  });

  it("lets nobody into a cluster before its database is there, nor when it goes", async () => {
    let made: () => void = () => {};
    const creation = new Promise<void>((resolve) => (made = resolve));
    const { registry, ask, databases } = world({ space: { create: () => creation } });
    const { identifier } = ask("POST", "/cluster").body as { identifier: string };
    const host = endpointOf(identifier, "us-east-1");
    expect(registry.find(host)).toBeUndefined();
    expect(ask("DELETE", `/cluster/${identifier}`).error).toBe("ValidationException");
    made();
    await registry.settled();
    expect(registry.find(host)?.database).toBe(`cluster_${identifier}`);
    ask("POST", `/cluster/${identifier}`, { deletionProtectionEnabled: false });
    expect(ask("DELETE", `/cluster/${identifier}`)).toMatchObject({ body: { status: "DELETING" } });
    expect(registry.find(host)).toBeUndefined();
    await registry.settled();
    expect(databases).toEqual([]);
    expect(ask("GET", `/cluster/${identifier}`).error).toBe("ResourceNotFoundException");
  });

  it("has the clusters whose databases are there after a reset", async () => {
    const { registry, ask, databases, kept } = world();
    const { identifier } = ask("POST", "/cluster").body as { identifier: string };
    await registry.settled();
    const earlier = databases.splice(0);
    await registry.adoptDatabases();
    expect(ask("GET", `/cluster/${identifier}`).error).toBe("ResourceNotFoundException");
    expect(kept().map(({ database }) => database)).toEqual(["postgres"]);
    databases.push(...earlier, "somebody_else");
    await registry.adoptDatabases();
    expect(ask("GET", `/cluster/${identifier}`)).toMatchObject({ body: { status: "ACTIVE" } });
    expect(kept()).toHaveLength(2);
  });

  it("says that a cluster has failed whose database could not be made", async () => {
    const { registry, ask } = world({ space: { create: () => Promise.reject(new Error("full")) } });
    const { identifier } = ask("POST", "/cluster").body as { identifier: string };
    await registry.settled();
    expect(ask("GET", `/cluster/${identifier}`)).toMatchObject({ body: { status: "FAILED" } });
  });

  it("goes on after a restart with what was under way", async () => {
    const before = world();
    before.ask("POST", "/cluster", { deletionProtectionEnabled: false, tags: { a: "b" } });
    const [first, creating] = before.kept();
    expect(creating?.status).toBe("CREATING");
    const after = world({ kept: before.kept() });
    await after.registry.settled();
    expect(after.databases).toEqual([creating?.database]);
    expect(after.kept()).toEqual([first, { ...creating, status: "ACTIVE" }]);
    const deleting = after
      .kept()
      .map((each) =>
        each.database === "postgres" ? each : { ...each, status: "DELETING" as const },
      );
    const last = world({ kept: deleting });
    await last.registry.settled();
    expect(last.kept()).toEqual([first]);
  });
});

describe("a request", () => {
  it.each([
    ["GET", "/nothing", {}, "ValidationException", "unknownOperation"],
    ["PATCH", "/cluster", {}, "ValidationException", "unknownOperation"],
    ["POST", "/cluster", "{", "ValidationException", "cannotParse"],
    ["POST", "/cluster", "[]", "ValidationException", "cannotParse"],
    ["GET", "/cluster/%E0%A4%A", {}, "ValidationException", "cannotParse"],
    ["GET", "/cluster?max-results=0", {}, "ValidationException", "fieldValidationFailed"],
    ["GET", "/cluster?next-token=eA", {}, "ValidationException", "fieldValidationFailed"],
    [
      "POST",
      "/cluster",
      { deletionProtectionEnabled: 1 },
      "ValidationException",
      "fieldValidationFailed",
    ],
    ["POST", "/cluster", { tags: { a: 1 } }, "ValidationException", "fieldValidationFailed"],
    ["POST", "/cluster", { policy: "x" }, "ValidationException", "fieldValidationFailed"],
    [
      "POST",
      "/cluster",
      { kmsEncryptionKey: "a key" },
      "ValidationException",
      "fieldValidationFailed",
    ],
    ["GET", "/tags/arn%3Aaws%3As3%3A%3A%3Ax", {}, "ResourceNotFoundException", undefined],
  ] as const)("%s %s %j is a %s", (method, target, body, name, reason) => {
    const { error, body: answer } = world().ask(method, target, body);
    expect([error, (answer as { reason?: string }).reason]).toEqual([name, reason]);
  });

  it("tells customers' keys from the service's own", async () => {
    const { ask, registry } = world();
    const kmsEncryptionKey = "arn:aws:kms:us-east-1:000000000000:key/1";
    const { identifier } = ask("POST", "/cluster", { kmsEncryptionKey }).body as {
      identifier: string;
    };
    await registry.settled();
    expect(ask("GET", `/cluster/${identifier}`)).toMatchObject({
      body: {
        encryptionDetails: {
          encryptionType: "CUSTOMER_MANAGED_KMS_KEY",
          kmsKeyArn: kmsEncryptionKey,
        },
      },
    });
  });

  it("deletes neither what is protected nor the cluster that the server began with", () => {
    const { ask } = world();
    const path = `/cluster/${DEFAULT_IDENTIFIER}`;
    expect(ask("DELETE", path)).toMatchObject({
      status: 400,
      body: { reason: "deletionProtectionEnabled" },
    });
    ask("POST", path, { deletionProtectionEnabled: false });
    expect(ask("DELETE", path)).toMatchObject({ status: 409, error: "ConflictException" });
  });
});
