/**
 * Fields of composite values by name, or as the attributes that they were when the text with their
 * names was stored.
 */
import { baseTypeOid, type CompositeAttribute, definitionOf, type Expr } from "@firstlight/sql";
import { asTag, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { pinnedName } from "./pins.ts";
import type { BindContext } from "./scope.ts";

export interface FieldName {
  readonly name: string;
  /** What the attribute was, in a stored text. */
  readonly attribute?: number;
}

/** A String node of an indirection or of a column's name. */
export function fieldName(node: ParseNode): FieldName {
  const name = stringValue(node) ?? "";
  const { attribute } = pinnedName(asTag(node, "String") ?? {});
  return attribute === undefined ? { name } : { name, attribute };
}

export function attributesOf(type: number): readonly CompositeAttribute[] | undefined {
  const definition = definitionOf(baseTypeOid(type));
  return definition?.kind === "composite" ? definition.attributes : undefined;
}

/** Place among the type's fields; -1 when there is none. */
export function fieldIndex(
  attributes: readonly CompositeAttribute[],
  { name, attribute }: FieldName,
): number {
  return attributes.findIndex((each) =>
    attribute === undefined ? each.name === name : each.number === attribute,
  );
}

/** Keeps which attribute of a value of this type the node is about. */
export function pinField(
  { pins }: BindContext,
  node: ParseNode,
  type: number,
  index: number,
): void {
  const number = attributesOf(type)?.[index]?.number;
  const fields = asTag(node, "String");
  if (number !== undefined && fields !== undefined) pins?.set(fields, { attribute: number });
}

/**
 * All fields of a value of a named composite type, or those that it had when the text was stored.
 * Undefined for other values, and for rows that name their fields themselves.
 */
export function starFields(
  { pins }: BindContext,
  star: ParseNode,
  value: Expr,
  position: number,
): readonly { readonly name: string; readonly expr: Expr }[] | undefined {
  const own = value.kind === "row" ? undefined : attributesOf(value.type);
  if (own === undefined) return undefined;
  const stored = pinnedName(star).attributes;
  const numbered = stored ?? own.map(({ number, name }) => [number, name] as const);
  pins?.set(star, { attributes: numbered });
  return numbered.flatMap(([number, name]) => {
    const field = own.findIndex((each) => each.number === number);
    const attribute = own[field];
    if (attribute === undefined) return [];
    const { type, typmod } = attribute;
    return [{ name, expr: { kind: "fieldSelect", type, typmod, position, arg: value, field } }];
  });
}
