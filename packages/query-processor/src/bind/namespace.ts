/** Combining what FROM items make visible: name clashes and LATERAL visibility. */
import { bindError } from "./errors.ts";
import type { FromItem } from "./query-tree.ts";
import type { NamespaceItem } from "./scope.ts";

export interface FromResult {
  readonly item: FromItem;
  readonly namespace: readonly NamespaceItem[];
}

/** Two items may share a name only if both are relations without alias, of different schemas. */
export function checkConflicts(
  left: readonly NamespaceItem[],
  right: readonly NamespaceItem[],
): void {
  for (const a of left) {
    if (!a.relationVisible) continue;
    for (const b of right) {
      if (!b.relationVisible || a.name !== b.name) continue;
      if (a.relation !== 0 && b.relation !== 0 && a.relation !== b.relation) continue;
      throw bindError("42712", `table name "${a.name}" specified more than once`, -1);
    }
  }
}

export function withLateral(
  namespace: readonly NamespaceItem[],
  lateralOnly: boolean,
  lateralOk: boolean,
): readonly NamespaceItem[] {
  return namespace.map((item) => ({ ...item, lateralOnly, lateralOk }));
}

/** An outer join may leave these without a row. */
export function withNullable(namespace: readonly NamespaceItem[]): readonly NamespaceItem[] {
  return namespace.map((item) => ({ ...item, nullable: true }));
}

/** Inside a JOIN with alias the inner columns are no longer named on their own. */
export function hideColumns(namespace: readonly NamespaceItem[]): readonly NamespaceItem[] {
  return namespace.map((item) => ({ ...item, columnsVisible: false }));
}
