/** Types by their names in text, as CAST would read them (parseTypeString). */
import { SqlError } from "@firstlight/common";
import { typeOid } from "@firstlight/sql";
import { asTag, child, list, names } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { parse } from "../parse/parser.ts";
import { isSetOf, resolveTypeName, type ResolvedType } from "../parse/type-name.ts";
import type { NameScope } from "./object-names.ts";

/** The TypeName node of a text that is a type's name and nothing else. */
function typeNameNode(text: string): ParseNode | undefined {
  const [statement, ...others] = parse(`SELECT CAST(NULL AS ${text})`);
  const targets = statement === undefined ? [] : list(statement.node, "targetList");
  const [target] = targets;
  if (others.length > 0 || targets.length !== 1) return undefined;
  const cast = asTag(child(asTag(target, "ResTarget") ?? {}, "val"), "TypeCast");
  return cast && child(cast, "typeName");
}

/** Throws what the grammar says of a text that is no name of a type, without a position of its own. */
export function refuseTypeSyntax(text: string): void {
  const invalid = new SqlError("42601", `invalid type name "${text}"`);
  if (text.trim() === "") throw invalid;
  let node: ParseNode | undefined;
  try {
    node = typeNameNode(text);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    // The parenthesis behind the text is not of it.
    const isAtEnd = error.message.endsWith('near ")"') && !text.includes(")");
    throw new SqlError(error.sqlstate, isAtEnd ? "syntax error at end of input" : error.message);
  }
  if (node !== undefined && isSetOf(node)) throw invalid;
}

/** Undefined when there is no such type, or the text is no name. */
export function typeByText(call: NameScope, text: string): ResolvedType | undefined {
  try {
    const node = typeNameNode(text);
    return node && resolveTypeName(node, call.image, call.searchPath);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** Where a type stands alone: what follows it is found to be too much where it begins. */
const BEFORE = "ALTER TABLE x ALTER y TYPE ";

function aloneNode(text: string): ParseNode | undefined {
  const [statement, ...others] = parse(BEFORE + text);
  const commands = statement === undefined ? [] : list(statement.node, "cmds");
  if (others.length > 0 || commands.length !== 1) return undefined;
  const column = child(asTag(commands[0], "AlterTableCmd") ?? {}, "def");
  const fields = asTag(column, "ColumnDef") ?? {};
  if (child(fields, "collClause") !== undefined || child(fields, "raw_default") !== undefined) {
    return undefined;
  }
  return child(fields, "typeName");
}

/** The TypeName node of a text, which has to be one (typeStringToTypeName). */
export function typeNameOf(text: string): ParseNode {
  try {
    if (text.trim() === "") throw new SqlError("42601", `invalid type name "${text}"`);
    const node = aloneNode(text);
    if (node !== undefined && node["setof"] !== true) return { ...node, location: -1 };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { sqlstate, message, fields } = error;
    if (fields.position === undefined) throw error;
    const position = Math.max(fields.position - BEFORE.length, 1);
    throw new SqlError(sqlstate, message, { position, where: `invalid type name "${text}"` });
  }
  throw new SqlError("42601", `invalid type name "${text}"`);
}

interface WrittenTypeName {
  readonly parts: readonly string[];
  /** As TypeNameToString: without modifiers, and one pair of brackets however many there are. */
  readonly shown: string;
}

export function writtenTypeName(text: string): WrittenTypeName {
  const node = typeNameOf(text);
  const parts = names(node, "names");
  const isArray = list(node, "arrayBounds").length > 0;
  return { parts, shown: `${parts.join(".")}${isArray ? "[]" : ""}` };
}

export function typeOidByText(call: NameScope, text: string): number | undefined {
  const found = typeByText(call, text);
  return found && typeOid(found.type);
}
