/** Names to columns and whole rows: PostgreSQL's colNameToVar and refnameNamespaceItem. */
import type { Expr } from "@firstlight/sql";
import { bindError } from "./errors.ts";
import { AMBIGUOUS, positionOf } from "./name-index.ts";
import { findRelation, type QualifiedName } from "./relation.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { shiftLevels } from "./walk.ts";

export interface FoundItem {
  readonly item: NamespaceItem;
  readonly levelsUp: number;
}

function checkLateral(scope: Scope, item: NamespaceItem, location: number): void {
  if (!item.lateralOnly || item.lateralOk) return;
  const isTarget = scope.targetItem?.rte === item.rte;
  throw bindError(
    "42P10",
    `invalid reference to FROM-clause entry for table "${item.name}"`,
    location,
    isTarget
      ? {
          hint: `There is an entry for table "${item.name}", but it cannot be referenced from this part of the query.`,
        }
      : { detail: "The combining JOIN type must be INNER or LEFT for a LATERAL reference." },
  );
}

function ambiguousColumn(name: string, location: number): Error {
  return bindError("42702", `column reference "${name}" is ambiguous`, location);
}

/** The column of that name in one item; undefined when there is none. */
export function columnOfItem(
  item: NamespaceItem,
  name: string,
  location: number,
): Expr | undefined {
  const position = positionOf(item.columns, name);
  if (position === AMBIGUOUS) throw ambiguousColumn(name, location);
  return item.columns[position]?.expr;
}

function columnInLevel(scope: Scope, name: string, location: number): Expr | undefined {
  let result: Expr | undefined;
  for (const item of scope.namespace) {
    if (!item.columnsVisible || (item.lateralOnly && !scope.lateralActive)) continue;
    const found = columnOfItem(item, name, location);
    if (found === undefined) continue;
    if (result !== undefined) throw ambiguousColumn(name, location);
    checkLateral(scope, item, location);
    result = found;
  }
  return result;
}

/** An unqualified column, looked for outwards unless `localOnly`. */
export function findColumn(
  scope: Scope,
  name: string,
  location: number,
  localOnly = false,
): Expr | undefined {
  let levelsUp = 0;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = columnInLevel(level, name, location);
    if (found !== undefined) return { ...shiftLevels(found, levelsUp), position: location };
    if (localOnly) return undefined;
    levelsUp += 1;
  }
  return undefined;
}

function itemInLevel(
  scope: Scope,
  matches: (item: NamespaceItem) => boolean,
  name: string,
  location: number,
): NamespaceItem | undefined {
  let result: NamespaceItem | undefined;
  for (const item of scope.namespace) {
    if (!item.relationVisible || (item.lateralOnly && !scope.lateralActive)) continue;
    if (!matches(item)) continue;
    if (result !== undefined) {
      throw bindError("42P09", `table reference "${name}" is ambiguous`, location);
    }
    checkLateral(scope, item, location);
    result = item;
  }
  return result;
}

/** The FROM item of that name; a schema-qualified name means the relation, not an alias. */
export function findItem(
  scope: Scope,
  name: QualifiedName,
  location: number,
): FoundItem | undefined {
  const relation = name.schema === undefined ? undefined : findRelation(scope.context, name)?.oid;
  const matches = (item: NamespaceItem): boolean => {
    if (name.schema === undefined) return item.name === name.name;
    const { pinned } = item;
    if (pinned !== undefined) return pinned.schema === name.schema && pinned.name === name.name;
    return relation !== undefined && item.relation === relation;
  };
  let levelsUp = 0;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const item = itemInLevel(level, matches, name.name, location);
    if (item !== undefined) return { item, levelsUp };
    levelsUp += 1;
  }
  return undefined;
}

/** A qualified column of a found item. */
export function qualifiedColumn(
  { item, levelsUp }: FoundItem,
  name: string,
  location: number,
): Expr | undefined {
  const found = columnOfItem(item, name, location);
  return found === undefined ? undefined : { ...shiftLevels(found, levelsUp), position: location };
}
