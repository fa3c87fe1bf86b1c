/** Aggregates against PostgreSQL: result type and value over every type that they take. */
import { SqlError } from "@firstlight/common";
import {
  aggregateOf,
  type Datum,
  DEFAULT_FORMAT,
  compileExpr,
  type Expr,
  formatType,
  resolveFunction,
  typeByOid,
} from "@firstlight/sql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Oracle, oracleAvailable, startOracle } from "./oracle.ts";
import { bindExpression, evaluation, loadParser } from "./small-binder.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

const SETS: readonly (readonly [type: string, values: readonly string[]])[] = [
  ["int2", ["3", "null", "-7", "12", "3"]],
  ["int4", ["2147483647", "null", "5", "-1", "5"]],
  ["int8", ["9223372036854775807", "9223372036854775807", "null", "-3"]],
  ["int4", ["7"]],
  ["int4", ["null"]],
  ["numeric", ["1.5", "2.25", "null", "-0.001", "100"]],
  ["numeric", ["'NaN'", "1"]],
  ["numeric", ["'Infinity'", "'-Infinity'"]],
  ["numeric", ["0.1", "0.1", "0.1"]],
  ["numeric", ["12345678901234567890.123", "2"]],
  ["float4", ["1.5", "null", "0.1", "2.7"]],
  ["float8", ["1.5", "null", "0.1", "2.7", "-3"]],
  ["float8", ["'Infinity'", "1"]],
  ["float8", ["'NaN'", "1"]],
  ["float8", ["1e308", "1e308"]],
  ["interval", ["'1 day'", "'2 hours'", "null", "'1 month'"]],
  ["text", ["'b'", "'a'", "null", "'ä'", "'Z'"]],
  ["varchar", ["'b'", "'a'"]],
  ["char(3)", ["'b'", "'a'", "null"]],
  ["bool", ["true", "false", "null"]],
  ["bool", ["true", "true"]],
  ["date", ["'2024-01-01'", "'2023-05-05'", "null"]],
  ["time", ["'10:00'", "'09:30'"]],
  ["timestamp", ["'2024-01-01 10:00'", "'infinity'"]],
  ["timestamptz", ["'2024-01-01 10:00+00'", "'-infinity'"]],
  ["uuid", ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"]],
  ["bytea", ["'\\x01'", "'\\x0203'"]],
  ["json", ["'{\"a\": 1}'", "null"]],
  ["jsonb", ["'{\"a\": 1}'", "null", "'2'"]],
  ["int4[]", ["'{1,2}'", "'{0,9}'"]],
  ["int4[]", ["'{1,2}'", "'{1}'"]],
  ["int4[]", ["'{1,2}'", "null"]],
  ["text[]", ["'{a,b}'", "'{c,NULL}'"]],
  ["oid", ["7", "3"]],
];

const NAMES = [
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "any_value",
  "bool_and",
  "bool_or",
  "every",
  "bit_and",
  "bit_or",
  "bit_xor",
  "variance",
  "var_pop",
  "var_samp",
  "stddev",
  "stddev_pop",
  "stddev_samp",
  "array_agg",
  "json_agg",
  "jsonb_agg",
  "json_agg_strict",
];

interface Answer {
  readonly type?: string;
  readonly value?: string | null;
  readonly error?: string;
}

function slot(type: number, index: number): Expr {
  return { kind: "slot", index, type, typmod: -1, position: -1 };
}

function ours(
  name: string,
  type: string,
  values: readonly string[],
  extra: readonly string[],
): Answer {
  try {
    const exprs = values.map((value) => bindExpression(`(${value})::${type}`));
    const extras = extra.map((each) => bindExpression(each));
    const first = exprs[0];
    if (first === undefined) throw new Error("a set has values");
    const resolved = resolveFunction(
      { evaluation },
      { names: [name], args: [slot(first.type, 0), ...extras], position: -1 },
    );
    if (resolved.kind !== "aggregate") throw new Error(`${name} is no aggregate`);
    const aggregate = aggregateOf(resolved.proc.oid, {
      argTypes: resolved.args.map((arg) => arg.type),
      resultType: resolved.type,
    });
    const inputs = resolved.args.map((arg) => compileExpr(arg));
    let state = aggregate.init();
    for (const expr of exprs) {
      const row: readonly Datum[] = [compileExpr(expr)([], evaluation)];
      const [a = null, b = null] = inputs.map((input) => input(row, evaluation));
      state = aggregate.add(state, a, b, evaluation);
    }
    const value = aggregate.result(state, evaluation);
    const text = value === null ? null : typeByOid(resolved.type).output(value, DEFAULT_FORMAT);
    return { type: formatType(resolved.type), value: text };
  } catch (error) {
    if (error instanceof SqlError) return { error: `${error.sqlstate} ${error.message}` };
    throw error;
  }
}

describe.skipIf(unavailable !== undefined)("aggregates answer as PostgreSQL does", () => {
  let oracle: Oracle;
  let client: pg.Client;

  beforeAll(async () => {
    await loadParser();
    oracle = await startOracle();
    client = new pg.Client({
      connectionString: oracle.url,
      types: { getTypeParser: () => (text: unknown) => text },
    });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await oracle.stop();
  });

  async function theirs(
    name: string,
    type: string,
    values: readonly string[],
    extra: readonly string[],
  ): Promise<Answer> {
    const rows = values.map((value) => `((${value})::${type})`).join(", ");
    const call = `${name}(${["x", ...extra].join(", ")})`;
    try {
      const result = await client.query<[string, string | null]>({
        text: `select pg_typeof(${call})::text, ${call} from (values ${rows}) v(x)`,
        rowMode: "array",
      });
      const [resultType = "", value = null] = result.rows[0] ?? [];
      return { type: resultType, value };
    } catch (error) {
      const { code = "", message } = error as { code?: string; message: string };
      return { error: `${code} ${message}` };
    }
  }

  it("over every type", async () => {
    const different: string[] = [];
    for (const [type, values] of SETS) {
      for (const name of NAMES) {
        const a = ours(name, type, values, []);
        const b = await theirs(name, type, values, []);
        if (JSON.stringify(a) !== JSON.stringify(b)) {
          different.push(
            `${name}(${type}) of ${values.join(", ")}\n  ours   ${JSON.stringify(a)}\n  theirs ${JSON.stringify(b)}`,
          );
        }
      }
    }
    expect(different.join("\n")).toBe("");
  });

  it("with two arguments", async () => {
    const calls: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
      ["string_agg", "text", ["'a'", "null", "'b'"], ["', '"]],
      ["string_agg", "bytea", ["'\\x01'", "'\\x02'"], ["'\\xff'::bytea"]],
      ["json_object_agg", "text", ["'a'", "'b'"], ["1"]],
      ["jsonb_object_agg", "text", ["'bb'", "'a'", "'bb'"], ["'x'::text"]],
      ["json_object_agg", "int4", ["1", "2"], ["array[1,2]"]],
      ["json_object_agg_unique", "text", ["'a'", "'a'"], ["1"]],
      ["jsonb_object_agg", "text", ["null"], ["1"]],
      ["json_object_agg", "text", ["null"], ["1"]],
      ["jsonb_object_agg_unique", "text", ["'a'", "'a'"], ["1"]],
      ["jsonb_object_agg_strict", "text", ["'a'", "'b'"], ["null::int"]],
      ["corr", "float8", ["1", "2", "4"], ["3::float8"]],
      ["regr_count", "float8", ["1", "null"], ["3::float8"]],
      ["covar_pop", "float8", ["1", "2"], ["3::float8"]],
      ["regr_slope", "float8", ["1", "2"], ["3::float8"]],
      ["sum", "int4", ["1"], ["2"]],
    ];
    for (const [name, type, values, extra] of calls) {
      expect([name, ours(name, type, values, extra)]).toEqual([
        name,
        await theirs(name, type, values, extra),
      ]);
    }
  });
});
