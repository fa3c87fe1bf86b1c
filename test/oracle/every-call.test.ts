/**
 * Every function in scope, called with samples of its argument types, answers as PostgreSQL 16 does:
 * column type, value, or SQLSTATE, message and position.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerTo } from "../sql/answer.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { WireClient } from "../support/wire.ts";
import { everyCall } from "./every-call.ts";
import type { Oracle } from "./oracle.ts";
import { oracleAvailable, startOracle } from "./oracle.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

/** Functions that are not compared, by why. */
const DIFFERENT: Readonly<Record<string, RegExp>> = {
  "texts of internal errors": /^(array|enum|record|domain)_in$|^(interval|int4_avg_combine)/,
  "PostgreSQL refuses them outside of an aggregate": /_agg_transfn$/,
  "a column of type unknown": /^unknownin$/,
  "aclitem texts are not checked when they are read": /^acl/,
  'a "char" beyond ASCII is no byte of a text': /^bpchar$/,
  "multi-byte encodings and rare ones are refused": /^(convert(_from|_to)?|length)$/,
  "templates of letters that are no fields": /^to_char$/,
  "texts of errors in names of types and operators": /^reg(type|operator)in$/,
  "modifiers beyond those that a column may have": /^(timestamp|timestamptz_in|bit_in)$/,
  "warnings of precision": /typmodin$/,
  "names without blanks between them": /^oidvectorin$/,
  "columns that only the query tells": /^jsonb?_to_record/,
  "order of checks": /^array_fill$/,
  "no directories": /^pg_tablespace_location$/,
  "collations of types without one": /^pg_collation_for$/,
  "OIDs that the server chooses": /^lo_(creat|create|from_bytea)$/,
  "PostgreSQL asks for memory before it looks at the descriptor": /^loread$/,
  "polymorphism over ranges of compatible types": /^anycompatiblemultirange_out$/,
};

function isCompared(name: string): boolean {
  return !Object.values(DIFFERENT).some((pattern) => pattern.test(name));
}

/** How far apart the arguments are is left open by btree comparisons. */
function comparable(name: string, lines: readonly string[]): string {
  if (!/cmp|^gin_compare/.test(name)) return lines.join("\n");
  return lines.map((line) => line.replace(/^row (-?)[1-9]\d*$/, "row $11")).join("\n");
}

describe.skipIf(missing !== undefined)("every function", () => {
  let database: TestDatabase;
  let oracle: Oracle;

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
  });
  afterAll(async () => {
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  it("answers as PostgreSQL 16, at least three calls each", async () => {
    const ports = [database.running.ports[0] ?? 0, oracle.port];
    const clients = await Promise.all(ports.map((port) => WireClient.connect(port)));
    const [ours, theirs] = clients as [WireClient, WireClient];
    const differences: string[] = [];
    let compared = 0;
    for (const client of clients) await client.query("set timezone = 'UTC'");
    for (const [key, statements] of everyCall()) {
      const [, name = ""] = key.split(" ");
      if (!isCompared(name)) continue;
      for (const sql of statements) {
        const [mine, truth] = await Promise.all([answerTo(ours, sql), answerTo(theirs, sql)]);
        compared++;
        if (comparable(name, mine) === comparable(name, truth)) continue;
        differences.push(`${sql}\n  ours: ${mine.join("\n")}\n  PostgreSQL: ${truth.join("\n")}`);
      }
    }
    for (const client of clients) client.close();
    expect(compared).toBeGreaterThan(6000);
    expect(differences.length, differences.slice(0, 20).join("\n\n")).toBe(0);
  });
});
