/**
 * Assignments to parts of a value: fields of composites, elements and slices of arrays, paths of
 * jsonb, one inside the other (transformAssignmentIndirection). The result is the whole new value.
 */
import { baseTypeOid, coerce, type Expr, formatType, oids, typeRow } from "@firstlight/sql";
import { asTag, flag, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError, unsupported } from "./errors.ts";
import { attributesOf, fieldIndex, fieldName, pinField } from "./pinned-fields.ts";
import { arraySubscript, jsonbPath } from "./expression/indirection.ts";
import type { Scope } from "./scope.ts";

/** Where a value goes: a column, a field of one, an element. `base` is what is there now. */
export interface PartTarget {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly location: number;
  readonly base: Expr;
  readonly isSubscripted?: boolean;
}

const HINT = { hint: "You will need to rewrite or cast the expression." };

function wholeValue(scope: Scope, target: PartTarget, value: Expr): Expr {
  const { name, type, typmod } = target;
  const coerced = coerce(scope.context.resolve, value, type, typmod, "assignment");
  if (coerced !== undefined) return coerced;
  const types = `type ${formatType(type)} but expression is of type ${formatType(value.type)}`;
  const text =
    target.isSubscripted === true
      ? `subscripted assignment to "${name}" requires ${types}`
      : `subfield "${name}" is of ${types}`;
  throw bindError("42804", text, target.location, HINT);
}

/** A changed base value as the domain that the target is of, with its checks. */
function asDomain(scope: Scope, { type, name }: PartTarget, changed: Expr): Expr {
  if (baseTypeOid(type) === type) return changed;
  const domain = coerce(scope.context.resolve, changed, type, -1, "assignment");
  if (domain === undefined) throw unsupported(`assignment to a part of "${name}"`, -1);
  return domain;
}

/** What assignments before this one left in a field, without making the whole row. */
function fieldOf(base: Expr, field: number, column: { type: number; typmod: number }): Expr {
  if (base.kind === "fieldStore") {
    const stored = base.values[base.fields.indexOf(field)];
    return stored ?? fieldOf(base.arg, field, column);
  }
  const { type, typmod } = column;
  return { kind: "fieldSelect", type, typmod, position: -1, arg: base, field };
}

function assignField(
  scope: Scope,
  target: PartTarget,
  node: ParseNode,
  rest: readonly ParseNode[],
  value: Expr,
): Expr {
  const { location } = target;
  const columns = attributesOf(target.type);
  const { name: field } = fieldName(node);
  const shown = formatType(target.type);
  if (columns === undefined) {
    const text = `cannot assign to field "${field}" of column "${target.name}" because its type ${shown} is not a composite type`;
    throw bindError("42804", text, location);
  }
  const index = fieldIndex(columns, fieldName(node));
  const column = columns[index];
  if (column === undefined) {
    const text = `cannot assign to field "${field}" of column "${target.name}" because there is no such column in data type ${shown}`;
    throw bindError("42703", text, location);
  }
  pinField(scope.context, node, target.type, index);
  const { type, typmod } = column;
  const inner = { name: field, type, typmod, location, base: fieldOf(target.base, index, column) };
  return asDomain(scope, target, {
    kind: "fieldStore",
    type: baseTypeOid(target.type),
    typmod: -1,
    position: location,
    arg: target.base,
    fields: [index],
    values: [assignPart(scope, inner, rest, value)],
  });
}

function assignElement(
  scope: Scope,
  target: PartTarget,
  indices: readonly ParseNode[],
  rest: readonly ParseNode[],
  value: Expr,
): Expr {
  const { location, name } = target;
  const type = baseTypeOid(target.type);
  const isDomain = type !== target.type;
  const typmod = isDomain ? (typeRow(target.type)?.baseTypmod ?? -1) : target.typmod;
  // In a new row there is nothing at that place that an error could point at.
  const position = target.base.kind === "const" ? -1 : location;
  const base = { ...target.base, type, position } as Expr;
  const part =
    type === oids.JSONB
      ? jsonbPath(scope, base, indices, location)
      : arraySubscript(scope, base, indices, location);
  const isSlice = type !== oids.JSONB && indices.some((index) => flag(index, "is_slice"));
  const wanted = isSlice || type === oids.JSONB ? type : part.type;
  const inner = { name, type: wanted, typmod, location, base: part, isSubscripted: true };
  const assigned = assignPart(scope, inner, rest, value);
  return asDomain(scope, target, { ...part, type, typmod, value: assigned });
}

export function assignPart(
  scope: Scope,
  target: PartTarget,
  indirection: readonly ParseNode[],
  value: Expr,
): Expr {
  const [first] = indirection;
  if (first === undefined) return wholeValue(scope, target, value);
  // Checks of a domain hold for the whole value once all of its parts are there.
  if (target.base.kind === "coerceToDomain") {
    return assignPart(scope, { ...target, base: target.base.arg }, indirection, value);
  }
  if (stringValue(first) !== undefined) {
    return assignField(scope, target, first, indirection.slice(1), value);
  }
  const isIndex = (node: ParseNode): boolean => asTag(node, "A_Indices") !== undefined;
  const end = indirection.findIndex((node) => !isIndex(node));
  const subscripts = end < 0 ? indirection : indirection.slice(0, end);
  if (subscripts.length === 0) {
    throw bindError("0A000", 'row expansion via "*" is not supported here', target.location);
  }
  const indices = subscripts.map((node) => asTag(node, "A_Indices") ?? {});
  return assignElement(scope, target, indices, indirection.slice(subscripts.length), value);
}
