/** References to WITH queries from FROM. */
import { addVisible, type Alias, renameColumns, writtenAs } from "./entries.ts";
import { bindError } from "./errors.ts";
import { findRelation, type QualifiedName } from "./relation.ts";
import type { CteEntry, NamespaceItem, Scope } from "./scope.ts";

export interface FoundCte {
  readonly entry: CteEntry;
  readonly index: number;
  readonly levelsUp: number;
}

/** The innermost visible WITH query of that name. */
export function findCte(scope: Scope, name: string): FoundCte | undefined {
  let levelsUp = 0;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const index = level.ctes.findIndex((each) => each.name === name && each.state !== "pending");
    const entry = level.ctes[index];
    if (entry !== undefined) return { entry, index, levelsUp };
    levelsUp += 1;
  }
  return undefined;
}

export function cteItem(
  scope: Scope,
  { entry, index, levelsUp }: FoundCte,
  alias: Alias | undefined,
  location: number,
): NamespaceItem {
  const recursive = entry.state === "binding";
  if (!recursive && entry.query?.kind !== "select" && entry.query?.returning.length === 0) {
    throw bindError(
      "0A000",
      `WITH query "${entry.name}" does not have a RETURNING clause`,
      location,
    );
  }
  entry.references += 1;
  const name = alias?.name ?? entry.name;
  const added = entry.clauses?.columns ?? [];
  const columns = [...renameColumns(entry.columns, alias, name), ...added];
  const item = addVisible(
    scope,
    {
      kind: "cte",
      alias: name,
      columns,
      lateral: false,
      cte: index,
      levelsUp,
      recursive,
      ...writtenAs(alias),
    },
    { explicitAlias: alias !== undefined, relation: 0, unnamedJoin: false },
  );
  return levelsUp === 0 ? item : withoutAdded(item, entry.columns.length);
}

/** The columns of SEARCH and CYCLE are no part of `*` in queries below the one with the CTE. */
function withoutAdded(item: NamespaceItem, own: number): NamespaceItem {
  const columns = item.columns.map((column, at) =>
    at < own ? column : { ...column, hidden: true },
  );
  return { ...item, columns };
}

/** A relation that is missing but has the name of a WITH query further on gets a hint. */
export function checkFutureCte(scope: Scope, name: QualifiedName, location: number): void {
  if (findRelation(scope.context, name) !== undefined) return;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    if (!level.ctes.some((each) => each.name === name.name && each.state === "pending")) continue;
    throw bindError("42P01", `relation "${name.name}" does not exist`, location, {
      detail: `There is a WITH item named "${name.name}", but it cannot be referenced from this part of the query.`,
      hint: "Use WITH RECURSIVE, or re-order the WITH items to remove forward references.",
    });
  }
}
