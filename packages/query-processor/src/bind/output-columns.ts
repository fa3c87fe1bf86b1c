/** What a bound query yields. */
import type { BoundQuery, OutputColumn, TargetEntry } from "./query-tree.ts";

export function outputTargets(query: BoundQuery): readonly TargetEntry[] {
  const targets = query.kind === "select" ? query.targets : query.returning;
  return targets.filter((target) => !target.junk);
}

export function outputColumns(query: BoundQuery): readonly OutputColumn[] {
  return outputTargets(query).map(({ name, expr }) => ({
    name,
    type: expr.type,
    typmod: expr.typmod,
  }));
}
