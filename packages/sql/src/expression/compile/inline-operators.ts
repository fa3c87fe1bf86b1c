/**
 * Operators that are cheaper as JavaScript than as a call: integer and float arithmetic with their
 * overflow checks, and comparisons of values that JavaScript orders as SQL does. Keyed by
 * pg_proc.prosrc; arguments are never null here and the results are not either.
 */
import { divisionByZero, outOfRange, overflow } from "../../functions/errors.ts";
import { areEqual, ordered } from "../../functions/text/long-compare.ts";
import { LONG } from "../../functions/long-call.ts";
import { compareText } from "../../values/text-order.ts";
import type { CodeBuilder } from "./code-builder.ts";

/** Writes lines that set `out`, from the JavaScript texts of the arguments. */
export type InlineOperator = (builder: CodeBuilder, out: string, a: string, b: string) => void;

const throwInt4 = (): never => {
  throw outOfRange("integer");
};
const throwInt8 = (): never => {
  throw outOfRange("bigint");
};
const throwDivision = (): never => {
  throw divisionByZero();
};
const throwOverflow = (): never => {
  throw overflow();
};

function expression(text: (a: string, b: string) => string): InlineOperator {
  return (builder, out, a, b) => builder.line(`${out} = ${text(a, b)};`);
}

const INT8_MAX = 9223372036854775807n;
const INT8_MIN = -9223372036854775808n;

/** `+ 0` turns a negative zero into zero, which integers do not have. */
function int4Arithmetic(operator: string): InlineOperator {
  return (builder, out, a, b) => {
    builder.line(`${out} = ${a} ${operator} ${b} + 0;`);
    builder.line(
      `if (${out} > 2147483647 || ${out} < -2147483648) ${builder.constant(throwInt4)}();`,
    );
  };
}

/** Operands of other integer types are widened first. */
function int8Arithmetic(operator: string, widenLeft: boolean, widenRight: boolean): InlineOperator {
  return (builder, out, a, b) => {
    const left = widenLeft ? `BigInt(${a})` : a;
    const right = widenRight ? `BigInt(${b})` : b;
    builder.line(`${out} = ${left} ${operator} ${right};`);
    builder.line(
      `if (${out} > ${builder.constant(INT8_MAX)} || ${out} < ${builder.constant(INT8_MIN)}) ${builder.constant(throwInt8)}();`,
    );
  };
}

function int4Division(builder: CodeBuilder, out: string, a: string, b: string): void {
  builder.line(`if (${b} === 0) ${builder.constant(throwDivision)}();`);
  builder.line(`${out} = Math.trunc(${a} / ${b}) + 0;`);
  builder.line(`if (${out} > 2147483647) ${builder.constant(throwInt4)}();`);
}

function int4Modulo(builder: CodeBuilder, out: string, a: string, b: string): void {
  builder.line(`if (${b} === 0) ${builder.constant(throwDivision)}();`);
  builder.line(`${out} = ${a} % ${b} + 0;`);
}

function float8Arithmetic(operator: string): InlineOperator {
  return (builder, out, a, b) => {
    builder.line(`${out} = ${a} ${operator} ${b};`);
    builder.line(
      `if ((${out} === Infinity || ${out} === -Infinity) && Number.isFinite(${a}) && Number.isFinite(${b})) ${builder.constant(throwOverflow)}();`,
    );
  };
}

const COMPARISONS = [
  ["eq", "==="],
  ["ne", "!=="],
  ["lt", "<"],
  ["le", "<="],
  ["gt", ">"],
  ["ge", ">="],
] as const;

/** Prefixes of comparison functions whose operands have one JavaScript type and its order. */
const SAME_TYPE = [
  "int2",
  "int4",
  "int24",
  "int42",
  "int8",
  "oid",
  "bool",
  "date_",
  "timestamp_",
  "time_",
  "uuid_",
];
/** number against bigint: exact with loose equality. */
const MIXED_WIDTH = ["int84", "int48", "int82", "int28"];
const FLOATS = ["float8", "float4", "float48", "float84"];

const table = new Map<string, InlineOperator>();

for (const [suffix, operator] of COMPARISONS) {
  for (const prefix of SAME_TYPE) {
    table.set(
      `${prefix}${suffix}`,
      expression((a, b) => `${a} ${operator} ${b}`),
    );
  }
  const loose = operator.replace(/^([=!])==$/, "$1=");
  for (const prefix of MIXED_WIDTH) {
    table.set(
      `${prefix}${suffix}`,
      expression((a, b) => `${a} ${loose} ${b}`),
    );
  }
}

/** NaN equals itself and is greater than every other number. */
const FLOAT_COMPARISON: Readonly<Record<string, (a: string, b: string) => string>> = {
  eq: (a, b) => `${a} === ${b} || (${a} !== ${a} && ${b} !== ${b})`,
  ne: (a, b) => `${a} !== ${b} && (${a} === ${a} || ${b} === ${b})`,
  lt: (a, b) => `${a} < ${b} || (${b} !== ${b} && ${a} === ${a})`,
  le: (a, b) => `${a} <= ${b} || ${b} !== ${b}`,
  gt: (a, b) => `${a} > ${b} || (${a} !== ${a} && ${b} === ${b})`,
  ge: (a, b) => `${a} >= ${b} || ${a} !== ${a}`,
};

for (const [suffix, text] of Object.entries(FLOAT_COMPARISON)) {
  for (const prefix of FLOATS) table.set(`${prefix}${suffix}`, expression(text));
}

function textEquality(not: "" | "!"): InlineOperator {
  return (builder, out, a, b) =>
    builder.line(
      `${out} = ${a}.length > ${LONG} ? ${not}${builder.constant(areEqual)}(ctx, ${a}, ${b}) : ${a} ${not === "" ? "=" : not}== ${b};`,
    );
}

function textComparison(operator: string): InlineOperator {
  return (builder, out, a, b) =>
    builder.line(
      `${out} = (${a}.length > ${LONG} ? ${builder.constant(ordered)}(ctx, ${a}, ${b}) : ${builder.constant(compareText)}(${a}, ${b})) ${operator} 0;`,
    );
}

table.set(
  "nameeq",
  expression((a, b) => `${a} === ${b}`),
);
table.set(
  "namene",
  expression((a, b) => `${a} !== ${b}`),
);
table.set("texteq", textEquality(""));
table.set("textne", textEquality("!"));
table.set("text_lt", textComparison("<"));
table.set("text_le", textComparison("<="));
table.set("text_gt", textComparison(">"));
table.set("text_ge", textComparison(">="));

for (const [suffix, operator] of [
  ["pl", "+"],
  ["mi", "-"],
  ["mul", "*"],
] as const) {
  for (const prefix of ["int4", "int24", "int42"]) {
    table.set(`${prefix}${suffix}`, int4Arithmetic(operator));
  }
  table.set(`int8${suffix}`, int8Arithmetic(operator, false, false));
  table.set(`int84${suffix}`, int8Arithmetic(operator, false, true));
  table.set(`int82${suffix}`, int8Arithmetic(operator, false, true));
  table.set(`int48${suffix}`, int8Arithmetic(operator, true, false));
  table.set(`int28${suffix}`, int8Arithmetic(operator, true, false));
}
for (const prefix of ["int4", "int24", "int42"]) table.set(`${prefix}div`, int4Division);
table.set("int4mod", int4Modulo);
table.set("float8pl", float8Arithmetic("+"));
table.set("float8mi", float8Arithmetic("-"));
/** int8 from int4, and back where it always fits. */
table.set(
  "int48",
  expression((a) => `BigInt(${a})`),
);
table.set(
  "int28",
  expression((a) => `BigInt(${a})`),
);
table.set(
  "i2toi4",
  expression((a) => a),
);
table.set(
  "i4tod",
  expression((a) => a),
);
table.set(
  "i2tod",
  expression((a) => a),
);
table.set(
  "ftod",
  expression((a) => a),
);

export function inlineOperator(source: string): InlineOperator | undefined {
  return table.get(source);
}
