/** psql describes a schema in Firstlight as it describes it in PostgreSQL 16, to the letter. */
import { execFile, execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BothDatabases } from "./both-databases.ts";
import { comparisonUnavailable, startBoth } from "./both-databases.ts";

function psqlMissing(): string | undefined {
  try {
    execFileSync("psql", ["--version"], { stdio: "pipe" });
    return undefined;
  } catch {
    return "there is no psql on this machine";
  }
}

const unavailable = comparisonUnavailable() ?? psqlMissing();
if (unavailable !== undefined) console.warn(`psql is not compared: ${unavailable}`);

/** Output and errors, without the server that psql names in them. */
function psql(port: number, command: string): Promise<string> {
  const place = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "postgres"];
  return new Promise((resolve) => {
    execFile("psql", ["-X", ...place, "-c", command], (_error, output, errors) => {
      resolve(output + errors);
    });
  });
}

const SAME: readonly string[] = [
  "\\d",
  "\\d customer",
  "\\d+ customer",
  '\\d "Order Line"',
  '\\d+ "Order Line"',
  "\\d app.note",
  "\\d+ app.size",
  "\\d app.*",
  "\\d bare",
  "\\d nothing",
  "\\d line_price",
  "\\d+ customer_pkey",
  "\\d counter",
  "\\d customer_id_seq",
  '\\d "Order Line_id_seq"',
  "\\dt",
  "\\dt app.*",
  "\\dtS",
  "\\dt public.*",
  "\\di",
  "\\di app.*",
  "\\dv",
  "\\dvS",
  "\\dm",
  "\\ds",
  "\\dn",
  "\\dnS",
  "\\dp",
  "\\dp customer",
  "\\df",
  "\\df *.*",
  "\\df pg_catalog.*",
  "\\da",
  "\\dc",
  "\\sf make_interval",
  "\\sf json_each",
  "\\sf textregexeq",
  "\\dT",
  "\\do",
  "\\dC",
  "\\dA",
  "\\dAc btree",
  "\\dAo btree integer_ops",
  "\\dAp btree integer_ops",
  "\\db",
  "\\dd",
  "\\dD",
  "\\ddp",
  "\\dE",
  "\\des",
  "\\det",
  "\\dew",
  "\\drds",
  "\\dRp",
  "\\dP",
  "\\dX",
  "\\dy",
  "\\sf lower",
  "\\sf nothing",
  "\\sf int4pl",
  "\\sf pg_catalog.format",
];

const DIFFERENT: readonly (readonly [command: string, reason: string])[] = [
  ["\\l", "there are no template databases"],
  ["\\du", "there is a role named admin, as Aurora DSQL has it"],
  ["\\dx", "there is no PL/pgSQL"],
  ["\\dL", "there is no PL/pgSQL"],
  ["\\dTS", "built-in objects have no comments"],
  ["\\doS", "built-in objects have no comments"],
  ["\\dconfig", "settings are those that sessions can see and change here"],
  ["\\dF", "there is no text search"],
  ["\\dcS", "there are no encoding conversions"],
  ["\\d+", "the sizes of relations are not known"],
  ["\\dt+", "the sizes of relations are not known"],
  ["\\l+", "there are no template databases"],
  ["\\daS", "built-in objects have no comments"],
];

describe.skipIf(unavailable !== undefined)("psql", () => {
  let both: BothDatabases;
  beforeAll(async () => {
    both = await startBoth();
  }, 120_000);
  afterAll(() => both.stop());

  it.each(SAME)("prints the same for %s", async (command) => {
    const { postgres, firstlight } = both.ports;
    expect(await psql(firstlight, command)).toBe(await psql(postgres, command));
  });

  it.each(DIFFERENT)("prints something else for %s: %s", async (command) => {
    const { postgres, firstlight } = both.ports;
    const printed = await psql(firstlight, command);
    expect(printed).not.toContain("ERROR");
    expect(printed).not.toBe(await psql(postgres, command));
  });
});
