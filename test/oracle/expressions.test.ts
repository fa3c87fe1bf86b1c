/**
 * Overload resolution, coercion and evaluation against PostgreSQL: type and value, or SQLSTATE and
 * message. What is not there must be refused with 0A000, and the share of that is bounded.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Oracle, oracleAvailable, startOracle } from "./oracle.ts";
import { randomExpressions } from "./random-expressions.ts";
import { type Answer, answerOf, loadParser } from "./small-binder.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

const VALUES = [
  "1",
  "2.5",
  "3000000000",
  "'4'",
  "null",
  "true",
  "5::smallint",
  "1.5::real",
  "2.25::float8",
  "'ab'::text",
  "'cd'::varchar",
  "'ef '::char(4)",
  "'gh'::name",
  "'\\x01'::bytea",
  "date '2024-02-29'",
  "time '10:20:30'",
  "timestamp '2024-02-29 10:20:30'",
  "timestamptz '2024-02-29 10:20:30+00'",
  "interval '1 month 2 days'",
  "array[1,2]",
  "array['x','y']",
  "'{\"a\":1}'::jsonb",
  "'[1]'::json",
  "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
  "7::oid",
];
const WRAPPER = "select pg_typeof(x)::text, x::text from (select ";

/** Not ^: its last digit is the C library's, and V8 has another one. */
const OPERATORS = ["+", "-", "*", "/", "%", "=", "<", ">=", "<>", "||", "~~", "@>", "->", "&", "|"];

function* crossProduct(): Generator<string> {
  for (const operator of OPERATORS) {
    for (const left of VALUES) {
      for (const right of VALUES) yield `${left} ${operator} ${right}`;
    }
  }
}

function* casts(): Generator<string> {
  const types =
    "bool int2 int4 int8 float4 float8 numeric numeric(6,2) text varchar(3) char(3) name bytea date time timetz timestamp timestamptz timestamp(0) interval json jsonb uuid oid int4[] text[] varchar(1)[]";
  for (const type of types.split(" ")) {
    for (const value of VALUES) yield `(${value})::${type}`;
  }
}

function* functions(): Generator<string> {
  for (const name of [
    "abs",
    "length",
    "upper",
    "round",
    "date",
    "text",
    "int4",
    "float8",
    "array_length",
    "md5",
    "sqrt",
    "char_length",
    "to_json",
  ]) {
    for (const value of VALUES) yield `${name}(${value})`;
  }
  for (const name of [
    "coalesce",
    "greatest",
    "nullif",
    "round",
    "mod",
    "power",
    "concat",
    "array_append",
    "array_cat",
    "substr",
    "age",
    "date_trunc",
    "left",
  ]) {
    for (const left of VALUES) {
      for (const right of VALUES.filter((_, index) => index % 3 === 0))
        yield `${name}(${left}, ${right})`;
    }
  }
}

function fromFile(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "expressions.txt"), "utf8");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe.skipIf(unavailable !== undefined)("expressions answer as PostgreSQL does", () => {
  let oracle: Oracle;
  let client: pg.Client;

  beforeAll(async () => {
    await loadParser();
    oracle = await startOracle();
    client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await oracle.stop();
  });

  async function oracleAnswer(sql: string): Promise<Answer> {
    try {
      const result = await client.query<[string, string | null]>({
        text: `${WRAPPER}${sql} as x) s`,
        rowMode: "array",
      });
      const [type = "", value = null] = result.rows[0] ?? [];
      return { type, value };
    } catch (error) {
      const {
        code = "",
        message,
        position,
      } = error as { code?: string; message: string; position?: string };
      const offset = position === undefined ? undefined : Number(position) - WRAPPER.length;
      return { sqlstate: code, message, position: offset };
    }
  }

  interface Comparison {
    readonly wrong: readonly string[];
    readonly missing: number;
    readonly total: number;
  }

  /** x::text of bpchar and bool differ from their output; compared as text by both. */
  function same(ours: Answer, theirs: Answer): boolean {
    if ("sqlstate" in ours || "sqlstate" in theirs) {
      return (
        "sqlstate" in ours &&
        "sqlstate" in theirs &&
        ours.sqlstate === theirs.sqlstate &&
        ours.message === theirs.message &&
        ours.position === theirs.position
      );
    }
    const trimmed = ours.type === "character" ? (ours.value?.trimEnd() ?? null) : ours.value;
    const value =
      ours.type === "boolean" && trimmed !== null ? (trimmed === "t" ? "true" : "false") : trimmed;
    return ours.type === theirs.type && value === theirs.value;
  }

  async function compare(expressions: Iterable<string>): Promise<Comparison> {
    const wrong: string[] = [];
    const refused = new Set<string>();
    let missing = 0;
    let total = 0;
    for (const sql of expressions) {
      total += 1;
      const theirs = await oracleAnswer(sql);
      let ours: Answer;
      try {
        ours = answerOf(sql);
      } catch (error) {
        wrong.push(`${sql}\n  ours   ${String(error)}\n  theirs ${JSON.stringify(theirs)}`);
        continue;
      }
      if (same(ours, theirs)) continue;
      if ("sqlstate" in ours && ours.sqlstate === "0A000") {
        missing += 1;
        refused.add(ours.message);
      } else {
        wrong.push(`${sql}\n  ours   ${JSON.stringify(ours)}\n  theirs ${JSON.stringify(theirs)}`);
      }
    }
    console.log(
      `${total} expressions, ${missing} refused as not supported, ${wrong.length} different`,
      [...refused].toSorted(),
    );
    return { wrong, missing, total };
  }

  it.each([
    ["operators over all pairs of types", crossProduct, 0.05],
    ["casts between all pairs of types", casts, 0.05],
    ["functions", functions, 0.05],
    ["listed expressions", fromFile, 0.05],
    ["random expressions", () => randomExpressions(20261122, 5000), 0.05],
  ] as const)("%s", async (_, make, missingShareMax) => {
    const { wrong, missing, total } = await compare(make());
    expect(wrong.slice(0, 400).join("\n")).toBe("");
    expect(missing / total).toBeLessThanOrEqual(missingShareMax);
  });
});
