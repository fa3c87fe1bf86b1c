/**
 * Of which types the two sides of a foreign key may be, and what their values are compared as: by an
 * operator of the family of the parent's index, else as values of the parent's type, to which the
 * child's are cast without being asked (ATAddForeignKeyConstraint).
 */
import { baseTypeOid, equalityOperator, familyOperator, oids, typeOrdering } from "@firstlight/sql";
import { systemRows } from "./virtual/system-rows.ts";

const { BPCHAR, BIT, CHAR, CIDR, DATE, FLOAT4, FLOAT8, INET, INT2, INT4, INT8, NAME } = oids;
const { NUMERIC, OID, REGCLASS, TEXT, TIMESTAMP, VARBIT, VARCHAR } = oids;
const EQUAL_STRATEGY = 3;

/** `plain`: as it stands; `cast`: as the parent's type; `narrow`: where it is such a value at all. */
export type Comparison = "plain" | "cast" | "narrow";

type Pairs = ReadonlyMap<number, ReadonlySet<number>>;

function pairs(entries: readonly (readonly [child: number, parents: readonly number[]])[]): Pairs {
  return new Map(entries.map(([child, parents]) => [child, new Set(parents)]));
}

/** Values of both have the same keys, and = between them is that of the parent's index. */
const PLAIN = pairs([
  [INT2, [INT4, INT8, NUMERIC]],
  [INT4, [INT2, INT8, NUMERIC]],
  [INT8, [INT2, INT4, NUMERIC]],
  [TEXT, [VARCHAR, NAME]],
  [VARCHAR, [TEXT, NAME]],
  [NAME, [TEXT, VARCHAR]],
  [FLOAT4, [FLOAT8]],
  [DATE, [TIMESTAMP]],
  [INET, [CIDR]],
  [CIDR, [INET]],
  [OID, [REGCLASS]],
  [REGCLASS, [OID]],
]);

const CAST = pairs([
  [INT2, [FLOAT4, FLOAT8]],
  [INT4, [FLOAT4, FLOAT8]],
  [INT8, [FLOAT4, FLOAT8, OID, REGCLASS]],
  [NUMERIC, [FLOAT4, FLOAT8]],
  [BPCHAR, [TEXT, VARCHAR, NAME]],
  [TEXT, [BPCHAR]],
  [VARCHAR, [BPCHAR]],
  [CHAR, [TEXT, VARCHAR]],
  [BIT, [VARBIT]],
  [VARBIT, [BIT]],
]);

const NARROW = pairs([
  [TIMESTAMP, [DATE]],
  [FLOAT8, [FLOAT4]],
]);

/** Undefined where values of the types are not compared here. */
export function comparisonOf(child: number, parent: number): Comparison | undefined {
  const [own, other] = [baseTypeOid(child), baseTypeOid(parent)];
  if (own === other || PLAIN.get(own)?.has(other) === true) return "plain";
  if (CAST.get(own)?.has(other) === true) return "cast";
  return NARROW.get(own)?.has(other) === true ? "narrow" : undefined;
}

interface ParentClass {
  readonly family: number;
  readonly inputType: number;
}

function familyEquality({ family, inputType }: ParentClass, child: number): number {
  return familyOperator(family, inputType, child, EQUAL_STRATEGY);
}

function isCastUnasked(source: number, target: number): boolean {
  if (source === target) return true;
  return systemRows("pg_cast").some(
    (cast) =>
      cast["castsource"] === source && cast["casttarget"] === target && cast["castcontext"] === "i",
  );
}

/** Whether PostgreSQL has a foreign key between such columns. */
export function isComparable(child: number, parent: number): boolean {
  const [own, other] = [baseTypeOid(child), baseTypeOid(parent)];
  if (own === other) return true;
  const ordering = typeOrdering(other);
  if (ordering === undefined) return false;
  return familyEquality(ordering, own) !== 0 || isCastUnasked(own, ordering.inputType);
}

/** pg_constraint.conpfeqop, conppeqop, conffeqop of one pair of columns. */
export interface KeyOperators {
  readonly parentChild: number;
  readonly parentParent: number;
  readonly childChild: number;
}

export function keyOperators(child: number, parent: number): KeyOperators {
  const parentParent = equalityOperator(parent);
  const own = baseTypeOid(child);
  const ordering = typeOrdering(baseTypeOid(parent));
  const parentChild = ordering === undefined ? 0 : familyEquality(ordering, own);
  const childChild =
    ordering === undefined ? 0 : familyOperator(ordering.family, own, own, EQUAL_STRATEGY);
  if (parentChild !== 0 && childChild !== 0) return { parentChild, parentParent, childChild };
  return { parentChild: parentParent, parentParent, childChild: parentParent };
}
