/**
 * What a statement needs privileges for, read off its bound form (RTEPermissionInfo): per relation
 * the rights and the columns that they are needed on, the functions that it calls, and the schemas
 * that it names. Views stand for themselves; what their queries read is needed by their owners.
 */
import type { Expr } from "@firstlight/sql";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { RIGHT } from "../privileges/rights.ts";
import type { BoundQuery, ColumnAssignment, RangeTableEntry } from "./query-tree.ts";
import type { CalledRoutines } from "./routine/called-routines.ts";
import type { ViewTarget } from "./view-target.ts";
import { namedSchemas } from "./named-schemas.ts";
import { forEachChild, forEachOwnExpr, queryOf } from "./walk.ts";

export interface RelationAccess {
  readonly relation: number;
  /** OID of the owner of the view on whose behalf it is read; undefined: the current user. */
  readonly as: number | undefined;
  rights: number;
  /** Numbers of columns. */
  readonly selected: Set<number>;
  readonly inserted: Set<number>;
  readonly updated: Set<number>;
}

export interface AccessRequirements {
  readonly relations: readonly RelationAccess[];
  /** Some are read by owners of views, whom a superuser's rights do not help. */
  readonly isOfOthers: boolean;
  /** OIDs in pg_proc. */
  readonly functions: ReadonlySet<number>;
  /** Names of schemas that the text gives, with where. */
  readonly schemas: ReadonlyMap<string, number>;
}

/** A query, and those around it. */
interface Frame {
  readonly rangeTable: readonly RangeTableEntry[];
  readonly accesses: readonly (RelationAccess | undefined)[];
  readonly outer: Frame | undefined;
}

function around(frame: Frame | undefined, levels: number): Frame | undefined {
  return levels === 0 ? frame : around(frame?.outer, levels - 1);
}

const targets = new WeakMap<object, ViewTarget>();

/** The statement with this range table changes its entry 0 by way of a view. */
export function rememberViewTarget(rangeTable: object, target: ViewTarget): void {
  targets.set(rangeTable, target);
}

export function isThroughView(rangeTable: object): boolean {
  return targets.has(rangeTable);
}

class Collector {
  readonly relations: RelationAccess[] = [];
  readonly functions = new Set<number>();
  readonly #catalog: Catalog;
  #skipped: ReadonlySet<Expr> = new Set();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  #access(relation: number, as: number | undefined, rights: number): RelationAccess {
    const access: RelationAccess = {
      relation,
      as,
      rights,
      selected: new Set(),
      inserted: new Set(),
      updated: new Set(),
    };
    this.relations.push(access);
    return access;
  }

  query(query: BoundQuery, outer: Frame | undefined, as: number | undefined): void {
    const isTarget = (at: number): boolean => query.kind !== "select" && at === 0;
    const excluded = query.kind === "insert" ? query.onConflict?.excludedRte : undefined;
    const through = query.kind === "select" ? undefined : targets.get(query.rangeTable);
    const viewOwner = through === undefined ? as : this.#reader(innermost(through).view.oid, as);
    const accesses = query.rangeTable.map((entry, at) => {
      if (at === excluded) return undefined;
      return this.#entryAccess(
        entry,
        isTarget(at) ? viewOwner : as,
        isTarget(at) ? 0 : RIGHT.select,
      );
    });
    // EXCLUDED has the target's columns, and needs SELECT on them.
    if (excluded !== undefined) accesses[excluded] = accesses[0];
    const frame: Frame = { rangeTable: query.rangeTable, accesses, outer };
    for (const cte of query.ctes) this.query(cte.query, frame, as);
    for (const entry of query.rangeTable) this.#inside(entry, frame, as);
    if (query.kind === "insert" && query.source.kind === "query") {
      this.query(query.source.query, frame, as);
    }
    if (through !== undefined) this.#skipped = new Set(through.conditions);
    forEachOwnExpr(query, (expr) => this.#expr(expr, frame, as));
    if (query.kind === "select") {
      for (const { rte } of query.rowMarks) this.#lock(accesses[rte]);
    } else this.#modification(query, accesses[0], through, as);
  }

  #lock(access: RelationAccess | undefined): void {
    if (access !== undefined) access.rights |= RIGHT.update;
  }

  #entryAccess(
    entry: RangeTableEntry,
    as: number | undefined,
    rights: number,
  ): RelationAccess | undefined {
    if (entry.kind === "table" || entry.kind === "virtual") {
      return this.#access(entry.table.oid, as, rights);
    }
    if (entry.kind === "subquery" && entry.view !== undefined) {
      return this.#access(entry.view, as, rights);
    }
    return undefined;
  }

  /** Who reads what a view reads. */
  #reader(view: number, as: number | undefined): number | undefined {
    const found = this.#catalog.relationByOid(view);
    if (found?.kind !== "view") return as;
    const invoker = found.options?.["security_invoker"]?.toLowerCase();
    const isInvoker = invoker === "true" || invoker === "on" || invoker === "1";
    return isInvoker ? as : found.owner;
  }

  #inside(entry: RangeTableEntry, frame: Frame | undefined, as: number | undefined): void {
    if (entry.kind === "subquery") {
      const { view } = entry;
      // The system's views are its superuser's.
      if (view !== undefined && view < FIRST_USER_OID) return;
      this.query(entry.query, frame, view === undefined ? as : this.#reader(view, as));
    } else if (entry.kind === "function") {
      for (const { call } of entry.functions) this.#expr(call, frame, as);
    } else if (entry.kind === "values") {
      for (const row of entry.rows) for (const each of row) this.#expr(each, frame, as);
    }
  }

  #expr(expr: Expr, frame: Frame | undefined, as: number | undefined): void {
    if (this.#skipped.has(expr)) return;
    if (expr.kind === "var") {
      this.#column(expr.rte, expr.column, around(frame, expr.levelsUp), as);
      return;
    }
    if ("proc" in expr && typeof expr.proc === "number") this.functions.add(expr.proc);
    forEachChild(expr, (child) => this.#expr(child, frame, as));
    if (expr.kind === "subLink") this.query(queryOf(expr), frame, as);
  }

  #column(rte: number, column: number, frame: Frame | undefined, as: number | undefined): void {
    const entry = frame?.rangeTable[rte];
    if (frame === undefined || entry === undefined) return;
    if (entry.kind === "join") {
      const value = entry.values[column];
      if (value !== undefined) this.#expr(value, frame, as);
      return;
    }
    const access = frame.accesses[rte];
    if (access === undefined) return;
    access.rights |= RIGHT.select;
    if (column >= 0 && column < entry.columns.length) access.selected.add(column + 1);
  }

  #modification(
    query: Exclude<BoundQuery, { readonly kind: "select" }>,
    access: RelationAccess | undefined,
    through: ViewTarget | undefined,
    as: number | undefined,
  ): void {
    if (access === undefined) return;
    noteChanges(query, access);
    if (through !== undefined) this.#views(access, through, as);
  }

  /** The view that is named needs the user's rights, each one below it the rights of its user. */
  #views(base: RelationAccess, target: ViewTarget, as: number | undefined): void {
    const access = this.#access(target.view.oid, as, base.rights);
    const map = (from: ReadonlySet<number>, to: Set<number>): void => {
      for (const [at, { base: column }] of target.columns.entries()) {
        if (column !== undefined && from.has(column + 1)) to.add(at + 1);
      }
    };
    map(base.selected, access.selected);
    map(base.inserted, access.inserted);
    map(base.updated, access.updated);
    if (target.inner === undefined) return;
    this.#views(base, target.inner, this.#reader(target.view.oid, as));
  }
}

function innermost(target: ViewTarget): ViewTarget {
  return target.inner === undefined ? target : innermost(target.inner);
}

function noteAssignments(access: RelationAccess, assignments: readonly ColumnAssignment[]): void {
  access.rights |= RIGHT.update;
  for (const { column } of assignments) access.updated.add(column + 1);
}

function noteInserted(access: RelationAccess, columns: readonly number[]): void {
  access.rights |= RIGHT.insert;
  for (const column of columns) if (column >= 0) access.inserted.add(column + 1);
}

function noteChanges(
  query: Exclude<BoundQuery, { readonly kind: "select" }>,
  access: RelationAccess,
): void {
  if (query.kind === "insert") {
    noteInserted(access, query.columns);
    const { onConflict, table } = query;
    if (onConflict?.action === "update") noteAssignments(access, onConflict.assignments);
    for (const oid of onConflict?.arbiters ?? []) {
      const index = table.indexes.find((each) => each.oid === oid);
      access.rights |= RIGHT.select;
      for (const { column } of index?.columns ?? []) if (column > 0) access.selected.add(column);
    }
  } else if (query.kind === "update") noteAssignments(access, query.assignments);
  else if (query.kind === "delete") access.rights |= RIGHT.delete;
  else {
    for (const action of query.actions) {
      if (action.command === "insert") noteInserted(access, action.columns);
      else if (action.command === "update") noteAssignments(access, action.assignments);
      else if (action.command === "delete") access.rights |= RIGHT.delete;
    }
  }
}

export function accessRequirements(
  query: BoundQuery,
  catalog: Catalog,
  text:
    | { readonly node: ParseNode; readonly source: string; readonly routines: CalledRoutines }
    | undefined,
): AccessRequirements {
  const collector = new Collector(catalog);
  collector.query(query, undefined, undefined);
  const schemas = new Map<string, number>();
  if (text !== undefined) {
    // Only a dot makes a name qualified; statements that we write ourselves have no source.
    if (text.source === "" || text.source.includes(".")) namedSchemas(text.node, schemas);
    for (const routine of text.routines.all()) {
      const { config, securityDefiner, returnsSet, volatility } = routine.descriptor;
      // What may take the call's place (inline-query.ts) is read by the statement itself.
      if (config !== undefined || securityDefiner || !returnsSet) continue;
      if (volatility === "volatile") continue;
      for (const each of routine.boundIfNeeded?.statements ?? []) {
        collector.query(each, undefined, undefined);
      }
    }
  }
  const { relations, functions } = collector;
  const isOfOthers = relations.some((access) => access.as !== undefined);
  return { relations, functions, schemas, isOfOthers };
}
