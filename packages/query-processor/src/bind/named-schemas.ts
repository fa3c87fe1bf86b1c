/** Schemas that a statement names: USAGE is needed on them. */
import type { ParseNode } from "../parse/parsed-statement.ts";

/** Fields that hold the parts of a name: of functions, types, collations, operators, objects. */
const NAMES: ReadonlySet<string> = new Set([
  "funcname",
  "names",
  "collname",
  "name",
  "operName",
  "useOp",
  "opclass",
  "collation",
  "objname",
  "typeName",
  "defnames",
]);

/** Schemas that qualify names anywhere in a parse tree, with the first place of each. */
export function namedSchemas(node: unknown, into: Map<string, number>, outer = -1): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) namedSchemas(each, into, outer);
    return;
  }
  const fields = node as ParseNode;
  const at = typeof fields["location"] === "number" ? fields["location"] : outer;
  for (const key in fields) {
    if (key === "A_Const" || key === "ColumnRef") return;
    const value = fields[key];
    if (key === "schemaname" && typeof value === "string") note(value, at, into);
    else if (Array.isArray(value) && NAMES.has(key)) {
      if (value.length > 1) qualifier(value.at(-2), at, into);
    } else if (key === "pktable") namedSchemas({ ...(value as object), location: -1 }, into);
    else if (typeof value === "object") namedSchemas(value, into, at);
  }
}

function note(name: string, at: number, into: Map<string, number>): void {
  if (!into.has(name)) into.set(name, at);
}

function qualifier(node: unknown, at: number, into: Map<string, number>): void {
  const name = node as { readonly String?: { readonly sval?: string } } | undefined;
  const text = name?.String?.sval;
  if (text !== undefined && text !== "pg_catalog") note(text, at, into);
}
