/**
 * Default btree operator classes: which operators and which comparison function order a type.
 * As PostgreSQL's GetDefaultOpClass and lookup_type_cache.
 */
import { PG_AMOP } from "../catalog-data/pg-amop.ts";
import { PG_AMPROC } from "../catalog-data/pg-amproc.ts";
import { PG_OPCLASS } from "../catalog-data/pg-opclass.ts";
import { findCast } from "./cast-catalog.ts";
import { groupBy } from "./group-by.ts";
import { lazy } from "./lazy.ts";
import { CatalogText } from "./tsv.ts";
import {
  baseTypeOid,
  elementTypeOid,
  fieldTypesOf,
  isComposite,
  isPreferredType,
  typeCategory,
  typeRow,
} from "./type-catalog.ts";

const BTREE = 403;
const HASH = 405;
const ANYARRAY = 2277;
const ANYENUM = 3500;
const ANYRANGE = 3831;
const ANYMULTIRANGE = 4537;
const RECORD = 2249;

interface OperatorClass {
  readonly method: number;
  readonly family: number;
  readonly inputType: number;
}

/** How a type is ordered; operators are OIDs of pg_operator, procs of pg_proc, 0 when missing. */
export interface TypeOrdering {
  /** The type that the operators take: text for varchar, anyarray for int4[]. */
  readonly inputType: number;
  readonly family: number;
  readonly less: number;
  readonly lessEqual: number;
  readonly equal: number;
  readonly greaterEqual: number;
  readonly greater: number;
  /** Three-way comparison, support function 1. */
  readonly compareProc: number;
}

const defaultClasses = lazy(() =>
  new CatalogText(PG_OPCLASS)
    .rows()
    .filter((row) => row.flag("opcdefault"))
    .map((row): OperatorClass => ({
      method: row.number("opcmethod"),
      family: row.number("opcfamily"),
      inputType: row.number("opcintype"),
    })),
);

/** "family:left:right:strategy" to operator. */
const operatorsOfFamily = lazy(() => {
  const rows = new CatalogText(PG_AMOP).rows().filter((row) => row.text("amoppurpose") === "s");
  return new Map(
    rows.map((row) => [
      `${row.text("amopfamily")}:${row.text("amoplefttype")}:${row.text("amoprighttype")}:${row.text("amopstrategy")}`,
      row.number("amopopr"),
    ]),
  );
});

const procsOfFamily = lazy(
  () =>
    new Map(
      new CatalogText(PG_AMPROC)
        .rows()
        .map((row) => [
          `${row.text("amprocfamily")}:${row.text("amproclefttype")}:${row.text("amprocrighttype")}:${row.text("amprocnum")}`,
          row.number("amproc"),
        ]),
    ),
);

/** True when a value of one type may be taken for the other as it is (IsBinaryCoercible). */
export function isBinaryCoercible(source: number, target: number): boolean {
  if (source === target) return true;
  if (target === 2276 || target === 2283 || target === 5077) return true;
  const from = baseTypeOid(source);
  if (from === target) return true;
  if (target === ANYARRAY || target === 5078) return elementTypeOid(from) !== 0;
  const kind = typeRow(from)?.kind;
  if (target === ANYENUM) return kind === "e";
  if (target === ANYRANGE || target === 5080) return kind === "r";
  if (target === ANYMULTIRANGE || target === 4538) return kind === "m";
  if (target === RECORD) return isComposite(from);
  const cast = findCast(from, target);
  return cast !== undefined && cast.method === "binary" && cast.context === "implicit";
}

function defaultClass(method: number, type: number): OperatorClass | undefined {
  const category = typeCategory(type);
  let compatible: OperatorClass[] = [];
  for (const each of defaultClasses()) {
    if (each.method !== method) continue;
    if (each.inputType === type) return each;
    if (isBinaryCoercible(type, each.inputType)) compatible.push(each);
  }
  const preferred = compatible.filter((each) => isPreferredType(each.inputType, category));
  if (preferred.length > 0) compatible = preferred;
  return compatible.length === 1 ? compatible[0] : undefined;
}

/** Operator of a family for two types and a btree strategy (1 <, 2 <=, 3 =, 4 >=, 5 >). */
export function familyOperator(
  family: number,
  left: number,
  right: number,
  strategy: number,
): number {
  return operatorsOfFamily().get(`${family}:${left}:${right}:${strategy}`) ?? 0;
}

/** Cross-type or same-type comparison function of a btree family, 0 when there is none. */
export function familyCompareProc(family: number, left: number, right: number): number {
  return procsOfFamily().get(`${family}:${left}:${right}:1`) ?? 0;
}

const IN_RANGE = 3;

/** The in_range functions of a sort column's type, by the type of the offset. */
export function inRangeProcs(type: number): ReadonlyMap<number, number> {
  const found = defaultClass(BTREE, baseTypeOid(type));
  const procs = new Map<number, number>();
  if (found === undefined) return procs;
  const start = `${found.family}:${found.inputType}:`;
  for (const [key, proc] of procsOfFamily()) {
    const [offset, number] = key.slice(start.length).split(":");
    if (key.startsWith(start) && Number(number) === IN_RANGE) procs.set(Number(offset), proc);
  }
  return procs;
}

function orderingOf(type: number): TypeOrdering | undefined {
  const base = baseTypeOid(type);
  const found = defaultClass(BTREE, base);
  if (found === undefined) return undefined;
  const element = elementTypeOid(base);
  // array_cmp needs the element's comparison; without it the array has no order either.
  if (element !== 0 && typeOrdering(element) === undefined) return undefined;
  if (fieldTypesOf(base).some((field) => typeOrdering(field) === undefined)) return undefined;
  const { family, inputType } = found;
  const operator = (strategy: number): number =>
    familyOperator(family, inputType, inputType, strategy);
  return {
    inputType,
    family,
    less: operator(1),
    lessEqual: operator(2),
    equal: operator(3),
    greaterEqual: operator(4),
    greater: operator(5),
    compareProc: familyCompareProc(family, inputType, inputType),
  };
}

const orderings = new Map<number, TypeOrdering | undefined>();

/** How values of a type are ordered, undefined when the type has no default btree class. */
export function typeOrdering(type: number): TypeOrdering | undefined {
  if (!orderings.has(type)) orderings.set(type, orderingOf(type));
  return orderings.get(type);
}

/** Whether an index may be made of the type; whether its values can be compared shows when they are. */
export function hasOrderClass(type: number): boolean {
  return defaultClass(BTREE, baseTypeOid(type)) !== undefined;
}

/** Whether grouping and windows over the type may sort. */
export function isSortable(type: number): boolean {
  const element = elementTypeOid(baseTypeOid(type));
  return element === 0 ? typeOrdering(type) !== undefined : isSortable(element);
}

/** The type's equality operator: of its btree class, else of its hash class, else 0. */
export function equalityOperator(type: number): number {
  const ordering = typeOrdering(type);
  if (ordering !== undefined) return ordering.equal;
  const base = baseTypeOid(type);
  const hash = defaultClass(HASH, base);
  const element = elementTypeOid(base);
  if (hash === undefined || (element !== 0 && equalityOperator(element) === 0)) return 0;
  if (fieldTypesOf(base).some((field) => equalityOperator(field) === 0)) return 0;
  return familyOperator(hash.family, hash.inputType, hash.inputType, 1);
}

/** Whether grouping and joining on the type may hash. */
export function isHashable(type: number): boolean {
  const base = baseTypeOid(type);
  const element = elementTypeOid(base);
  if (element !== 0) return isHashable(element);
  return (
    defaultClass(HASH, base) !== undefined && fieldTypesOf(base).every((field) => isHashable(field))
  );
}

/** Every btree family in which an operator stands, with its strategy and the types it compares. */
export interface OperatorStrategy {
  readonly family: number;
  readonly left: number;
  readonly right: number;
  readonly strategy: number;
}

const strategies = lazy(() => {
  const rows = new CatalogText(PG_AMOP)
    .rows()
    .filter((row) => row.number("amopmethod") === BTREE && row.text("amoppurpose") === "s")
    .map((row) => ({
      operator: row.number("amopopr"),
      family: row.number("amopfamily"),
      left: row.number("amoplefttype"),
      right: row.number("amoprighttype"),
      strategy: row.number("amopstrategy"),
    }));
  return groupBy(rows, (row) => row.operator);
});

/** What a planner asks to find out whether `a op b` can use an ordered index. */
export function btreeStrategies(operator: number): readonly OperatorStrategy[] {
  return strategies().get(operator) ?? [];
}
