/** Columns and constraints of CREATE TABLE and ALTER TABLE, and what is written in them. */
import { child, list, names, string, tagged } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { options } from "../../../session/parse-fields.ts";
import { integerOf } from "./option-integer.ts";

/** ColumnDef nodes of CREATE TABLE. */
export function columnsOf(table: ParseNode): readonly ParseNode[] {
  return tagged(list(table, "tableElts"), "ColumnDef");
}

export function constraintsOf(column: ParseNode): readonly ParseNode[] {
  return tagged(list(column, "constraints"), "Constraint");
}

/** Those of the table and of its columns. */
export function allConstraints(table: ParseNode): readonly ParseNode[] {
  const own = tagged(list(table, "tableElts"), "Constraint");
  return [...own, ...columnsOf(table).flatMap(constraintsOf)];
}

/** AlterTableCmd nodes. */
export function commandsOf(statement: ParseNode): readonly ParseNode[] {
  return tagged(list(statement, "cmds"), "AlterTableCmd");
}

export function addedColumns(statement: ParseNode): readonly ParseNode[] {
  const added = commandsOf(statement).filter((each) => string(each, "subtype") === "AT_AddColumn");
  return tagged(
    added.map((command) => child(command, "def") ?? {}),
    "ColumnDef",
  );
}

export function contype(constraint: ParseNode): string {
  return string(constraint, "contype");
}

/** The last part of a type's name as the grammar gives it: "int4" for integer. */
export function typeNameOf(column: ParseNode): string {
  return names(child(column, "typeName") ?? {}, "names").at(-1) ?? "";
}

export const CACHE_MIN = 65_536;

/** Whether options of a sequence say CACHE 1 or at least 65536. */
export function hasCache(nodes: readonly ParseNode[]): boolean {
  const cache = options(nodes).find(({ name }) => name === "cache");
  const size = cache?.value === undefined ? undefined : integerOf(cache.value);
  return size !== undefined && (size === 1 || size >= CACHE_MIN);
}
