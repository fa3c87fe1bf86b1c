/** Names of what pg_class has beside tables, views and sequences. */
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import { findRelation } from "./ddl-context.ts";
import { findIndex } from "./drop-targets.ts";
import { findComposite } from "./type/find-composite.ts";

/** Whether the name stands for an index or a composite type, which are no tables. */
export function isOtherRelation(context: DdlContext, name: QualifiedName): boolean {
  if (findRelation(context, name) !== undefined) return false;
  return findIndex(context, name) !== undefined || findComposite(context, name) !== undefined;
}
