/**
 * Typed reading of libpg-query's JSON. It leaves out zero, false, empty strings and empty lists, so
 * every accessor has that default. Fields declared as Node are wrapped ({ "ColumnRef": {...} });
 * fields of one struct type are bare.
 */
import { ConstantRows } from "./constant-rows.ts";
import type { ParseNode } from "./parsed-statement.ts";

const NO_NODES: readonly ParseNode[] = [];

function isNode(value: unknown): value is ParseNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The one property of a wrapped node. */
export function tagOf(node: ParseNode): string {
  for (const tag in node) return tag;
  return "";
}

/** The fields below the tag of a wrapped node. */
export function fieldsOf(node: ParseNode): ParseNode {
  const value = node[tagOf(node)];
  return isNode(value) ? value : {};
}

/** The fields of a wrapped node if it has that tag. */
export function asTag(node: ParseNode | undefined, tag: string): ParseNode | undefined {
  const value = node?.[tag];
  return isNode(value) ? value : undefined;
}

export function child(node: ParseNode, field: string): ParseNode | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** The fields of those of the wrapped nodes that have the tag. */
export function tagged(nodes: readonly ParseNode[], tag: string): readonly ParseNode[] {
  return nodes.flatMap((node): ParseNode[] => {
    const fields = asTag(node, tag);
    return fields === undefined ? [] : [fields];
  });
}

/** A child that the grammar always gives. */
export function requiredChild(node: ParseNode, field: string): ParseNode {
  const value = node[field];
  if (!isNode(value)) throw new Error(`parse node has no ${field}`);
  return value;
}

export function list(node: ParseNode, field: string): readonly ParseNode[] {
  const value: unknown = node[field];
  if (Array.isArray(value)) return value.every(isNode) ? value : value.filter(isNode);
  return value instanceof ConstantRows ? value.nodes() : NO_NODES;
}

/** A list that was lifted out of the tree, as it is. */
export function constantRows(node: ParseNode, field: string): ConstantRows | undefined {
  const value: unknown = node[field];
  return value instanceof ConstantRows ? value : undefined;
}

/** Whether a list has anything; it need not be read for that. */
export function hasItems(node: ParseNode, field: string): boolean {
  const value: unknown = node[field];
  return value instanceof ConstantRows || (Array.isArray(value) && value.length > 0);
}

/** Elements of a { List: { items } } node. */
export function items(node: ParseNode | undefined): readonly ParseNode[] {
  const inner = asTag(node, "List");
  return inner === undefined ? NO_NODES : list(inner, "items");
}

export function string(node: ParseNode, field: string): string {
  const value = node[field];
  return typeof value === "string" ? value : "";
}

export function optionalString(node: ParseNode, field: string): string | undefined {
  const value = node[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function int(node: ParseNode, field: string): number {
  const value = node[field];
  return typeof value === "number" ? value : 0;
}

export function flag(node: ParseNode, field: string): boolean {
  return node[field] === true;
}

/** Byte offset of a node's fields in the source; -1 where the grammar knows none. */
export function locationOf(fields: ParseNode): number {
  return int(fields, "location");
}

/** The text of a { String: { sval } } node, undefined for other nodes. */
export function stringValue(node: ParseNode | undefined): string | undefined {
  const fields = asTag(node, "String");
  return fields === undefined ? undefined : string(fields, "sval");
}

/** The texts of a list of String nodes: a qualified name. */
export function names(node: ParseNode, field: string): readonly string[] {
  return list(node, field).map((each) => stringValue(each) ?? "");
}
