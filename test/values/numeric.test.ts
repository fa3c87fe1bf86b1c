/** Arithmetic on numeric gives PostgreSQL 16's digits, scales and errors for random operands. */
import { SqlError } from "@firstlight/common";
import type { Numeric } from "@firstlight/sql";
import {
  applyNumericTypmod,
  ceilNumeric,
  floorNumeric,
  numericAdd,
  numericDivide,
  numericDivideTruncated,
  numericExp,
  numericFromBigint,
  numericFromFloat,
  numericFromInt,
  numericLn,
  numericLog,
  numericModulo,
  numericMultiply,
  numericPower,
  numericSqrt,
  numericSubtract,
  numericToFloat8,
  numericToInt4,
  numericToInt8,
  numericToString,
  parseNumeric,
  roundNumeric,
  truncNumeric,
} from "@firstlight/sql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

type Operation = (a: Numeric, b: Numeric) => Numeric;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "a + b": numericAdd,
  "a - b": numericSubtract,
  "a * b": numericMultiply,
  "a / b": numericDivide,
  "a % b": numericModulo,
  "div(a, b)": numericDivideTruncated,
  "sqrt(a)": numericSqrt,
  "exp(a)": numericExp,
  "ln(a)": numericLn,
  "log(a, b)": numericLog,
  "a ^ b": numericPower,
  "a ^ trunc(b)": (a, b) => numericPower(a, truncNumeric(b, 0)),
  "round(a, 2)": (a) => roundNumeric(a, 2),
  "round(a, -2)": (a) => roundNumeric(a, -2),
  "trunc(a, 1)": (a) => truncNumeric(a, 1),
  "trunc(a, -3)": (a) => truncNumeric(a, -3),
  "ceil(a)": ceilNumeric,
  "floor(a)": floorNumeric,
  "a::numeric(10,3)": (a) => applyNumericTypmod(a, ((10 << 16) | 3) + 4),
  "a::numeric(3,-3)": (a) => applyNumericTypmod(a, ((3 << 16) | (-3 & 0x7ff)) + 4),
  "a::int4::numeric": (a) => numericFromInt(numericToInt4(a)),
  "a::int8::numeric": (a) => numericFromBigint(numericToInt8(a)),
  "a::float8::numeric": (a) => numericFromFloat(numericToFloat8(a), 15),
};

const EVALUATE = `
  create function pg_temp.evaluate(expression text, a numeric, b numeric) returns text
  language plpgsql as $$
  declare
    result text; message text; detail text;
  begin
    execute format('select (%s)::text from (select $1 a, $2 b) x', expression) into result using a, b;
    return result;
  exception when others then
    get stacked diagnostics message = message_text, detail = pg_exception_detail;
    return concat_ws('|', sqlstate, message, detail);
  end $$`;

let oracle: Oracle | undefined;
let client: pg.Client | undefined;

beforeAll(async () => {
  if (unavailable !== undefined) return;
  oracle = await startOracle();
  client = new pg.Client({ connectionString: oracle.url });
  await client.connect();
  await client.query(EVALUATE);
});

afterAll(async () => {
  await client?.end();
  await oracle?.stop();
});

let seed = 7;
function random(): number {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
}

const SPECIAL = ["NaN", "Infinity", "-Infinity", "0", "0.00", "1", "-1"] as const;

function digits(count: number): string {
  return Array.from({ length: count }, () => (random() < 0.2 ? 0 : Math.floor(random() * 10))).join(
    "",
  );
}

function operand(digitsMax: number): string {
  if (random() < 0.08) return SPECIAL[Math.floor(random() * SPECIAL.length)] ?? "0";
  const fraction = digits(Math.floor(random() * digitsMax));
  const whole = digits(Math.floor(random() * digitsMax)) || "0";
  return `${random() < 0.3 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

const PAIRS = Array.from(
  { length: 150 },
  () => [operand(random() < 0.2 ? 40 : 8), operand(random() < 0.1 ? 30 : 5)] as const,
);

function ourResult(operation: Operation, a: string, b: string): string {
  try {
    return numericToString(operation(parseNumeric(a), parseNumeric(b)));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return [error.sqlstate, error.message, error.fields.detail ?? ""].join("|");
  }
}

describe.skipIf(unavailable !== undefined)("numeric computes as PostgreSQL 16 does", () => {
  it.each(Object.entries(OPERATIONS))("%s", async (expression, operation) => {
    const result = await client?.query(
      "select pg_temp.evaluate($1, a, b) as text from unnest($2::numeric[], $3::numeric[]) with ordinality u(a, b, i) order by i",
      [expression, PAIRS.map(([a]) => a), PAIRS.map(([, b]) => b)],
    );
    const differences = PAIRS.flatMap(([a, b], i) => {
      const ours = ourResult(operation, a, b);
      const postgres: unknown = result?.rows[i].text;
      return ours === postgres ? [] : [{ a, b, ours, postgres }];
    });
    expect(differences).toEqual([]);
  });
});
