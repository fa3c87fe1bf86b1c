/** CREATE TABLE ... OF a composite type, ALTER TABLE ... [NOT] OF, and what changes with the type. */
import { SqlError } from "@firstlight/common";
import { definitionOf, formatType } from "@firstlight/sql";
import type {
  CompositeAttributeDescriptor,
  TableDescriptor,
  TypeDescriptor,
} from "../../catalog/descriptors.ts";
import { withoutPositions } from "../../bind/errors.ts";
import { asTag, child, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { ColumnDraft } from "../column-draft.ts";
import { draftColumn } from "../column-draft.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { ownedType, resolveIn } from "./find-type.ts";

interface OfType {
  readonly oid: number;
  readonly attributes: readonly CompositeAttributeDescriptor[];
}

/** check_of_type: a composite type of its own, not the row type of a table. */
export function typeOfTable(context: DdlContext, typeName: ParseNode): OfType {
  const { type } = withoutPositions(() => resolveIn(context, typeName));
  const refuse = (shown: string): SqlError =>
    new SqlError("42809", `type ${shown} is not a composite type`);
  if (definitionOf(type)?.kind !== "composite") throw refuse(formatType(type));
  const { oid, definition } = ownedType(context, type, refuse);
  if (definition.kind !== "composite") throw refuse(formatType(type));
  return { oid, attributes: definition.attributes.filter((each) => !each.dropped) };
}

/** The columns of the type, with the options that the statement gives to some of them. */
export function typedColumns(
  context: DdlContext,
  table: TableDescriptor,
  { attributes }: OfType,
  elements: readonly ParseNode[],
): readonly ColumnDraft[] {
  const options = new Map<string, ParseNode>();
  for (const element of elements) {
    const node = asTag(element, "ColumnDef");
    if (node === undefined) continue;
    const name = string(node, "colname");
    if (options.has(name)) {
      throw new SqlError("42701", `column "${name}" specified more than once`);
    }
    if (!attributes.some((each) => each.name === name)) {
      throw new SqlError("42703", `column "${name}" does not exist`);
    }
    options.set(name, node);
  }
  return attributes.map(({ name, type, typmod, collation }, at) => {
    const collated = collation === undefined ? {} : { collation };
    const node = options.get(name) ?? ({ colname: name } as ParseNode);
    return draftColumn(context, table, node, at + 1, { type, typmod, ...collated });
  });
}

function differs(text: string): SqlError {
  return new SqlError("42804", text);
}

/** ALTER TABLE ... OF (ATExecAddOf). */
export function addOf(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const typeName = asTag(requiredChild(command, "def"), "TypeName") ?? {};
  const { oid, attributes } = typeOfTable(context, typeName);
  const columns = table.columns.filter((each) => !each.dropped);
  for (const [at, attribute] of attributes.entries()) {
    const column = columns[at];
    if (column === undefined) throw differs(`table is missing column "${attribute.name}"`);
    if (column.name !== attribute.name) {
      throw differs(`table has column "${column.name}" where type requires "${attribute.name}"`);
    }
    if (column.type !== attribute.type || column.typmod !== attribute.typmod) {
      throw differs(`table "${table.name}" has different type for column "${column.name}"`);
    }
  }
  const extra = columns[attributes.length];
  if (extra !== undefined) throw differs(`table has extra column "${extra.name}"`);
  return { ...table, ofType: oid };
}

export function dropOf(_context: DdlContext, table: TableDescriptor): TableDescriptor {
  if (table.ofType === undefined) {
    throw new SqlError("42809", `"${table.name}" is not a typed table`);
  }
  const { ofType: _, ...rest } = table;
  return rest;
}

const REFUSED: Readonly<Record<string, string>> = {
  AT_AddColumn: "cannot add column to typed table",
  AT_DropColumn: "cannot drop column from typed table",
  AT_AlterColumnType: "cannot alter column type of typed table",
};

/** What the type of a typed table decides. */
export function refuseTyped({ ofType }: TableDescriptor, subtype: string): void {
  const text = REFUSED[subtype];
  if (ofType !== undefined && text !== undefined) throw new SqlError("42809", text);
}

/** The tables that an ALTER TYPE changes as well; 2BP01 when it does not say CASCADE. */
export function tablesOf(
  context: DdlContext,
  type: TypeDescriptor,
  behavior: string,
): readonly TableDescriptor[] {
  const tables: TableDescriptor[] = [];
  for (const object of imageOf(context).objects.values()) {
    if (object.kind === "table" && object.ofType === type.oid) tables.push(object);
  }
  if (tables.length > 0 && behavior !== "DROP_CASCADE") {
    const text = `cannot alter type "${type.name}" because it is the type of a typed table`;
    throw new SqlError("2BP01", text, {
      hint: "Use ALTER ... CASCADE to alter the typed tables too.",
    });
  }
  return tables;
}

export function ofTypeName(statement: ParseNode): ParseNode | undefined {
  return child(statement, "ofTypename");
}
