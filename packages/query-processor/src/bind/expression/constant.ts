/** Literals: PostgreSQL's make_const. A string literal is of type unknown until its place tells. */
import { type Const, type Datum, oids, parseNumeric, readLiteral } from "@firstlight/sql";
import { child, flag, int, locationOf, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { Scope } from "../scope.ts";

const INT8_MAX = 2n ** 63n - 1n;
const INTEGER = /^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)$/;

export function makeConst(type: number, value: Datum, position: number): Const {
  return { kind: "const", type, typmod: -1, position, value };
}

/** NULL of no type yet. */
export function unknownNull(position: number): Const {
  return makeConst(oids.UNKNOWN, null, position);
}

/** Digits that do not fit int4, or a decimal. */
function number(text: string, position: number): Const {
  const negative = text.startsWith("-");
  const digits = (negative ? text.slice(1) : text).replaceAll("_", "");
  if (INTEGER.test(digits)) {
    const magnitude = BigInt(digits);
    const value = negative ? -magnitude : magnitude;
    // The grammar negates the digits after it has found them too large for int4.
    if (value === -2147483648n) return makeConst(oids.INT4, -2147483648, position);
    if (value <= INT8_MAX && value >= -INT8_MAX - 1n) return makeConst(oids.INT8, value, position);
    return makeConst(oids.NUMERIC, parseNumeric(value.toString()), position);
  }
  return makeConst(oids.NUMERIC, parseNumeric(`${negative ? "-" : ""}${digits}`), position);
}

export function constant(scope: Scope, fields: ParseNode): Const {
  const position = locationOf(fields);
  if (flag(fields, "isnull")) return unknownNull(position);
  const integer = child(fields, "ival");
  if (integer !== undefined) return makeConst(oids.INT4, int(integer, "ival"), position);
  const float = child(fields, "fval");
  if (float !== undefined) return number(string(float, "fval"), position);
  const boolean = child(fields, "boolval");
  if (boolean !== undefined) return makeConst(oids.BOOL, flag(boolean, "boolval"), position);
  const text = child(fields, "sval");
  if (text !== undefined) return makeConst(oids.UNKNOWN, string(text, "sval"), position);
  const bits = string(child(fields, "bsval") ?? {}, "bsval");
  return makeConst(
    oids.BIT,
    readLiteral(scope.context.evaluation, oids.BIT, bits, -1, position),
    position,
  );
}
