/** Functions of pg_lsn: order, distance, and moving by a number of bytes. */
import { SqlError } from "@firstlight/common";
import type { Numeric } from "../values/datum.ts";
import { makeNumeric, roundNumeric } from "../values/numeric.ts";
import { registerFunctions } from "./registry.ts";

const LSN_MAX = 0xffffffffffffffffn;

function outOfRange(): SqlError {
  return new SqlError("22023", "pg_lsn out of range");
}

function lsnOf(value: bigint): bigint {
  if (value < 0n || value > LSN_MAX) throw outOfRange();
  return value;
}

function fromNumeric(value: Numeric): bigint {
  if (value.kind === "nan") throw new SqlError("0A000", "cannot convert NaN to pg_lsn");
  if (value.kind !== "finite") throw new SqlError("0A000", "cannot convert infinity to pg_lsn");
  return lsnOf(roundNumeric(value, 0).coefficient);
}

/** `sign` 1 adds, -1 takes away. */
function moved(lsn: bigint, bytes: Numeric, sign: 1n | -1n): bigint {
  if (bytes.kind === "nan") {
    const verb = sign === 1n ? "add NaN to" : "subtract NaN from";
    throw new SqlError("0A000", `cannot ${verb} pg_lsn`);
  }
  if (bytes.kind !== "finite") throw new SqlError("0A000", "cannot convert infinity to pg_lsn");
  const result = makeNumeric(
    lsn * 10n ** BigInt(bytes.scale) + sign * bytes.coefficient,
    bytes.scale,
  );
  return fromNumeric(result);
}

export function registerLsn(): void {
  const distance = (_: unknown, a: bigint, b: bigint): Numeric => makeNumeric(a - b, 0);
  registerFunctions({
    pg_lsn_eq: (_, a: bigint, b: bigint) => a === b,
    pg_lsn_ne: (_, a: bigint, b: bigint) => a !== b,
    pg_lsn_lt: (_, a: bigint, b: bigint) => a < b,
    pg_lsn_le: (_, a: bigint, b: bigint) => a <= b,
    pg_lsn_gt: (_, a: bigint, b: bigint) => a > b,
    pg_lsn_ge: (_, a: bigint, b: bigint) => a >= b,
    pg_lsn_cmp: (_, a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
    pg_lsn_larger: (_, a: bigint, b: bigint) => (a > b ? a : b),
    pg_lsn_smaller: (_, a: bigint, b: bigint) => (a < b ? a : b),
    pg_lsn_mi: distance,
    pg_wal_lsn_diff: distance,
    pg_lsn_pli: (_, lsn: bigint, bytes: Numeric) => moved(lsn, bytes, 1n),
    pg_lsn_mii: (_, lsn: bigint, bytes: Numeric) => moved(lsn, bytes, -1n),
    "numeric_pl_pg_lsn(numeric,pg_lsn)": (_, bytes: Numeric, lsn: bigint) => moved(lsn, bytes, 1n),
    numeric_pg_lsn: (_, value: Numeric) => fromNumeric(value),
  });
}
