/**
 * System columns. tableoid is known while binding; the others describe PostgreSQL's row versions,
 * which do not exist here.
 */
import { type Expr, oids } from "@firstlight/sql";
import type { FoundItem } from "../column-ref.ts";
import { bindError, unsupported } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { whereRowExists } from "../whole-row.ts";
import { makeConst } from "./constant.ts";

export const SYSTEM_COLUMNS: ReadonlySet<string> = new Set([
  "ctid",
  "xmin",
  "xmax",
  "cmin",
  "cmax",
  "tableoid",
]);

function tableOid(scope: Scope, { item, levelsUp }: FoundItem): number | undefined {
  const entry = scope.ancestor(levelsUp).rangeTable[item.rte];
  return entry?.kind === "table" || entry?.kind === "virtual" ? entry.table.oid : undefined;
}

/** A system column of a FROM item, undefined when the item or the name has none. */
export function systemColumn(
  scope: Scope,
  found: FoundItem,
  name: string,
  location: number,
): Expr | undefined {
  if (!SYSTEM_COLUMNS.has(name)) return undefined;
  const oid = tableOid(scope, found);
  if (oid === undefined) return undefined;
  if (scope.kind === "mergeWhen" && name !== "tableoid") {
    throw bindError(
      "42P10",
      `cannot use system column "${name}" in MERGE WHEN condition`,
      location,
    );
  }
  if (scope.kind === "check" && name !== "tableoid") {
    const text = `system column "${name}" reference in check constraint is invalid`;
    throw bindError("42P10", text, location);
  }
  if (scope.kind === "generated") {
    const text = `cannot use system column "${name}" in column generation expression`;
    throw bindError("42P10", text, location);
  }
  // The row that was not inserted has none.
  if (found.item.name === "excluded" && found.item.relation === 0) return undefined;
  if (name !== "tableoid") throw unsupported(`system column "${name}"`, location);
  return whereRowExists(scope, found, makeConst(oids.OID, oid, location));
}

/** The same without a qualifier: of the one table of the innermost query that has any. */
export function unqualifiedSystemColumn(
  scope: Scope,
  name: string,
  location: number,
): Expr | undefined {
  if (!SYSTEM_COLUMNS.has(name)) return undefined;
  let levelsUp = 0;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = level.namespace
      .filter((item) => !item.lateralOnly && item.columnsVisible)
      .map((item): FoundItem => ({ item, levelsUp }))
      .filter((each) => tableOid(scope, each) !== undefined);
    const [only] = found;
    if (found.length > 1) {
      throw bindError("42702", `column reference "${name}" is ambiguous`, location);
    }
    if (only !== undefined) return systemColumn(scope, only, name, location);
    levelsUp += 1;
  }
  return undefined;
}
