/** psql scripts and pgbench against both compositions. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programMissing, runProgram } from "../support/command.ts";
import type { CommandResult } from "../support/command.ts";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing() ?? programMissing("psql") ?? programMissing("pgbench");
if (missing !== undefined) console.warn(`skipped: ${missing}`);
const name = missing === undefined ? "" : ` (skipped: ${missing})`;

describe.skipIf(missing !== undefined).each(COMPOSITIONS)(`psql and pgbench, %s${name}`, (kind) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase(kind);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  const environment = (place = 0): NodeJS.ProcessEnv => ({
    PGHOST: "127.0.0.1",
    PGPORT: String(database.running.ports[place % database.running.ports.length]),
    PGUSER: "postgres",
    PGDATABASE: "postgres",
  });

  function psql(script: string, ...args: string[]): Promise<CommandResult> {
    const options = { input: script, env: environment() };
    return runProgram("psql", ["-X", "-At", ...args], options);
  }

  async function output(script: string, ...args: string[]): Promise<string> {
    const result = await psql(script, ...args);
    expect(result.stderr).toBe("");
    return result.stdout;
  }

  it("runs several statements in one string as one transaction", async () => {
    await output("create table multi (a int primary key)");
    expect(await output("insert into multi values (1)\\; insert into multi values (2);")).toBe(
      "INSERT 0 1\nINSERT 0 1\n",
    );
    const failed = await psql("insert into multi values (3)\\; select 1/0;");
    expect(failed.stderr).toContain("division by zero");
    expect(await output("select count(*) from multi")).toBe("2\n");
  });

  it("runs \\copy both ways, \\gset, \\gexec, variables and \\if", async () => {
    const file = join(database.running.directory, "rows.csv");
    writeFileSync(file, 'id,v\n1,one\n2,"t,wo"\n3,\n');
    const script = `
create table copied (id int primary key, v text);
\\copy copied from '${file}' with (format csv, header)
select count(*) as n, max(id) as last from copied \\gset
\\echo :n :last
insert into copied values (:last + 1, :'HOST') returning id;
select format('select %s', id) from copied where id < 3 order by id \\gexec
\\copy (select * from copied order by id limit 2) to stdout csv
\\if 1
\\echo yes
\\endif
`;
    expect(await output(script)).toBe(
      'CREATE TABLE\nCOPY 3\n3 3\n4\nINSERT 0 1\n1\n2\n1,one\n2,"t,wo"\nyes\n',
    );
  });

  it("stops at the first error with ON_ERROR_STOP, and rolls back with -1", async () => {
    const script = "create table gone (a int);\nselect 1/0;\nselect 2;\n";
    const result = await psql(script, "-v", "ON_ERROR_STOP=1", "-1", "-f", "-");
    expect(result.code).toBe(3);
    expect(result.stderr).toContain("division by zero");
    expect((await psql("select * from gone")).stderr).toContain('relation "gone" does not exist');
  });

  it("describes tables and lists relations", async () => {
    await output("create table described (id int primary key, v text not null default 'x')");
    const result = await psql("\\d described\n\\dt\n\\di\n\\dn\n\\du\n\\l\n\\d");
    expect(result.stderr).toBe("");
    expect(result.stdout).toContain("described_pkey");
  });

  it("fetches with FETCH_COUNT and runs prepared statements", async () => {
    expect(await output("\\set FETCH_COUNT 10\nselect i from generate_series(1, 25) i", "-q")).toBe(
      `${Array.from({ length: 25 }, (_, i) => i + 1).join("\n")}\n`,
    );
    const script = "prepare p(int) as select $1 + 1;\nexecute p(4);\ndeallocate p;";
    expect(await output(script)).toBe("PREPARE\n5\nDEALLOCATE\n");
  });

  async function pgbench(...args: string[]): Promise<string> {
    const result = await runProgram("pgbench", args, { env: environment(args.length) });
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  }

  it("initializes pgbench and runs its three scripts in every mode", async () => {
    await pgbench("-i", "-s", "1", "-q");
    expect(await output("select count(*) from pgbench_accounts")).toBe("100000\n");
    const clients = 2;
    const transactions = 15;
    for (const mode of ["simple", "extended", "prepared"]) {
      for (const script of ["select-only", "simple-update", "tpcb-like"]) {
        const text = await pgbench(
          `--protocol=${mode}`,
          `--builtin=${script}`,
          `--client=${clients}`,
          `--transactions=${transactions}`,
          "--no-vacuum",
          "--max-tries=10000",
        );
        expect(text).toContain("number of failed transactions: 0 (0.000%)");
      }
    }
    const written = 3 * 2 * clients * transactions;
    const sums = `select count(*) from pgbench_history;
select (select sum(abalance) from pgbench_accounts) = (select sum(delta) from pgbench_history);
select (select sum(tbalance) from pgbench_tellers) = (select sum(bbalance) from pgbench_branches);`;
    expect(await output(sums)).toBe(`${written}\nt\nt\n`);
  });
});
