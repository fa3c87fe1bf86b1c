/** Reads fields of raw parse nodes, which are plain JSON with PostgreSQL's names. */
import type { ParseNode } from "../parse/parsed-statement.ts";

export function isNode(value: unknown): value is ParseNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function nodeField(node: ParseNode, name: string): ParseNode | undefined {
  const value = node[name];
  return isNode(value) ? value : undefined;
}

export function listField(node: ParseNode, name: string): readonly ParseNode[] {
  const value = node[name];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function textField(node: ParseNode, name: string): string | undefined {
  const value = node[name];
  return typeof value === "string" ? value : undefined;
}

export function numberField(node: ParseNode, name: string): number | undefined {
  const value = node[name];
  if (typeof value === "number") return value;
  return typeof value === "string" && value !== "" ? Number(value) : undefined;
}

export function flagField(node: ParseNode, name: string): boolean {
  return node[name] === true;
}

/** A constant as text: A_Const, String, Integer, Float or Boolean; undefined for anything else. */
export function constantText(node: ParseNode): string | undefined {
  const constant = nodeField(node, "A_Const") ?? node;
  const text = nodeField(constant, "sval") ?? nodeField(constant, "String");
  if (text !== undefined) return textField(text, "sval") ?? "";
  const integer = nodeField(constant, "ival") ?? nodeField(constant, "Integer");
  if (integer !== undefined) return String(numberField(integer, "ival") ?? 0);
  const float = nodeField(constant, "fval") ?? nodeField(constant, "Float");
  if (float !== undefined) return textField(float, "fval") ?? "0";
  const bool = nodeField(constant, "boolval") ?? nodeField(constant, "Boolean");
  if (bool !== undefined) return flagField(bool, "boolval") ? "true" : "false";
  return undefined;
}

export interface Option {
  readonly name: string;
  readonly value: ParseNode | undefined;
  readonly location: number | undefined;
}

/** DefElem nodes. */
export function options(nodes: readonly ParseNode[]): readonly Option[] {
  const result: Option[] = [];
  for (const node of nodes) {
    const element = nodeField(node, "DefElem");
    if (element === undefined) continue;
    result.push({
      name: textField(element, "defname") ?? "",
      value: nodeField(element, "arg"),
      location: numberField(element, "location"),
    });
  }
  return result;
}
