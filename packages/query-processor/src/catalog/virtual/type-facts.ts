/** How values of a type are stored, as pg_attribute repeats it from pg_type, and its default order. */
import type { Datum } from "@firstlight/sql";
import { baseTypeOid, elementTypeOid } from "@firstlight/sql";
import { systemRows } from "./system-rows.ts";

export interface TypeFacts {
  readonly length: Datum;
  readonly byValue: Datum;
  readonly align: Datum;
  readonly storage: Datum;
  readonly collation: number;
}

const COMPOSITE: TypeFacts = {
  length: -1,
  byValue: false,
  align: "d",
  storage: "x",
  collation: 0,
};

let facts: ReadonlyMap<Datum, TypeFacts> | undefined;

function readFacts(): ReadonlyMap<Datum, TypeFacts> {
  return new Map(
    systemRows("pg_type").map((row) => [
      row["oid"] ?? null,
      {
        length: row["typlen"] ?? null,
        byValue: row["typbyval"] ?? null,
        align: row["typalign"] ?? null,
        storage: row["typstorage"] ?? null,
        collation: Number(row["typcollation"] ?? 0),
      },
    ]),
  );
}

/** Types that are no built-in ones are row types of tables. */
export function typeFacts(oid: number): TypeFacts {
  facts ??= readFacts();
  return facts.get(oid) ?? COMPOSITE;
}

const BTREE = 403;
const ANYARRAY = 2277;
const RECORD = 2249;
const RECORD_TYPES = new Set([RECORD]);
/** Types that use another type's operator class. */
const SHARED_CLASS: ReadonlyMap<number, number> = new Map([[1043, 25]]);

let classes: ReadonlyMap<Datum, number> | undefined;

function readClasses(): ReadonlyMap<Datum, number> {
  const defaults = systemRows("pg_opclass").filter(
    (row) => row["opcmethod"] === BTREE && row["opcdefault"] === true,
  );
  return new Map(defaults.map((row) => [row["opcintype"] ?? null, Number(row["oid"])]));
}

/** OID of the default btree operator class, 0 when there is none. */
export function defaultOperatorClass(type: number): number {
  classes ??= readClasses();
  const base = baseTypeOid(type);
  const own = classes.get(SHARED_CLASS.get(base) ?? base);
  if (own !== undefined) return own;
  const shared = elementTypeOid(base) === 0 ? RECORD : ANYARRAY;
  return shared === RECORD && !RECORD_TYPES.has(base) ? 0 : (classes.get(shared) ?? 0);
}
