/** What a login depends on beside the password, and what its session begins with; as PostgreSQL 16. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startServer,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const SETUP = [
  "create role worker login",
  "create role nobody nologin",
  "create role single login connection limit 1",
  "create role outdated login password 'sesame' valid until '2001-01-01'",
  "create role lasting login password 'sesame' valid until 'infinity'",
  "create role stranger login",
  "create role boss login superuser",
  "alter role worker set work_mem to '7MB'",
  "alter role worker set search_path to app, public",
  "alter role worker set datestyle to 'SQL, DMY'",
  "alter role worker in database postgres set statement_timeout to '7s'",
  "alter role worker in database postgres set application_name to 'of worker'",
  "alter database postgres set work_mem to '6MB'",
  "alter database postgres set lock_timeout to '6s'",
  "alter role all set lock_timeout to '5s'",
  "alter role all set idle_session_timeout to '50min'",
];

interface Failure {
  readonly code: string | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  readonly severity: string | undefined;
}

describe.skipIf(missing !== undefined)("login", () => {
  let oracle: Oracle;
  let running: Running;
  let directory: string;
  let open: pg.Client[] = [];

  beforeAll(async () => {
    oracle = await startOracle();
    directory = temporaryDirectory("login");
    running = await startServer(directory, ["--max-connections", "30"]);
    for (const port of ports()) {
      const client = await connect(port, {});
      for (const statement of SETUP) await client.query(statement);
      // Shared roles have CONNECT as members of PUBLIC.
      await client.query("revoke connect on database postgres from public");
      await client.query("grant connect on database postgres to worker, single, outdated, lasting");
    }
  });
  afterEach(async () => {
    await Promise.all(open.map((client) => client.end()));
    open = [];
  });
  afterAll(async () => {
    await running?.stop();
    await oracle?.stop();
    removeDirectory(directory);
  });

  const ports = (): readonly number[] => [running.ports[0] ?? 0, oracle.port];

  async function connect(port: number, config: pg.ClientConfig): Promise<pg.Client> {
    const client = new pg.Client({
      host: "127.0.0.1",
      port,
      user: "postgres",
      database: "postgres",
      ...config,
    });
    client.on("error", () => {});
    await client.connect();
    open.push(client);
    return client;
  }

  async function failure(port: number, config: pg.ClientConfig): Promise<Failure | "connected"> {
    try {
      await connect(port, config);
      return "connected";
    } catch (error) {
      const { code, message, detail, severity } = error as pg.DatabaseError;
      return { code, message, detail, severity };
    }
  }

  /** What ours answers, which must be what PostgreSQL answers. */
  async function same(config: pg.ClientConfig): Promise<Failure | "connected"> {
    const [ours, theirs] = ports();
    const answer = await failure(ours ?? 0, config);
    expect(answer).toEqual(await failure(theirs ?? 0, config));
    return answer;
  }

  it("is refused to roles that may not log in or connect, and to unknown databases", async () => {
    expect(await same({ user: "nobody" })).toMatchObject({ code: "28000" });
    expect(await same({ user: "stranger" })).toMatchObject({ code: "42501" });
    expect(await same({ user: "worker", database: "nosuch" })).toMatchObject({ code: "3D000" });
    expect(await same({ user: "boss" })).toBe("connected");
  });

  it("keeps to the role's connection limit", async () => {
    expect(await same({ user: "single" })).toBe("connected");
    expect(await same({ user: "single" })).toMatchObject({ code: "53300" });
  });

  it("takes no password after its time", async () => {
    const [ours = 0] = ports();
    expect(await failure(ours, { user: "outdated", password: "sesame" })).toMatchObject({
      code: "28P01",
      message: 'password authentication failed for user "outdated"',
    });
    expect(await failure(ours, { user: "lasting", password: "sesame" })).toBe("connected");
  });

  it.each([
    ["what is stored for the role, the database and all", {}],
    ["the application's name first", { application_name: "given" }],
    ["options first", { options: "-c work_mem=9MB -cstatement_timeout=9s --lock_timeout=9s" }],
    ["options with escapes", { options: "-c application_name=two\\ words" }],
  ])("begins with %s", async (_name, config) => {
    const facts = async (port: number): Promise<unknown[]> => {
      const client = await connect(port, { user: "worker", ...config });
      const { rows } = await client.query(
        `select name, setting, source, reset_val from pg_settings
          where name in ('work_mem', 'search_path', 'DateStyle', 'statement_timeout', 'lock_timeout',
                         'idle_session_timeout', 'application_name') order by name`,
      );
      await client.query("set work_mem to '1MB'; reset work_mem");
      const reset = await client.query("show work_mem");
      return [rows, reset.rows];
    };
    const [ours = 0, theirs = 0] = ports();
    expect(await facts(ours)).toEqual(await facts(theirs));
  });

  it("is refused with settings that cannot be", async () => {
    const options = [
      "-c nosuch=1",
      "-c work_mem=much",
      "-c port=1",
      "-c log_connections=on",
      "-c log_statement=all",
      "-c client_encoding=klingon",
      "-c search_path",
    ];
    for (const each of options) {
      expect(await same({ user: "worker", options: each })).toMatchObject({ severity: "FATAL" });
    }
    expect(await same({ user: "boss", options: "-c log_connections=on" })).toBe("connected");
  });

  it("leaves the last places to superusers", async () => {
    const [ours = 0] = ports();
    for (let n = 0; n < 27; n++) expect(await failure(ours, { user: "worker" })).toBe("connected");
    expect(await failure(ours, { user: "worker" })).toMatchObject({
      code: "53300",
      message: "remaining connection slots are reserved for roles with the SUPERUSER attribute",
    });
    for (let n = 0; n < 3; n++) expect(await failure(ours, {})).toBe("connected");
    expect(await failure(ours, {})).toMatchObject({
      code: "53300",
      message: "sorry, too many clients already",
    });
  });
});
