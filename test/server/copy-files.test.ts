/** COPY with files of the machine that the query processor runs on, beside PostgreSQL's. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import { answerTo } from "../sql/answer.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { WireClient } from "../support/wire.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

describe.skipIf(missing !== undefined)("COPY with files of the server", () => {
  let database: TestDatabase;
  let oracle: Oracle;
  let ours: WireClient;
  let theirs: WireClient;
  let directory: string;

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
    ours = await WireClient.connect(database.running.ports[0] ?? 0);
    theirs = await WireClient.connect(oracle.port);
    directory = mkdtempSync(join(tmpdir(), "firstlight-copy-"));
    for (const name of ["ours", "theirs"]) {
      mkdirSync(join(directory, name));
      // PostgreSQL runs as another user.
      chmodSync(join(directory, name), 0o777);
    }
    chmodSync(directory, 0o755);
  });
  afterAll(async () => {
    ours.close();
    theirs.close();
    await Promise.all([database.destroy(), oracle.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  /** The statement on both, DIR standing for a directory of each one's own. */
  async function same(sql: string): Promise<readonly string[]> {
    const [mine, truth] = await Promise.all(
      [["ours", ours] as const, ["theirs", theirs] as const].map(async ([name, client]) => {
        const own = join(directory, name);
        const lines = await answerTo(client, sql.replaceAll("DIR", own));
        return lines.map((line) => line.replaceAll(own, "DIR"));
      }),
    );
    expect(mine).toEqual(truth);
    return mine ?? [];
  }

  function fileOf(name: "ours" | "theirs", file: string): string {
    return readFileSync(join(directory, name, file), "latin1");
  }

  it.each([
    ["text", ""],
    ["csv", "(format csv, header, force_quote (t))"],
    ["binary", "(format binary)"],
  ])("a table goes out and comes back the same, %s", async (format, options) => {
    const table = `t_${format}`;
    await same(`create table ${table} (id int primary key, t text, n numeric)`);
    await same(
      `insert into ${table} select i, case when i % 5 > 0 then e'x\\t"\\n' || i end, i / 7.0 from generate_series(1, 20000) i`,
    );
    expect(await same(`copy ${table} to 'DIR/${format}' ${options}`)).toContain("tag COPY 20000");
    expect(fileOf("ours", format)).toBe(fileOf("theirs", format));
    await same(`create table ${table}_back (like ${table})`);
    const back = options.replace(", force_quote (t)", "");
    expect(await same(`copy ${table}_back from 'DIR/${format}' ${back}`)).toContain(
      "tag COPY 20000",
    );
    await same(
      `select count(*), sum(n), count(t) from (table ${table} intersect table ${table}_back) i`,
    );
  });

  it("the result of a query goes to a file, in the place of what was there", async () => {
    await same("copy (select 'long line of text') to 'DIR/query'");
    await same("copy (select 1) to 'DIR/query'");
    expect(fileOf("ours", "query")).toBe("1\n");
  });

  it("what cannot be opened is refused as PostgreSQL does it", async () => {
    await same("create table target (t text)");
    await same("copy target from 'DIR/nothing-there'");
    await same("copy target from 'DIR'");
    await same("copy target to 'DIR'");
    await same("copy target to 'DIR/no/such/directory'");
    await same("copy target to 'relative'");
    await same("copy target from 'DIR/text' (format csv)");
    await same("select count(*) from target");
  });

  it("only roles with the right to it may name files", async () => {
    await same("create role reader");
    await same("create role plain");
    await same("grant pg_read_server_files to reader");
    await same("grant all on target to reader, plain");
    await same("set role plain");
    await same("copy target from 'DIR/text'");
    await same("copy target to 'DIR/text'");
    await same("set role reader");
    await same("copy target from 'DIR/query'");
    await same("copy target to 'DIR/forbidden'");
    await same("reset role");
    expect(existsSync(join(directory, "ours", "forbidden"))).toBe(false);
  });

  it("an error in the data undoes the whole COPY and leaves the session usable", async () => {
    await same("create table numbers (n int primary key)");
    await same("copy (select i from generate_series(1, 5000) i union all select 77) to 'DIR/dup'");
    const [error] = await same("copy numbers from 'DIR/dup'");
    expect(error).toContain("23505");
    await same("select count(*) from numbers");
  });

  it("programs of the server are not run", async () => {
    expect((await answerTo(ours, "copy target to program 'cat'"))[0]).toBe(
      "ERROR 0A000: COPY with a program is not supported",
    );
  });
});
