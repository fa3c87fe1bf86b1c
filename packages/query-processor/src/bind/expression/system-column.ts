/**
 * System columns. tableoid is known while binding, ctid is the key of the row; the others are computed
 * from the row's columns (row-version.ts).
 */
import { type Expr, oids } from "@firstlight/sql";
import type { FoundItem } from "../column-ref.ts";
import { makeVar } from "../entries.ts";
import { bindError, unsupported } from "../errors.ts";
import type { ExpressionKind } from "../expression-kind.ts";
import { FOUND_COLUMN, type RowVersionKind, rowVersion } from "../row-version.ts";
import { shiftLevels } from "../walk.ts";
import type { Scope } from "../scope.ts";
import { SYSTEM_COLUMNS } from "../system-columns.ts";
import { whereRowExists } from "../whole-row.ts";
import { makeConst } from "./constant.ts";

function tableOid(scope: Scope, { item, levelsUp }: FoundItem): number | undefined {
  const level = scope.ancestor(levelsUp);
  // A view has none, also where it stands for its table.
  if (level.targetView !== undefined && level.targetItem?.rte === item.rte) return undefined;
  const entry = level.rangeTable[item.rte];
  if (entry?.kind !== "table" && entry?.kind !== "virtual") return undefined;
  // The row of a domain's condition is of no table, and what was to be inserted is not in one yet.
  return entry.table.oid === 0 || isExcluded(item) ? undefined : entry.table.oid;
}

/** EXCLUDED of ON CONFLICT. */
function isExcluded({ name, relation }: FoundItem["item"]): boolean {
  return name === "excluded" && relation === 0;
}

/** Where no stored row is at hand. */
const WITHOUT_ROW: ReadonlySet<ExpressionKind> = new Set([
  "returning",
  "default",
  "indexExpression",
  "indexPredicate",
  "statisticsExpression",
  "alterTransform",
  "copyWhere",
]);

/** The key of the row: no two rows have the same, and it stays while the row is where it is. */
function rowPosition(scope: Scope, { item, levelsUp }: FoundItem, location: number): Expr {
  const owner = scope.ancestor(levelsUp);
  const entry = owner.rangeTable[item.rte];
  const inserts = owner.namespace.some(isExcluded);
  if (entry?.kind !== "table" || inserts || WITHOUT_ROW.has(scope.kind)) {
    throw unsupported('system column "ctid"', location);
  }
  const position = location;
  const column = { ...makeVar(item.rte, -1, { type: oids.TEXT, typmod: -1 }), position };
  const key = shiftLevels(column, levelsUp);
  return {
    kind: "relabel",
    type: oids.TID,
    typmod: -1,
    position,
    arg: key,
    display: "implicitCast",
  };
}

type VersionColumn = "xmin" | "xmax" | "cmin" | "cmax";

function isVersionColumn(name: string): name is VersionColumn {
  return name !== "ctid" && name !== "tableoid";
}

/** Whether the row is the one that the statement around it is about, and what becomes of it. */
function xmaxKind(owner: Scope, rte: number): RowVersionKind {
  if (owner.targetItem?.rte !== rte) return "xmax";
  if (owner.namespace.some(isExcluded)) return "xmaxOfEnded";
  if (owner.kind !== "returning") return "xmax";
  if (owner.targetAction === "delete") return "xmaxOfEnded";
  const hasExcluded = owner.rangeTable.some(({ alias }, at) => at > 0 && alias === "excluded");
  return owner.targetAction === "insert" && hasExcluded ? "xmaxIfFound" : "xmax";
}

function versionColumn(
  scope: Scope,
  found: FoundItem,
  name: VersionColumn,
  location: number,
): Expr {
  const { item, levelsUp } = found;
  const owner = scope.ancestor(levelsUp);
  const kind = name === "xmax" ? xmaxKind(owner, item.rte) : name;
  const columns = owner.rangeTable[item.rte]?.columns ?? [];
  const row = columns.flatMap((column, at) =>
    column.name === "" ? [] : [makeVar(item.rte, at, column)],
  );
  if (kind === "xmaxIfFound") {
    row.push(makeVar(item.rte, FOUND_COLUMN, { type: oids.BOOL, typmod: -1 }));
  }
  const own = row.map((each) => shiftLevels(each, levelsUp));
  return whereRowExists(scope, found, rowVersion(kind, own, location));
}

const COMPUTED: Partial<Readonly<Record<ExpressionKind, string>>> = {
  indexExpression: "index",
  indexPredicate: "index",
  statisticsExpression: "statistics",
};

/** What is computed from a row to be kept is not computed from these. */
function refuseComputed({ kind }: Scope): void {
  const what = COMPUTED[kind];
  if (what === undefined) return;
  throw bindError("0A000", `${what} creation on system columns is not supported`, -1);
}

/** Where no row is at hand, or one that has no version yet. */
function refuseVersion(scope: Scope, name: string, location: number): void {
  if (scope.kind === "copyWhere" || scope.kind === "alterTransform") {
    throw unsupported(`system column "${name}"`, location);
  }
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
  refuseComputed(scope);
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
  if (scope.kind === "generated" && name !== "tableoid") {
    const text = `cannot use system column "${name}" in column generation expression`;
    throw bindError("42P10", text, location);
  }
  if (name === "ctid") return rowPosition(scope, found, location);
  if (isVersionColumn(name)) {
    refuseVersion(scope, name, location);
    return versionColumn(scope, found, name, location);
  }
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
