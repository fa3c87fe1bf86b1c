/** ColumnRef: a column, or the whole row of a FROM item (transformColumnRef). */
import { inOtherDatabase } from "../../catalog/far-name.ts";
import type { Expr } from "@firstlight/sql";
import { list, locationOf, stringValue, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { findColumn, findItem, qualifiedColumn } from "../column-ref.ts";
import { bindError, locatedAt } from "../errors.ts";
import type { ExpressionKind } from "../expression-kind.ts";
import { missingColumn, missingTable } from "../missing-name.ts";
import { attributesOf } from "../pinned-fields.ts";
import { type Pins, pinnedName } from "../pins.ts";
import type { QualifiedName } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { callOnRow } from "./function-of-row.ts";
import { fieldOfRow } from "./field.ts";
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
  const parts: string[] = [];
  for (const node of nodes) {
    const part = stringValue(node);
    if (part !== undefined) parts.push(part);
  }
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
      throw locatedAt(inOtherDatabase(whole.join(".")), location);
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

function unqualified(scope: Scope, fields: ParseNode, name: string, location: number): Expr {
  const column = findColumn(scope, name, location);
  if (column !== undefined) return column;
  const item = findItem(scope, { schema: undefined, name }, location);
  if (item !== undefined) {
    const row = wholeRowOrNull(scope, item, location);
    pinOwn(scope, fields, row);
    return row;
  }
  const system = unqualifiedSystemColumn(scope, name, location);
  if (system !== undefined) return system;
  const parameter = namedParameter(scope, fields, [name], location);
  if (parameter !== undefined) return parameter;
  throw missingColumn(scope, undefined, name, location);
}

export function columnRef(scope: Scope, fields: ParseNode): Expr {
  const { parts, star, location } = columnName(fields);
  const forbidden = FORBIDDEN[scope.kind];
  if (forbidden !== undefined) throw bindError("0A000", forbidden, location);
  const meant = pinnedParameter(scope, fields, location) ?? pinnedOwn(scope, fields, location);
  if (meant !== undefined) return meant;
  const [first = ""] = parts;
  if (parts.length === 1 && !star) return unqualified(scope, fields, first, location);
  const column = qualified(scope, { parts, star, location });
  if (!(column instanceof Error)) {
    pinOwn(scope, fields, column);
    return column;
  }
  const parameter = namedParameter(scope, fields, parts, location);
  if (parameter !== undefined) return parameter;
  throw column;
}

/** A parameter by its name, of whose field it may be. */
function namedParameter(
  scope: Scope,
  fields: ParseNode,
  parts: readonly string[],
  location: number,
): Expr | undefined {
  const { params, pins } = scope.context;
  const parameter = params.column?.(scope, parts, location);
  if (pins !== undefined && parameter !== undefined) pinParameter(pins, fields, parameter);
  return parameter;
}

function pinParameter(pins: Pins, fields: ParseNode, parameter: Expr): void {
  if (parameter.kind === "param") pins.set(fields, { parameter: parameter.number });
  if (parameter.kind !== "fieldSelect" || parameter.arg.kind !== "param") return;
  const attribute = attributesOf(parameter.arg.type)?.[parameter.field]?.number;
  if (attribute === undefined) return;
  pins.set(fields, { parameter: parameter.arg.number, attribute });
}

/** The parameter that a stored body names here, whatever its function and fields are called now. */
function pinnedParameter(scope: Scope, fields: ParseNode, location: number): Expr | undefined {
  const { parameter, attribute } = pinnedName(fields);
  if (parameter === undefined) return undefined;
  const value = scope.context.params.param(parameter, location);
  if (attribute === undefined) return value;
  return fieldOfRow(value, { name: "", attribute }, location);
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

/** Keeps that a name is of the table itself, which may be renamed. */
function pinOwn({ context }: Scope, fields: ParseNode, bound: Expr): void {
  if (context.overOneRow !== true) return;
  if (bound.kind === "var") context.pins?.set(fields, { own: "column" });
  else if (bound.kind === "row") context.pins?.set(fields, { own: "row" });
}

function pinnedOwn(scope: Scope, fields: ParseNode, location: number): Expr | undefined {
  const { own } = pinnedName(fields);
  const [item] = scope.namespace;
  if (own === undefined || item === undefined) return undefined;
  if (own === "row") return wholeRowOrNull(scope, { item, levelsUp: 0 }, location);
  return unqualified(scope, fields, columnName(fields).parts.at(-1) ?? "", location);
}
