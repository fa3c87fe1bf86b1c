/** ColumnRef: a column, or the whole row of a FROM item (transformColumnRef). */
import type { Expr } from "@firstlight/sql";
import { list, locationOf, stringValue, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { findColumn, findItem, qualifiedColumn } from "../column-ref.ts";
import { bindError } from "../errors.ts";
import type { ExpressionKind } from "../expression-kind.ts";
import { missingColumn, missingTable } from "../missing-name.ts";
import type { QualifiedName } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { callOnRow } from "./call-on-row.ts";
import { systemColumn, unqualifiedSystemColumn } from "./system-column.ts";
import { wholeRowOrNull } from "../whole-row.ts";

/** Kinds that have no row to refer to. */
const FORBIDDEN: Partial<Readonly<Record<ExpressionKind, string>>> = {
  default: "cannot use column reference in DEFAULT expression",
};

/** The parts of a ColumnRef; a trailing * is told apart. */
export interface ColumnName {
  readonly parts: readonly string[];
  readonly star: boolean;
  readonly location: number;
}

export function columnName(fields: ParseNode): ColumnName {
  const nodes = list(fields, "fields");
  const last = nodes.at(-1);
  const star = last !== undefined && tagOf(last) === "A_Star";
  const parts = nodes.flatMap((node) => stringValue(node) ?? []);
  return { parts, star, location: locationOf(fields) };
}

/** The qualifier of a name with up to four parts; checks the database's name. */
export function qualifierOf(
  scope: Scope,
  parts: readonly string[],
  location: number,
  whole: readonly string[] = parts,
): QualifiedName {
  const [name = ""] = parts.slice(-1);
  const schema = parts.at(-2);
  if (parts.length === 3) {
    const database = scope.context.evaluation.session?.database;
    if (database !== parts[0]) {
      throw bindError(
        "0A000",
        `cross-database references are not implemented: ${whole.join(".")}`,
        location,
      );
    }
  }
  if (parts.length > 3) {
    throw bindError(
      "42601",
      `improper qualified name (too many dotted names): ${whole.join(".")}`,
      location,
    );
  }
  return { schema, name };
}

function unqualified(scope: Scope, name: string, location: number): Expr {
  const column = findColumn(scope, name, location);
  if (column !== undefined) return column;
  const item = findItem(scope, { schema: undefined, name }, location);
  if (item !== undefined) return wholeRowOrNull(scope, item, location);
  const system = unqualifiedSystemColumn(scope, name, location);
  if (system !== undefined) return system;
  const parameter = scope.context.params.column?.(scope, [name], location);
  if (parameter !== undefined) return parameter;
  throw missingColumn(scope, undefined, name, location);
}

export function columnRef(scope: Scope, fields: ParseNode): Expr {
  const { parts, star, location } = columnName(fields);
  const forbidden = FORBIDDEN[scope.kind];
  if (forbidden !== undefined) throw bindError("0A000", forbidden, location);
  const [first = ""] = parts;
  if (parts.length === 1 && !star) return unqualified(scope, first, location);
  const column = qualified(scope, { parts, star, location });
  if (!(column instanceof Error)) return column;
  const parameter = scope.context.params.column?.(scope, parts, location);
  if (parameter !== undefined) return parameter;
  throw column;
}

/** An error if there is no such column: the name may still mean something else. */
function qualified(scope: Scope, { parts, star, location }: ColumnName): Expr | Error {
  const qualifier = qualifierOf(
    scope,
    star ? parts : parts.slice(0, -1),
    location,
    star ? [...parts, "*"] : parts,
  );
  const item = findItem(scope, qualifier, location);
  if (item === undefined) return missingTable(scope, qualifier, location);
  if (star) return wholeRowOrNull(scope, item, location);
  const name = parts.at(-1) ?? "";
  const column = qualifiedColumn(item, name, location);
  if (column !== undefined) return column;
  const system = systemColumn(scope, item, name, location);
  if (system !== undefined) return system;
  const called = callOnRow(scope, () => wholeRowOrNull(scope, item, location), name, location);
  return called ?? missingColumn(scope, qualifier.name, name, location);
}
