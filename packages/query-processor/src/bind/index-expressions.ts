/**
 * Index expressions and predicates, bound over a row of their table as Vars of rte 0. Each is a
 * derived position behind the table's columns, so that whatever reads index columns by position
 * reads expressions alike. The catalog that a descriptor came with is kept beside it: whoever stores
 * rows has the descriptor only.
 */
import type { Expr } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogObject, IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { allIndexes } from "../catalog/table-indexes.ts";
import { withoutPositions } from "./errors.ts";
import type { Binders } from "./scope.ts";
import { bindTableExpression } from "./table-expressions.ts";

/** The positions of one index: of its key columns, and of its predicate if it is partial. */
export interface IndexPositions {
  readonly keys: readonly number[];
  readonly predicate: number | undefined;
}

export interface DerivedColumns {
  /** Position `table.columns.length + i` of a widened row holds the value of expression i. */
  readonly exprs: readonly Expr[];
  readonly positionsOf: (index: IndexDescriptor) => IndexPositions;
}

interface Home {
  readonly catalog: Catalog;
  readonly binders: Binders;
}

const homes = new WeakMap<TableDescriptor, Home>();
const known = new WeakMap<TableDescriptor, DerivedColumns>();

/** Asked of every table for every image of the catalog. */
const derived = new WeakMap<TableDescriptor, boolean>();

export function hasDerivedColumns(table: TableDescriptor): boolean {
  let found = derived.get(table);
  if (found === undefined) {
    found = hasDerivedIndex(table);
    derived.set(table, found);
  }
  return found;
}

function hasDerivedIndex(table: TableDescriptor): boolean {
  return (
    table.indexes.some(isDerived) ||
    (table.building?.some(({ index }) => isDerived(index)) ?? false)
  );
}

function isDerived(index: IndexDescriptor): boolean {
  return (
    index.predicate !== undefined || index.columns.some((each) => each.expression !== undefined)
  );
}

/** What a stored tree has beside the names of other objects. */
const OTHERS = /"(?:routineOid|typeOid|operator|collationOid)":/u;

/** Whether what an index holds is made by objects that change while their table's descriptor stays. */
function usesOthers({ predicate, columns }: IndexDescriptor): boolean {
  const texts = [predicate, ...columns.map(({ expression }) => expression?.text)];
  return texts.some((text) => text !== undefined && OTHERS.test(text));
}

const outside = new WeakMap<TableDescriptor, boolean>();

function dependsOnOthers(table: TableDescriptor): boolean {
  let found = outside.get(table);
  if (found === undefined) outside.set(table, (found = allIndexes(table).some(usesOthers)));
  return found;
}

/** What descriptors of one catalog alone are copies of. */
const originals = new WeakMap<CatalogObject, CatalogObject>();

/** The same for all catalogs that have the object unchanged. */
export function originalOf(object: CatalogObject): CatalogObject {
  return originals.get(object) ?? object;
}

/** A descriptor of this catalog alone, where its indexes mean what other objects of it are now. */
export function ownDescriptor<T extends CatalogObject>(object: T): T {
  if (object.kind !== "table" || !hasDerivedColumns(object) || !dependsOnOthers(object)) {
    return object;
  }
  const own = { ...object };
  originals.set(own, originalOf(object));
  return own;
}

/** To be called for a descriptor BEFORE rows are stored or read by its indexes. */
export function rememberCatalog(table: TableDescriptor, catalog: Catalog, binders: Binders): void {
  if (hasDerivedColumns(table) && !homes.has(table)) homes.set(table, { catalog, binders });
}

/** The catalog of a table that has derived columns. */
export function catalogOf(table: TableDescriptor): Catalog {
  return homeOf(table).catalog;
}

function homeOf(table: TableDescriptor): Home {
  const home = homes.get(table);
  if (home === undefined) throw new Error(`no catalog for the indexes of ${table.name}`);
  return home;
}

function bindOver(
  table: TableDescriptor,
  text: string,
  kind: "indexExpression" | "indexPredicate",
): Expr {
  const { catalog, binders } = homeOf(table);
  return withoutPositions(() => bindTableExpression(binders, text, table, { catalog, kind }));
}

function bindAll(table: TableDescriptor): DerivedColumns {
  const exprs: Expr[] = [];
  const positions = new Map<number, IndexPositions>();
  const derived = (expr: Expr): number => table.columns.length + exprs.push(expr) - 1;
  for (const index of allIndexes(table)) {
    const keys = index.columns.map(({ column, expression }) =>
      expression === undefined
        ? column - 1
        : derived(bindOver(table, expression.text, "indexExpression")),
    );
    const { predicate } = index;
    positions.set(index.oid, {
      keys,
      predicate:
        predicate === undefined ? undefined : derived(bindOver(table, predicate, "indexPredicate")),
    });
  }
  return { exprs, positionsOf: (index) => positions.get(index.oid) ?? plainPositions(index) };
}

function plainPositions(index: IndexDescriptor): IndexPositions {
  return { keys: index.columns.map(({ column }) => column - 1), predicate: undefined };
}

const NONE: DerivedColumns = { exprs: [], positionsOf: plainPositions };

export function derivedColumns(table: TableDescriptor): DerivedColumns {
  if (!hasDerivedColumns(table)) return NONE;
  let columns = known.get(table);
  if (columns === undefined) {
    columns = bindAll(table);
    known.set(table, columns);
  }
  return columns;
}

/** The condition of a partial index. */
export function indexPredicate(table: TableDescriptor, index: IndexDescriptor): Expr | undefined {
  const { exprs, positionsOf } = derivedColumns(table);
  const { predicate } = positionsOf(index);
  return predicate === undefined ? undefined : exprs[predicate - table.columns.length];
}
