/** WITH CHECK OPTION is for views through which rows can be stored. */
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { boundViewQuery } from "../bind/bind-stored-query.ts";
import type { BoundSelect } from "../bind/query-tree.ts";
import { notUpdatableReason } from "../bind/updatable-view.ts";
import type { ViewDescriptor } from "../catalog/descriptors.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";

function noColumnsReason(query: BoundSelect): string | undefined {
  if (query.targets.some(({ expr, junk }) => !junk && isUpdatableColumn(expr))) return undefined;
  return "Views that have no updatable columns are not automatically updatable.";
}

/** A column of the relation, as it is. */
function isUpdatableColumn(expr: Expr): boolean {
  return expr.kind === "var" && expr.levelsUp === 0 && expr.column >= 0;
}

export function refuseCheckOption(context: DdlContext, view: ViewDescriptor): void {
  if (view.options?.["check_option"] === undefined) return;
  const query = boundViewQuery(view, imageOf(context));
  const hint = notUpdatableReason(query) ?? noColumnsReason(query);
  if (hint === undefined) return;
  const text = "WITH CHECK OPTION is supported only on automatically updatable views";
  throw new SqlError("0A000", text, { hint });
}
