/** Names of what pg_class has beside tables, views and sequences. */
import { systemIndexByName } from "../catalog/virtual/system-indexes.ts";
import type { NameContext, QualifiedName } from "./ddl-context.ts";
import { findRelation } from "./ddl-context.ts";
import { findIndex } from "./drop-targets.ts";
import { findComposite } from "./type/find-composite.ts";

/** Whether the name stands for an index or a composite type, which are no tables. */
export function isOtherRelation(context: NameContext, name: QualifiedName): boolean {
  if (findRelation(context, name) !== undefined) return false;
  if (findIndex(context, name) !== undefined) return true;
  if (findComposite(context, name) !== undefined) return true;
  const isSystem = name.schema === undefined || name.schema === "pg_catalog";
  return isSystem && systemIndexByName(name.name) !== undefined;
}
