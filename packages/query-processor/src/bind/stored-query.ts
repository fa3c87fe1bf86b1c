/** Queries in the catalog: the fields of a SelectStmt as JSON. */
import type { ParseNode } from "../parse/parsed-statement.ts";

export function storedQuery(text: string): ParseNode {
  const node: unknown = JSON.parse(text);
  if (typeof node !== "object" || node === null) throw new Error("a stored query is no tree");
  return { ...node };
}
