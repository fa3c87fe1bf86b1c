/** Remembers that a statement has a collation of ICU: else nothing has to be looked at for one. */
import { type CollationName, collationOfType } from "@firstlight/sql";
import type { OutputColumn } from "./query-tree.ts";
import type { Scope } from "./scope.ts";

export function noteCollation({ context }: Scope, collation: CollationName | undefined): void {
  if (collation?.icu === undefined) return;
  context.collates.used = true;
  context.collates.icu = true;
}

/** From so many columns on it is worth to remember that none of them has one. */
const WIDE = 100;
const withoutIcu = new WeakSet<readonly OutputColumn[]>();

export function noteCollations(scope: Scope, columns: readonly OutputColumn[]): void {
  const isWide = columns.length >= WIDE;
  if (isWide && withoutIcu.has(columns)) return;
  for (const { collation, type } of columns) {
    noteCollation(scope, collation ?? collationOfType(type));
  }
  if (isWide && !scope.context.collates.icu) withoutIcu.add(columns);
}
