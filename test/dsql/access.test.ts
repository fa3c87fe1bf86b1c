/** Who gets into a server with the dsql profile: encryption, names of hosts, tokens; and how not. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programMissing, runFirstlight } from "../support/command.ts";
import { connectTo } from "../support/databases.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startCluster,
  startServer,
  temporaryDirectory,
} from "../support/processes.ts";
import { SSL_REQUEST, WireClient, errorFields, startupPacket } from "../support/wire.ts";
import type { LocalCluster } from "./local-cluster.ts";
import { ADMIN, ENDPOINT, startLocalCluster } from "./local-cluster.ts";

const missing = buildMissing();
const noPsql = programMissing("psql");
const SECRET = `${ADMIN.accessKeyId}=${ADMIN.secretAccessKey}`;

/** As `firstlight token` prints it. */
async function token(...options: string[]): Promise<string> {
  const { stdout, stderr } = await runFirstlight("token", "--iam-secret", SECRET, ...options);
  expect(stderr).toBe("");
  return stdout.trim();
}

describe.skipIf(missing !== undefined)("access to the dsql profile", () => {
  let cluster: LocalCluster;

  beforeAll(async () => {
    cluster = await startLocalCluster(["--iam-secret", SECRET]);
  });
  afterAll(async () => {
    await cluster?.destroy();
  });

  const psql = async (conninfo: string, password: string, ...words: string[]): Promise<string> => {
    const settings = `${conninfo} port=${String(cluster.port)} dbname=postgres`;
    const run = promisify(execFile)("psql", ["-XAt", "-d", settings, ...words], {
      env: { ...process.env, PGPASSWORD: password, PGGSSENCMODE: "disable" },
    });
    return run.then(({ stdout }) => stdout.trim()).catch((error: Error) => error.message);
  };
  const verified = (host: string): string =>
    `host=${host} hostaddr=127.0.0.1 user=admin sslmode=verify-full sslrootcert=${cluster.directory}/tls/ca.crt`;

  it.skipIf(noPsql !== undefined).each([ENDPOINT, "localhost"])(
    "psql logs in at %s with a token, the certificate verified",
    async (host) => {
      const shown = await psql(verified(host), await token(), "-c", "select current_user");
      expect(shown).toBe("admin");
    },
  );

  it.skipIf(noPsql !== undefined)("psql logs in as the line that the server prints", async () => {
    const [, url = ""] = /^ready: psql '(\S+)'$/mu.exec(cluster.running.output()) ?? [];
    const run = promisify(execFile)("psql", ["-XAt", url, "-c", "select 1"], {
      env: { ...process.env, PGPASSWORD: await token(), PGGSSENCMODE: "disable" },
    });
    expect((await run).stdout.trim()).toBe("1");
  });

  it.skipIf(noPsql !== undefined)("psql is told why it may not", async () => {
    const shown = await psql(verified(ENDPOINT), await token("--user", "app"), "-c", "select 1");
    expect(shown).toContain("FATAL:  unable to accept connection, access denied");
    expect(shown).toContain("HINT:  Wrong user to action mapping. user: admin, action: DbConnect");
    const expired = await token("--expires-in", "0");
    expect(await psql(verified(ENDPOINT), expired, "-c", "select 1")).toContain(
      "HINT:  Signature expired: ",
    );
    expect(await psql(verified(ENDPOINT), "secret", "-c", "select 1")).toContain(
      "is not an authentication token",
    );
  });

  it.skipIf(noPsql !== undefined)("refuses to go on without encryption", async () => {
    const shown = await psql("host=127.0.0.1 user=admin sslmode=disable", "", "-c", "select 1");
    expect(shown).toContain(
      "FATAL:  unable to accept connection, SSL is mandatory. AWS Authentication is required.",
    );
  });

  it.skipIf(noPsql !== undefined)("refuses clients that name no host", async () => {
    const addressed = "host=127.0.0.1 user=admin sslmode=require";
    expect(await psql(addressed, await token(), "-c", "select 1")).toContain(
      "FATAL:  unable to accept connection, sni was not received",
    );
    const silent = `${verified(ENDPOINT)} sslsni=0`;
    expect(await psql(silent, await token(), "-c", "select 1")).toContain("sni was not received");
  });

  it("takes direct TLS", async () => {
    const socket = connectTls({
      host: "127.0.0.1",
      port: cluster.port,
      servername: ENDPOINT,
      ca: cluster.ca,
      ALPNProtocols: ["postgresql"],
    });
    await once(socket, "secureConnect");
    expect(socket.authorized).toBe(true);
    const client = WireClient.over(socket);
    client.send(startupPacket({ user: "admin", database: "postgres" }));
    const [asked] = await client.until("R");
    expect([asked?.tag, asked?.body.readInt32BE(0)]).toEqual(["R", 3]);
    socket.destroy();
  });

  it("knows no other clusters, databases or ways to prove who one is", async () => {
    const other = `${"b".repeat(25)}a.dsql.us-east-1.on.aws`;
    const attempt = async (servername: string, database: string): Promise<unknown> => {
      const client = new pg.Client({
        host: "127.0.0.1",
        port: cluster.port,
        user: "admin",
        database,
        password: await token(),
        ssl: { ca: cluster.ca, servername },
      });
      return client.connect().catch((error: unknown) => error);
    };
    expect(await attempt(other, "postgres")).toMatchObject({
      code: "08006",
      message: "unable to accept connection, access denied",
    });
    expect(await attempt(ENDPOINT, "other")).toMatchObject({
      code: "3D000",
      message: 'database "other" does not exist',
    });
  });

  it("takes no early bytes and no second request for encryption", async () => {
    const socket = connect(cluster.port, "127.0.0.1");
    socket.write(Buffer.concat([SSL_REQUEST, startupPacket({ user: "admin" })]));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(errorFields(answer.subarray(5))["M"]).toBe(
      "received unencrypted data after SSL request",
    );
    socket.destroy();
  });
});

describe.skipIf(missing !== undefined)("AWS IAM GRANT", () => {
  const ARN = "arn:aws:iam::111122223333:role/app";
  let directory: string;
  let running: Running;
  let client: pg.Client;

  beforeAll(async () => {
    directory = temporaryDirectory("grants");
    const open = ["--profile", "dsql", "--auth", "trust", "--tls", "off"];
    running = await startServer(directory, open);
    client = await connectTo(running.ports[0] ?? 0, { user: "admin" });
    await client.query("create role app with login");
    await client.query("create role nobody");
    await client.query(`AWS IAM GRANT app TO '${ARN}'`);
  });
  afterAll(async () => {
    await client?.end();
    await running?.stop();
    removeDirectory(directory);
  });

  it.each([
    [`aws iam grant app to '${ARN}'`, "42710", "is already granted"],
    [`AWS IAM GRANT nobody TO '${ARN}'`, "42501", "role nobody must have the LOGIN attribute"],
    [`AWS IAM GRANT nosuch TO '${ARN}'`, "42704", 'role "nosuch" does not exist'],
    [`AWS IAM GRANT admin TO '${ARN}'`, "0A000", "Cannot establish trust with role admin"],
    [`AWS IAM GRANT public TO '${ARN}'`, "0A000", "Role public not supported"],
    ["AWS IAM GRANT app TO 'app'", "22023", "IAM role must look like an IAM ARN"],
    ["AWS IAM GRANT app TO app", "42601", 'syntax error at or near "app"'],
    [`AWS IAM GRANT app FROM '${ARN}'`, "42601", 'syntax error at or near "FROM"'],
    [`AWS IAM REVOKE app FROM '${ARN}2'`, "42704", `IAM role ${ARN}2 does not exist`],
    ["drop role app", "2BP01", 'role "app" cannot be dropped because some objects depend on it'],
  ])("%s is %s", async (statement, code, text) => {
    await expect(client.query(statement)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });

  it("is a schema change, and undone with its transaction", async () => {
    await client.query("begin");
    await client.query(`AWS IAM REVOKE app FROM '${ARN}'`);
    await client.query("rollback");
    const { rows } = await client.query("select arn from sys.iam_pg_role_mappings");
    expect(rows).toEqual([{ arn: ARN }]);
  });

  it("is no SQL elsewhere", async () => {
    const other = temporaryDirectory("plain");
    const plain = await startServer(other, []);
    const session = await connectTo(plain.ports[0] ?? 0);
    await expect(session.query(`AWS IAM GRANT app TO '${ARN}'`)).rejects.toMatchObject({
      code: "42601",
      message: 'syntax error at or near "AWS"',
    });
    await session.end();
    await plain.stop();
    removeDirectory(other);
  });
});

describe.skipIf(missing !== undefined)("firstlight cert", () => {
  it("prints and writes the authority's certificate before there is a server", async () => {
    const directory = temporaryDirectory("cert");
    const path = join(directory, "exported.crt");
    const { code, stdout } = await runFirstlight("cert", "--data-dir", directory);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^-----BEGIN CERTIFICATE-----/u)]);
    await runFirstlight("cert", "--data-dir", directory, "--export", path);
    expect(readFileSync(path, "utf8")).toBe(stdout);
    const cluster = await startLocalCluster([], directory);
    expect(cluster.ca).toBe(stdout);
    await cluster.destroy();
  });
});

describe.skipIf(missing !== undefined)("options about access", () => {
  let directory: string;
  let running: Running | undefined;

  const served = async (...options: string[]): Promise<pg.Client> => {
    directory = temporaryDirectory("access");
    running = await startServer(directory, options);
    return connectTo(running.ports[0] ?? 0, { user: "admin" });
  };
  const stop = async (): Promise<void> => {
    await running?.stop();
    removeDirectory(directory);
  };

  it("--auth trust and --tls off leave the profile without either", async () => {
    const client = await served("--profile", "dsql", "--auth", "trust", "--tls", "off");
    const { rows } = await client.query("select sys.dsql_major_version() as version");
    expect(rows).toEqual([{ version: 1 }]);
    await client.end();
    await stop();
  });

  it("--auth trust asks nobody, who has a password neither", async () => {
    const client = await served("--auth", "trust");
    await client.query("alter role postgres password 'secret'");
    const other = await connectTo(running?.ports[0] ?? 0);
    await other.end();
    await client.end();
    await stop();
  });

  it("--auth token asks for one over TLS, whatever the profile and the host's name", async () => {
    await expect(served("--auth", "token")).rejects.toMatchObject({ code: "08006" });
    const client = await connectTo(running?.ports[0] ?? 0, {
      user: "admin",
      password: await token("--host", "localhost"),
      ssl: { rejectUnauthorized: false },
    });
    await client.query("create temporary table t (id serial)");
    await client.end();
    await stop();
  });

  it("--auth password asks everybody", async () => {
    await expect(served("--auth", "password")).rejects.toThrow();
    await stop();
  });

  it("the local cluster takes tokens at each of its query processors", async () => {
    directory = temporaryDirectory("access-cluster");
    running = await startCluster(directory, ["--profile", "dsql"]);
    const password = await token();
    for (const port of running.ports) {
      const client = await connectTo(port, {
        user: "admin",
        password,
        ssl: { rejectUnauthorized: false, servername: ENDPOINT },
      });
      expect((await client.query("select current_user as name")).rows).toEqual([{ name: "admin" }]);
      await client.end();
    }
    await stop();
  });

  it.each([
    [["--auth", "maybe"], "--auth must be one of trust, password, token"],
    [["--cluster-id", "short"], "--cluster-id must be 26"],
    [["--region", "nowhere"], "--region must be as us-east-1"],
    [["--control-port", "x"], "--control-port must be a port number"],
    [["--auth", "token", "--iam-secret", "x"], "ACCESS_KEY=SECRET"],
    [["--auth", "token", "--iam-credentials", "/nowhere"], "/nowhere"],
    [["--auth", "trust", "--host", "0.0.0.0"], "--allow-unauthenticated"],
  ])("%j is refused", async (options, text) => {
    const data = temporaryDirectory("options");
    const { code, stderr } = await runFirstlight("start", "--data-dir", data, ...options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
    removeDirectory(data);
  });
});
