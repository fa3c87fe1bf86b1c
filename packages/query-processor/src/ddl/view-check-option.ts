/** WITH CHECK OPTION is for views through which rows can be stored. */
import { SqlError } from "@firstlight/common";
import { boundViewQuery } from "../bind/bind-stored-query.ts";
import { notUpdatableReason } from "../bind/updatable-view.ts";
import type { ViewDescriptor } from "../catalog/descriptors.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";

export function refuseCheckOption(context: DdlContext, view: ViewDescriptor): void {
  if (view.options?.["check_option"] === undefined) return;
  const hint = notUpdatableReason(boundViewQuery(view, imageOf(context)));
  if (hint === undefined) return;
  const text = "WITH CHECK OPTION is supported only on automatically updatable views";
  throw new SqlError("0A000", text, { hint });
}
