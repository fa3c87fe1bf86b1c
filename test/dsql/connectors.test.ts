/**
 * AWS's connector for node-postgres and its signer, unchanged and with verified certificates: log in,
 * query, roles by ARN, pools, retries of conflicts; postgres.js in the way that AWS's connector for
 * it goes (a token as password, made per connection).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMissing, temporaryDirectory } from "../support/processes.ts";
import type { ConnectorConfig, Credentials } from "./aws-packages.ts";
import { awsPackages } from "./aws-packages.ts";
import type { LocalCluster } from "./local-cluster.ts";
import {
  ADMIN,
  APP,
  APP_ARN,
  CREDENTIALS_FILE,
  ENDPOINT,
  REGION,
  startLocalCluster,
  toLoopback,
} from "./local-cluster.ts";

const aws = await awsPackages();
const missing = buildMissing() ?? (aws === undefined ? "packages of AWS" : undefined);

describe.skipIf(missing !== undefined || aws === undefined)("AWS's connectors", () => {
  const { connector, signer } = aws ?? { connector: undefined, signer: undefined };
  let cluster: LocalCluster;

  beforeAll(async () => {
    const directory = temporaryDirectory("connectors");
    const credentials = join(directory, "credentials");
    writeFileSync(credentials, CREDENTIALS_FILE);
    cluster = await startLocalCluster(["--iam-credentials", credentials], directory);
  });
  afterAll(async () => {
    await cluster?.destroy();
  });

  const config = (user: string, credentials: Credentials): ConnectorConfig => ({
    host: ENDPOINT,
    port: cluster.port,
    user,
    ssl: { ca: cluster.ca, rejectUnauthorized: true },
    stream: toLoopback,
    customCredentialsProvider: credentials,
  });

  const clientOf = (user: string, credentials: Credentials): pg.Client => {
    if (connector === undefined) throw new Error("no connector");
    return new connector.AuroraDSQLClient(config(user, credentials));
  };

  const refusal = async (client: pg.Client): Promise<Partial<pg.DatabaseError>> => {
    const failure = await client.connect().then(
      () => client.end(),
      (error: unknown) => error as pg.DatabaseError,
    );
    return failure ?? {};
  };

  it("log in as admin with a certificate that they verify", async () => {
    const client = clientOf("admin", ADMIN);
    await client.connect();
    const { rows } = await client.query("select current_user, current_database(), version()");
    expect(rows).toEqual([
      { current_user: "admin", current_database: "postgres", version: "PostgreSQL 16" },
    ]);
    await client.end();
  });

  it("do not trust a server without its authority", async () => {
    const { ssl: _, ...rest } = config("admin", ADMIN);
    if (connector === undefined) return;
    const failure = await refusal(new connector.AuroraDSQLClient(rest));
    expect(failure.message).toMatch(/certificate|issuer/u);
  });

  it("are told why a token is refused, as the service tells it", async () => {
    const wrongSecret = { ...ADMIN, secretAccessKey: "another" };
    expect(await refusal(clientOf("admin", wrongSecret))).toMatchObject({
      severity: "FATAL",
      code: "08006",
      message: "unable to accept connection, access denied",
      hint: expect.stringContaining("signature we calculated does not match"),
    });
    const unknown = { ...ADMIN, accessKeyId: "AKIANOBODY" };
    expect(await refusal(clientOf("admin", unknown))).toMatchObject({
      code: "08006",
      hint: "The security token included in the request is invalid.",
    });
  });

  it("use roles that were granted to who they are, and no others", async () => {
    const admin = clientOf("admin", ADMIN);
    await admin.connect();
    await admin.query("create role app with login");
    await admin.query("create role reader with login");
    const denied = { code: "28000", message: "unable to accept connection, access denied" };
    expect(await refusal(clientOf("app", APP))).toMatchObject(denied);
    await admin.query(`AWS IAM GRANT app TO '${APP_ARN}'`);
    await admin.query("AWS IAM GRANT reader TO 'arn:aws:iam::111122223333:role/other'");
    const app = clientOf("app", APP);
    await app.connect();
    expect((await app.query("select current_user as name")).rows).toEqual([{ name: "app" }]);
    await expect(app.query(`AWS IAM GRANT reader TO '${APP_ARN}'`)).rejects.toMatchObject({
      code: "42501",
      message: "permission denied to grant IAM trust with role reader",
    });
    await app.end();
    expect(await refusal(clientOf("reader", APP))).toMatchObject(denied);
    expect(await refusal(clientOf("nosuch", APP))).toMatchObject(denied);
    const { rows } = await admin.query(
      "select arn, pg_role_name, grantor_pg_role_name from sys.iam_pg_role_mappings order by 2",
    );
    expect(rows).toEqual([
      { arn: APP_ARN, pg_role_name: "app", grantor_pg_role_name: "admin" },
      {
        arn: "arn:aws:iam::111122223333:role/other",
        pg_role_name: "reader",
        grantor_pg_role_name: "admin",
      },
    ]);
    await expect(admin.query("drop role app")).rejects.toMatchObject({ code: "2BP01" });
    await admin.query(`AWS IAM REVOKE app FROM '${APP_ARN}'`);
    expect(await refusal(clientOf("app", APP))).toMatchObject(denied);
    await admin.query("drop role app");
    await admin.end();
  });

  it("pool connections, each with a token of its own", async () => {
    if (connector === undefined) return;
    const pool = new connector.AuroraDSQLPool({ ...config("admin", ADMIN), max: 4 });
    const pids = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { rows } = await pool.query<{ pid: number }>(
          "select pg_backend_pid() as pid from pg_sleep(0.2)",
        );
        return rows[0]?.pid;
      }),
    );
    expect(new Set(pids).size).toBe(4);
    await pool.end();
  });

  it("retry what lost a conflict until it commits", async () => {
    if (connector === undefined) return;
    const pool = new connector.AuroraDSQLPool({
      ...config("admin", ADMIN),
      max: 8,
      retry: { maxRetries: 100, baseDelayMs: 1 },
    });
    await pool.query("create table counter (id int primary key, n int not null)");
    await pool.query("insert into counter values (1, 0)");
    let attempts = 0;
    const increment = (): Promise<unknown> =>
      pool.transaction(async (client) => {
        attempts++;
        const { rows } = await client.query<{ n: number }>("select n from counter where id = 1");
        await client.query("update counter set n = $1 where id = 1", [(rows[0]?.n ?? 0) + 1]);
      });
    await Promise.all(Array.from({ length: 24 }, increment));
    expect((await pool.query("select n from counter")).rows).toEqual([{ n: 24 }]);
    expect(attempts).toBeGreaterThan(24);
    await pool.end();
  });

  it("postgres.js logs in with tokens of the signer, and says OC000 at COMMIT", async () => {
    if (signer === undefined) return;
    const { DsqlSigner } = signer;
    const tokens = new DsqlSigner({ hostname: ENDPOINT, region: REGION, credentials: ADMIN });
    const sql = postgres({
      host: ENDPOINT,
      port: cluster.port,
      database: "postgres",
      username: "admin",
      password: () => tokens.getDbConnectAdminAuthToken(),
      ssl: { ca: cluster.ca, servername: ENDPOINT },
      socket: () =>
        new Promise((resolve) => {
          const socket = toLoopback();
          socket.connect(cluster.port, ENDPOINT);
          socket.once("connect", () => resolve(socket));
        }),
      max: 2,
    } as postgres.Options<Record<string, never>>);
    await sql`create table notes (id int primary key, text text)`;
    await sql`insert into notes values (1, 'one')`;
    const loser = sql.begin(async (own) => {
      await own`update notes set text = 'lost' where id = 1`;
      await sql`update notes set text = 'won' where id = 1`;
    });
    await expect(loser).rejects.toMatchObject({
      code: "40001",
      message: "change conflicts with another transaction (OC000)",
    });
    expect([...(await sql`select text from notes`)]).toEqual([{ text: "won" }]);
    await sql.end();
  });
});
