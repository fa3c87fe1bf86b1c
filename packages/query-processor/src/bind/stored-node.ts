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
  return nodes as readonly ParseNode[];
}
