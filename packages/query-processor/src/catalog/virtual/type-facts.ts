/** How values of a type are stored, as pg_attribute repeats it from pg_type, and its default order. */
import type { Datum } from "@firstlight/sql";
import { baseTypeOid, definitionOf, elementTypeOid, isComposite, typeRow } from "@firstlight/sql";
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

const ENUM: TypeFacts = { length: 4, byValue: true, align: "i", storage: "p", collation: 0 };

/** Arrays and ranges are aligned as what they hold. */
function containerFacts(held: number): TypeFacts {
  const { align, collation } = typeFacts(held);
  return { ...COMPOSITE, align: align === "d" ? "d" : "i", collation };
}

export function typeFacts(type: number): TypeFacts {
  facts ??= readFacts();
  const known = facts.get(type);
  if (known !== undefined) return known;
  const element = elementTypeOid(type);
  if (element !== 0) return containerFacts(element);
  const definition = definitionOf(type);
  switch (definition?.kind) {
    case "enum":
      return ENUM;
    case "domain":
      return {
        ...typeFacts(definition.baseType),
        ...(definition.collation === undefined ? {} : { collation: definition.collation.oid }),
      };
    case "range":
      return { ...containerFacts(definition.subtype), collation: 0 };
    case "composite":
    case undefined:
      return COMPOSITE;
  }
}

const BTREE = 403;
const ANYARRAY = 2277;
const RECORD = 2249;
/** anyenum, anyrange, anymultirange by typtype. */
const POLYMORPHIC: Readonly<Record<string, number>> = { e: 3500, r: 3831, m: 4537 };
const RECORD_TYPES = new Set([RECORD]);
/** Types that use another type's operator class. */
const SHARED_CLASS: ReadonlyMap<number, number> = new Map([[1043, 25]]);

/** The pseudo-type whose class is for all types of a kind. */
function sharedClass(base: number): number {
  if (elementTypeOid(base) !== 0) return ANYARRAY;
  if (RECORD_TYPES.has(base) || isComposite(base)) return RECORD;
  return POLYMORPHIC[typeRow(base)?.kind ?? ""] ?? 0;
}

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
  return classes.get(sharedClass(base)) ?? 0;
}
