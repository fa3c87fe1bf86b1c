/**
 * Texts in the order of an ICU collation, as types: whatever sorts, compares, groups or finds an
 * extreme asks the type. No column, parameter or result has one; the binder gives one to what
 * depends on the collation, and the planner knows no index for it.
 */
import { InvariantError, SqlError, featureNotSupported } from "@firstlight/common";
import { addTypeRow, typeRow } from "../catalog/type-catalog.ts";
import { collatedCompare, type IcuCollation } from "../values/icu-collator.ts";
import { trimBlanks } from "../values/text-order.ts";
import { BPCHAR } from "./oids.ts";
import type { SqlType } from "./sql-type.ts";
import { addType, typeByOid } from "./type-registry.ts";
import { newTypeNumber } from "./user/type-ids.ts";

const TYPES_MAX = 10_000;

const numbers = new Map<string, number>();
const collations = new Map<number, IcuCollation>();

/** The collation of such a type, undefined for every other type. */
export function collationOfCollated(type: number): IcuCollation | undefined {
  return collations.get(type);
}

/** `base` is text or char(n), whose trailing blanks do not count; 0A000 for unknown locales. */
export function collatedType(base: number, icu: IcuCollation): number {
  const key = `${base} ${icu.deterministic ? "" : "in"}deterministic ${icu.locale}`;
  const known = numbers.get(key);
  if (known !== undefined) return known;
  if (numbers.size >= TYPES_MAX) {
    throw new SqlError("54000", `a process knows at most ${TYPES_MAX} ICU collations`);
  }
  const type = makeType(base, icu);
  numbers.set(key, type.oid);
  collations.set(type.oid, icu);
  return type.oid;
}

function makeType(base: number, icu: IcuCollation): SqlType {
  const row = typeRow(base);
  if (row === undefined) throw new InvariantError("a collation of no type");
  const compared = collatedCompare(icu);
  const isPadded = base === BPCHAR;
  const oid = newTypeNumber(base);
  const type: SqlType = {
    ...typeByOid(base),
    oid,
    compare: (a, b) =>
      isPadded
        ? compared(trimBlanks(a as string), trimBlanks(b as string))
        : compared(a as string, b as string),
    ...(icu.deterministic ? {} : { hashKey: refuseKey }),
  };
  addTypeRow({ ...row, oid, array: 0 }, "pg_catalog");
  addType(type);
  return type;
}

/** Equal texts have no form in common that could be had. */
function refuseKey(): never {
  throw featureNotSupported("hashing by a nondeterministic collation");
}
