/** Parse trees as the catalog keeps them: JSON. */
import type { ParseNode } from "../parse/parsed-statement.ts";

export function storedNode(source: string): ParseNode {
  const node: unknown = JSON.parse(source);
  if (typeof node !== "object" || node === null) throw new Error(`no parse node: ${source}`);
  return { ...node };
}

export function storedNodes(source: string): readonly ParseNode[] {
  const nodes: unknown = JSON.parse(source);
  if (!Array.isArray(nodes)) throw new Error(`no list of parse nodes: ${source}`);
  return nodes.flat() as readonly ParseNode[];
}

/** Statements of BEGIN ATOMIC are a list in a list; RETURN stands alone. */
export function isAtomicBody(source: string): boolean {
  const nodes: unknown = JSON.parse(source);
  return Array.isArray(nodes) && Array.isArray(nodes[0]);
}
