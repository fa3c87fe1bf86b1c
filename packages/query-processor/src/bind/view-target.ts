/**
 * Views as targets of INSERT, UPDATE and DELETE (rewriteTargetView): the statement changes the view's
 * base table, its columns mean the view's expressions over that table's row, and the view's
 * conditions become those of the statement.
 */
import { oids } from "@firstlight/sql";
import type { Expr } from "@firstlight/sql";
import type { TableDescriptor, ViewDescriptor } from "../catalog/descriptors.ts";
import { makeVar } from "./entries.ts";
import { bindError } from "./errors.ts";
import { replaceExprs } from "./replace-exprs.ts";
import type { BoundCheck, BoundSelect } from "./query-tree.ts";
import type { BindContext } from "./scope.ts";
import { notUpdatableReason } from "./updatable-view.ts";
import { shiftLevels } from "./walk.ts";

export type ViewAction = "insert" | "update" | "delete";

/** A column of the view over the base table's row as entry 0. */
export interface ViewTargetColumn {
  readonly name: string;
  readonly expr: Expr;
  /** Position of the base table's column that it is; undefined: it is something else. */
  readonly base: number | undefined;
  /** The view's own default for it, as stored. */
  readonly default?: string | undefined;
}

export interface ViewTarget {
  readonly view: ViewDescriptor;
  readonly table: TableDescriptor;
  readonly columns: readonly ViewTargetColumn[];
  readonly conditions: readonly Expr[];
  /** WITH CHECK OPTION, those of inner views first. */
  readonly checks: readonly BoundCheck[];
  /** The view that it is made on, if that is one. */
  readonly inner?: ViewTarget;
}

const WORDS = {
  insert: ["insert into", "inserting into", "INSERT"],
  update: ["update", "updating", "UPDATE"],
  delete: ["delete from", "deleting from", "DELETE"],
} as const;

function notUpdatable(view: ViewDescriptor, action: ViewAction, detail: string): Error {
  const [verb, gerund, event] = WORDS[action];
  return bindError("55000", `cannot ${verb} view "${view.name}"`, -1, {
    detail,
    hint: `To enable ${gerund} the view, provide an INSTEAD OF ${event} trigger or an unconditional ON ${event} DO INSTEAD rule.`,
  });
}

/** An error of assigning to a column that is no column of the base table. */
export function refuseColumn(view: ViewDescriptor, name: string, action: ViewAction): Error {
  const verb = action === "insert" ? "insert into" : "update";
  return bindError("0A000", `cannot ${verb} column "${name}" of view "${view.name}"`, -1, {
    detail: "View columns that are not columns of their base relation are not updatable.",
  });
}

interface Base {
  readonly table: TableDescriptor;
  /** What a column of the view's FROM item means. */
  column(index: number): Expr;
  readonly defaults: ReadonlyMap<number, string>;
  readonly conditions: readonly Expr[];
  readonly checks: readonly BoundCheck[];
  readonly inner?: ViewTarget;
}

/** The column that stands for the key of a row. */
const ROW_KEY = -1;

function plainBase(table: TableDescriptor): Base {
  return {
    table,
    column: (index) => {
      if (index === ROW_KEY) return makeVar(0, ROW_KEY, { type: oids.TEXT, typmod: -1 });
      const column = table.columns[index];
      if (column === undefined) throw new Error(`${table.name} has no column at ${index}`);
      return makeVar(0, index, column);
    },
    defaults: new Map(),
    conditions: [],
    checks: [],
  };
}

interface Opening {
  readonly context: BindContext;
  readonly action: ViewAction;
  /** Whether a view around it checks the views below. */
  readonly cascaded: boolean;
  definition(view: ViewDescriptor): BoundSelect;
}

function baseOf(query: BoundSelect, opening: Opening): Base {
  const [item] = query.from;
  const entry = item === undefined ? undefined : query.rangeTable[item.rte];
  if (entry?.kind === "table") return plainBase(entry.table);
  const oid = entry?.kind === "subquery" ? entry.view : undefined;
  const view = oid === undefined ? undefined : opening.context.catalog.relationByOid(oid);
  if (view?.kind !== "view") throw new Error("the base of an updatable view");
  return viewBase(openView(view, opening));
}

function viewBase(inner: ViewTarget): Base {
  const { table, columns, conditions, checks } = inner;
  const defaults = new Map<number, string>();
  for (const { base, default: text } of columns) {
    if (base !== undefined && text !== undefined) defaults.set(base, text);
  }
  return {
    table,
    column: (index) => {
      const column = columns[index];
      if (column === undefined) throw new Error("a column of the inner view");
      return column.expr;
    },
    defaults,
    conditions,
    checks,
    inner,
  };
}

/** Vars of the view's FROM item, wherever they stand, become what they mean. */
function overBase(expr: Expr, base: Base): Expr {
  return replaceExprs(expr, (each, depth) => {
    if (each.kind !== "var" || each.levelsUp !== depth) return undefined;
    return shiftLevels(base.column(each.column), depth);
  });
}

export function openView(view: ViewDescriptor, opening: Opening): ViewTarget {
  const { action, context } = opening;
  context.dependencies.add(view.oid);
  const query = opening.definition(view);
  const reason = notUpdatableReason(query);
  if (reason !== undefined) throw notUpdatable(view, action, reason);
  const option = view.options?.["check_option"]?.toLowerCase();
  const cascaded = opening.cascaded || option === "cascaded";
  const base = baseOf(query, { ...opening, cascaded });
  const columns = viewColumns(view, query, base);
  if (action !== "delete" && columns.every((column) => column.base === undefined)) {
    const none = "Views that have no updatable columns are not automatically updatable.";
    throw notUpdatable(view, action, none);
  }
  const own = query.where === undefined ? [] : [overBase(query.where, base)];
  const isChecked = cascaded || option === "local";
  const checks = isChecked ? own.map((expr) => ({ name: view.name, expr, ofView: true })) : [];
  return {
    view,
    table: base.table,
    columns,
    conditions: [...base.conditions, ...own],
    checks: [...base.checks, ...checks],
    ...(base.inner === undefined ? {} : { inner: base.inner }),
  };
}

function viewColumns(
  view: ViewDescriptor,
  query: BoundSelect,
  base: Base,
): readonly ViewTargetColumn[] {
  const shown = query.targets.filter((target) => !target.junk);
  return view.columns.map(({ name, default: own }, index) => {
    const target = shown[index];
    if (target === undefined) throw new Error(`view ${view.name} lacks a column`);
    const expr = overBase(target.expr, base);
    const column = expr.kind === "var" ? expr.column : undefined;
    const inherited = column === undefined ? undefined : base.defaults.get(column);
    return { name, expr, base: column, default: own ?? inherited };
  });
}
