/** ALTER COLUMN ... ADD GENERATED AS IDENTITY, SET GENERATED and DROP IDENTITY. */
import { SqlError } from "@firstlight/common";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, flag, items, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { alterSequenceOptions } from "./alter-sequence.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf } from "./ddl-context.ts";
import { columnNamed } from "./index-definition.ts";
import { createOwnedSequence, readSequenceOptions } from "./sequence.ts";
import type { SequenceOptions } from "./sequence-options.ts";

function columnOf(table: TableDescriptor, command: ParseNode): ColumnDescriptor {
  const name = string(command, "name");
  const column = columnNamed(table.columns, name);
  if (column !== undefined) return column;
  throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
}

function withColumn(table: TableDescriptor, column: ColumnDescriptor): TableDescriptor {
  const columns = table.columns.map((each) => (each.number === column.number ? column : each));
  return { ...table, columns };
}

function notIdentity(table: TableDescriptor, column: ColumnDescriptor): string {
  return `column "${column.name}" of relation "${table.name}" is not an identity column`;
}

function constraintOf(command: ParseNode): ParseNode {
  return asTag(child(command, "def"), "Constraint") ?? {};
}

function identityOptions(command: ParseNode, column: ColumnDescriptor): SequenceOptions {
  return readSequenceOptions(list(constraintOf(command), "options"), column.type);
}

/** The column, if it can become an identity column. */
export function requireIdentifiable(table: TableDescriptor, command: ParseNode): ColumnDescriptor {
  const column = columnOf(table, command);
  identityOptions(command, column);
  const named = `column "${column.name}" of relation "${table.name}"`;
  if (!column.notNull) {
    const text = `${named} must be declared NOT NULL before identity can be added`;
    throw new SqlError("55000", text);
  }
  if (column.identity !== undefined) {
    throw new SqlError("55000", `${named} is already an identity column`);
  }
  if (column.default !== undefined) {
    throw new SqlError("55000", `${named} already has a default value`);
  }
  return column;
}

export async function addIdentity(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const column = requireIdentifiable(table, command);
  const options = identityOptions(command, column);
  const sequence = await createOwnedSequence(context, table, column, options);
  const identity = string(constraintOf(command), "generated_when") === "a" ? "always" : "byDefault";
  return withColumn(table, { ...column, identity, sequence: sequence.oid });
}

export function requireIdentity(
  table: TableDescriptor,
  command: ParseNode,
): ColumnDescriptor & { readonly identity: "always" | "byDefault" } {
  const column = columnOf(table, command);
  const { identity } = column;
  if (identity === undefined) throw new SqlError("55000", notIdentity(table, column));
  return { ...column, identity };
}

export async function setIdentity(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const column = requireIdentity(table, command);
  const nodes = items(child(command, "def"));
  const sequence =
    column.sequence === undefined ? undefined : imageOf(context).objects.get(column.sequence);
  let { identity } = column;
  const rest: ParseNode[] = [];
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    if (string(option, "defname") !== "generated") rest.push(node);
    else identity = generatedWhen(option) === "a" ? "always" : "byDefault";
  }
  if (rest.length > 0 && sequence?.kind === "sequence") {
    await alterSequenceOptions(context, sequence, rest, true);
  }
  return withColumn(table, { ...column, identity });
}

/** The grammar has the letter as an integer. */
function generatedWhen(option: ParseNode): string {
  const value = asTag(child(option, "arg"), "Integer")?.["ival"];
  return typeof value === "number" ? String.fromCharCode(value) : "a";
}

export function dropIdentity(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const column = columnOf(table, command);
  if (column.identity === undefined) {
    const text = notIdentity(table, column);
    if (!flag(command, "missing_ok")) throw new SqlError("55000", text);
    context.session.notice("NOTICE", "00000", `${text}, skipping`);
    return table;
  }
  const { identity: _, sequence, ...bare } = column;
  const changed = withColumn(table, bare);
  applyChanges(context, [{ put: changed }]);
  if (sequence !== undefined) applyChanges(context, [{ drop: sequence }]);
  return changed;
}
