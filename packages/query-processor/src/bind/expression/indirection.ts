/** Subscripts and field selections: a[1], a[1:2], (row).field, jsonb['key']. */
import {
  baseTypeOid,
  coerce,
  collationState,
  type Expr,
  expressionLocation,
  formatType,
  oids,
  subscriptedTypeOid,
} from "@firstlight/sql";
import {
  asTag,
  child,
  flag,
  list,
  locationOf,
  names,
  requiredChild,
  stringValue,
  tagOf,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { SYSTEM_COLUMNS } from "../system-columns.ts";
import { callOnRow } from "./function-of-row.ts";
import { makeConst } from "./constant.ts";
import { compositeColumns } from "../composite-columns.ts";
import { noteCollation } from "../note-collation.ts";
import { columnCollation } from "../output-columns.ts";
import { fieldName, type FieldName } from "../pinned-fields.ts";
import { isRowOfGenerated } from "../whole-row.ts";
import { fieldOfRow, pinRowField } from "./field.ts";
import { recordSource } from "./record-source.ts";

const SUBSCRIPTS_MAX = 6;

function integerSubscript(scope: Scope, node: ParseNode): Expr {
  const expr = scope.expr(node);
  const coerced = coerce(scope.context.resolve, expr, oids.INT4, -1, "assignment");
  if (coerced !== undefined) return coerced;
  throw bindError("42804", "array subscript must have type integer", expressionLocation(expr));
}

function optionalSubscript(scope: Scope, node: ParseNode | undefined): Expr | undefined {
  return node === undefined ? undefined : integerSubscript(scope, node);
}

/** Subscripts of an array, as they are read and as they are assigned to. */
export function arraySubscript(
  scope: Scope,
  container: Expr,
  indices: readonly ParseNode[],
  position: number,
): Expr & { readonly kind: "subscript" } {
  const element = subscriptedTypeOid(container.type);
  if (element === 0) {
    throw bindError(
      "42804",
      `cannot subscript type ${formatType(container.type)} because it does not support subscripting`,
      expressionLocation(container),
    );
  }
  if (indices.length > SUBSCRIPTS_MAX) {
    throw bindError(
      "54000",
      `number of array dimensions (${indices.length}) exceeds the maximum allowed (${SUBSCRIPTS_MAX})`,
      position,
    );
  }
  const isSlice = indices.some((index) => flag(index, "is_slice"));
  const upper = indices.map((index) => optionalSubscript(scope, child(index, "uidx")));
  const base = {
    kind: "subscript",
    type: isSlice ? baseTypeOid(container.type) : element,
    typmod: container.typmod,
    position,
    container,
    upper,
  } as const;
  if (!isSlice) return base;
  // In a slice a single subscript n stands for 1:n.
  const lower = indices.map((index) =>
    flag(index, "is_slice")
      ? optionalSubscript(scope, child(index, "lidx"))
      : makeConst(oids.INT4, 1, -1),
  );
  return { ...base, lower };
}

/** A step is an integer or else text; a literal of no type yet is text. */
function jsonbStep(scope: Scope, index: ParseNode, container: Expr): Expr {
  const node = child(index, "uidx");
  if (flag(index, "is_slice") || node === undefined) {
    const bound = node ?? child(index, "lidx");
    const place = bound === undefined ? -1 : expressionLocation(scope.expr(bound));
    const location = place < 0 ? expressionLocation(container) : place;
    throw bindError("42804", "jsonb subscript does not support slices", location);
  }
  const key = scope.expr(node);
  const asInteger = key.type === oids.UNKNOWN ? undefined : coerceStep(scope, key, oids.INT4);
  const asText = coerceStep(scope, key, oids.TEXT);
  const found = key.type === oids.UNKNOWN ? asText : (asInteger ?? asText);
  const hint = { hint: "jsonb subscript must be coercible to either integer or text." };
  if (found === undefined) {
    const text = `subscript type ${formatType(key.type)} is not supported`;
    throw bindError("42804", text, expressionLocation(key), hint);
  }
  return found;
}

function coerceStep(scope: Scope, key: Expr, type: number): Expr | undefined {
  return coerce(scope.context.resolve, key, type, -1, "implicit");
}

/** jsonb['a'][1] is the path {a,1}. */
export function jsonbPath(
  scope: Scope,
  container: Expr,
  indices: readonly ParseNode[],
  position: number,
): Expr & { readonly kind: "subscript" } {
  return {
    kind: "subscript",
    type: oids.JSONB,
    typmod: -1,
    position,
    container,
    upper: indices.map((index) => jsonbStep(scope, index, container)),
  };
}

function subscript(scope: Scope, container: Expr, indices: readonly ParseNode[]): Expr {
  if (baseTypeOid(container.type) === oids.JSONB) {
    return jsonbPath(scope, container, indices, container.position);
  }
  return arraySubscript(scope, container, indices, container.position);
}

/** A field of a column whose records another query made. */
function fieldOfColumn(scope: Scope, arg: Expr, name: string, location: number): Expr | undefined {
  const columns = recordSource(scope, arg) ?? [];
  const field = columns.findIndex((column) => column.name === name);
  const column = columns[field];
  if (column === undefined) return undefined;
  const { type, typmod } = column;
  return { kind: "fieldSelect", type, typmod, position: location, arg, field, name };
}

function selectField(
  scope: Scope,
  arg: Expr,
  named: FieldName,
  location: number,
  table?: string,
): Expr {
  const { name } = named;
  const field = fieldOfRow(arg, named, location) ?? fieldOfColumn(scope, arg, name, location);
  if (field !== undefined) return field;
  const called = callOnRow(scope, () => arg, name, location);
  if (called !== undefined) return called;
  if (table !== undefined && arg.kind === "row") {
    throw bindError("42703", `column ${table}.${name} does not exist`, location);
  }
  if (compositeColumns(arg.type) !== undefined) {
    const text = `column "${name}" not found in data type ${formatType(arg.type)}`;
    throw bindError("42703", text, location);
  }
  if (arg.type === oids.RECORD && arg.kind === "var" && recordSource(scope, arg) === undefined) {
    throw bindError("42809", "record type has not been registered", -1);
  }
  if (arg.type === oids.RECORD) {
    throw bindError("42703", `could not identify column "${name}" in record data type`, location);
  }
  throw bindError(
    "42809",
    `column notation .${name} applied to type ${formatType(arg.type)}, which is not a composite type`,
    location,
  );
}

/** value.name, where the value is no column. */
export function fieldOfValue(scope: Scope, value: Expr, name: FieldName, location: number): Expr {
  return selectField(scope, value, name, location);
}

/** Applies a list of indirection nodes from the left. */
export function applyIndirection(
  scope: Scope,
  base: Expr,
  nodes: readonly ParseNode[],
  location: number,
  table?: string,
): Expr {
  let value = base;
  let indices: ParseNode[] = [];
  for (const node of nodes) {
    const index = asTag(node, "A_Indices");
    if (index !== undefined) {
      indices.push(index);
      continue;
    }
    if (indices.length > 0) value = subscript(scope, value, indices);
    indices = [];
    if (tagOf(node) === "A_Star") {
      throw bindError("0A000", 'row expansion via "*" is not supported here', location);
    }
    pinRowField(scope.context, node, value);
    value = selectField(scope, value, fieldName(node), location, table);
  }
  if (value.kind === "fieldSelect")
    noteCollation(scope, collationState(value, columnCollation).collation);
  return indices.length > 0 ? subscript(scope, value, indices) : value;
}

export function indirection(scope: Scope, fields: ParseNode): Expr {
  const node = requiredChild(fields, "arg");
  const inner = asTag(node, tagOf(node)) ?? {};
  const table = names(inner, "fields").at(-1);
  const parts = list(fields, "indirection");
  const [base, taken] = baseOf(scope, node, parts[0]);
  const location = taken === 0 ? expressionLocation(base) : locationOf(inner);
  return applyIndirection(scope, base, parts.slice(taken), location, table);
}

/** With how many of the fields behind it are taken from it already. */
function baseOf(
  scope: Scope,
  node: ParseNode,
  part: ParseNode | undefined,
): readonly [base: Expr, taken: number] {
  const reference = asTag(node, "ColumnRef");
  let row: Expr;
  try {
    row = scope.expr(node);
  } catch (error) {
    if (reference === undefined || part === undefined || !isRowOfGenerated(error)) throw error;
    return [scope.expr(fieldReference(reference, part)), 1];
  }
  const system = reference && systemField(scope, row, reference, part);
  return system === undefined ? [row, 0] : [system, 1];
}

/** (t).xmin, where no column has that name. */
function systemField(
  scope: Scope,
  row: Expr,
  reference: ParseNode,
  part: ParseNode | undefined,
): Expr | undefined {
  const name = part === undefined ? undefined : stringValue(part);
  if (row.kind !== "row" || part === undefined || name === undefined) return undefined;
  if (!SYSTEM_COLUMNS.has(name) || row.names.includes(name)) return undefined;
  return scope.expr(fieldReference(reference, part));
}

/** t.a for (t).a */
function fieldReference(reference: ParseNode, part: ParseNode): ParseNode {
  return { ColumnRef: { ...reference, fields: [...list(reference, "fields"), part] } };
}
