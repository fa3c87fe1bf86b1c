/** What a bound query yields. */
import {
  type CollationName,
  type Expr,
  NO_COLLATION,
  collationOfType,
  exprCollation,
  oids,
} from "@firstlight/sql";
import type { BoundQuery, OutputColumn, TargetEntry } from "./query-tree.ts";

type Targets = readonly TargetEntry[];

/** Of longer lists each column is asked for by itself. */
const KEPT_FROM = 64;
const kept = new WeakMap<Targets, { readonly outputs: Targets; readonly of: number }>();

export function outputTargets(query: BoundQuery): Targets {
  const targets = query.kind === "select" ? query.targets : query.returning;
  if (targets.length < KEPT_FROM) return targets.filter((target) => !target.junk);
  const known = kept.get(targets);
  // While a query is bound its list grows.
  if (known?.of === targets.length) return known.outputs;
  const outputs = targets.filter((target) => !target.junk);
  kept.set(targets, { outputs, of: targets.length });
  return outputs;
}

export function outputColumns(query: BoundQuery): readonly OutputColumn[] {
  return outputTargets(query).map(({ name, expr }) => ({
    name,
    type: expr.type,
    typmod: expr.typmod,
    ...ownCollation(expr),
  }));
}

/** The collation of a column of a subquery. */
export function columnCollation(query: object, column: number): CollationName | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the binder makes sublinks
  const target = outputTargets(query as BoundQuery)[column];
  return target === undefined ? undefined : exprCollation(target.expr, columnCollation);
}

/** Where it is not that of the type. */
export function ownCollation(expr: Expr): { readonly collation?: CollationName } {
  if (expr.kind === "var" || expr.kind === "caseTest")
    return expr.collation === undefined ? {} : { collation: expr.collation };
  const isCollated = expr.kind === "relabel" && expr.collate !== undefined;
  // A literal without a type that has a collation will be a text.
  const ofType = collationOfType(isCollated && expr.type === oids.UNKNOWN ? oids.TEXT : expr.type);
  if (ofType === undefined || expr.kind === "const" || expr.kind === "param") return {};
  const collation = exprCollation(expr, columnCollation) ?? NO_COLLATION;
  return collation.oid === ofType.oid ? {} : { collation };
}
