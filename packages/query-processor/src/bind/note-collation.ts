/** Remembers that a statement has a collation of ICU: else nothing has to be looked at for one. */
import type { CollationName } from "@firstlight/sql";
import type { Scope } from "./scope.ts";

export function noteCollation({ context }: Scope, collation: CollationName | undefined): void {
  if (collation?.icu === undefined) return;
  context.collates.used = true;
  context.collates.icu = true;
}
