/** Wraps a query so that its columns can be converted after all that it does. */
import type { Expr } from "@firstlight/sql";
import { BARE_QUERY } from "./bare-query.ts";
import { deepenSelect } from "./deepen.ts";
import { makeVar } from "./entries.ts";
import { outputColumns, outputTargets } from "./output-columns.ts";
import type { BoundSelect, RangeTableEntry, TargetEntry } from "./query-tree.ts";

/** A SELECT of nothing, to be filled in. */
export function selectOver(
  rangeTable: readonly RangeTableEntry[],
  targets: readonly TargetEntry[],
): BoundSelect {
  return {
    ...BARE_QUERY,
    rangeTable,
    from: rangeTable.map((_, rte) => ({ kind: "rte", rte })),
    targets,
  };
}

/** Whether a target may be converted in place: nothing in the query looks at its value. */
function convertsInPlace(query: BoundSelect): boolean {
  return query.setOperation === undefined && query.distinct === false && query.orderBy.length === 0;
}

/**
 * The query with each output column passed through `convert`. A constant is converted where it
 * stands, so that a literal of unknown type is read as what it is to become. A wrapped query is one
 * level deeper: what it refers to outside moves along.
 */
export function convertOutputs(
  query: BoundSelect,
  convert: (expr: Expr, index: number) => Expr,
): BoundSelect {
  const isLiteral = (expr: Expr): boolean => expr.kind === "const" || expr.kind === "param";
  const inPlace = convertsInPlace(query);
  let index = 0;
  let needsWrapper = false;
  const targets = query.targets.map((target) => {
    if (target.junk) return target;
    const at = index++;
    const literal = isLiteral(target.expr) && query.setOperation === undefined;
    if (inPlace || literal) return { ...target, expr: convert(target.expr, at) };
    needsWrapper ||= convert(target.expr, at) !== target.expr;
    return target;
  });
  const inner = { ...query, targets };
  return needsWrapper ? wrapped(deepenSelect(inner, 0), convert) : inner;
}

function wrapped(query: BoundSelect, convert: (expr: Expr, index: number) => Expr): BoundSelect {
  const names = outputColumns(query).map(({ name }) => name);
  return overOutputs(query, (outputs) => outputs.map(convert), names);
}

/** A SELECT of other expressions over the outputs of a query. */
export function selectFrom(
  query: BoundSelect,
  make: (outputs: readonly Expr[]) => readonly Expr[],
): BoundSelect {
  return overOutputs(deepenSelect(query, 0), make, []);
}

/** A SELECT of what the query yields, under the same names. */
export function selectAbove(query: BoundSelect): BoundSelect {
  const names = outputColumns(query).map(({ name }) => name);
  return overOutputs(deepenSelect(query, 0), (outputs) => outputs, names);
}

function overOutputs(
  query: BoundSelect,
  make: (outputs: readonly Expr[]) => readonly Expr[],
  names: readonly string[],
): BoundSelect {
  const columns = outputColumns(query);
  const positions = outputTargets(query).map((target) => target.expr.position);
  const entry: RangeTableEntry = {
    kind: "subquery",
    alias: "*SELECT*",
    columns,
    lateral: false,
    query,
  };
  const outputs = columns.map((column, index): Expr => ({
    ...makeVar(0, index, column),
    position: positions[index] ?? -1,
  }));
  const targets = make(outputs).map((expr, index) => ({
    name: names[index] ?? "",
    junk: false,
    expr,
  }));
  return selectOver([entry], targets);
}
