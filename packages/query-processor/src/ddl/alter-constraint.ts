/** ALTER TABLE ... VALIDATE CONSTRAINT, ALTER CONSTRAINT and RENAME CONSTRAINT. */
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import { isAlone } from "./ddl-context.ts";
import { validateOnline } from "./validate-online.ts";
import { SqlError } from "@firstlight/common";
import type {
  CheckDescriptor,
  ForeignKeyDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { asTag, child, flag, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { validateCheck } from "./add-constraint.ts";
import { isConstraintName, touchParent } from "./foreign-key.ts";
import { validateForeignKey } from "./foreign-key-validation.ts";

function missing(table: TableDescriptor, name: string): SqlError {
  const text = `constraint "${name}" of relation "${table.name}" does not exist`;
  return new SqlError("42704", text);
}

function withForeignKey(table: TableDescriptor, key: ForeignKeyDescriptor): TableDescriptor {
  const foreignKeys = (table.foreignKeys ?? []).map((each) => (each.oid === key.oid ? key : each));
  return { ...table, foreignKeys };
}

function foreignKeyNamed(table: TableDescriptor, name: string): ForeignKeyDescriptor | undefined {
  return table.foreignKeys?.find((each) => each.name === name);
}

/** Throws for constraints that there are not, and for those that cannot be other than valid. */
export function requireValidatable(table: TableDescriptor, name: string): void {
  if (foreignKeyNamed(table, name) !== undefined) return;
  if (!isConstraintName(table, name)) throw missing(table, name);
  if (table.checks.some((each) => each.name === name)) return;
  const text = `constraint "${name}" of relation "${table.name}" is not a foreign key or check constraint`;
  throw new SqlError("42809", text);
}

export async function validateConstraint(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const name = string(command, "name");
  requireValidatable(table, name);
  const check = table.checks.find((each) => each.name === name);
  if (check !== undefined) return validatedCheck(context, table, check);
  const key = foreignKeyNamed(table, name);
  if (key === undefined) throw missing(table, name);
  if (key.validated) return table;
  if (mayValidateOnline(context, table)) return validatedOnline(context, table, name);
  await validateForeignKey(context, table, key);
  return withForeignKey(table, { ...key, validated: true });
}

/** A constraint that this very statement adds is in no other transaction's schema. */
function mayValidateOnline(context: DdlContext, table: TableDescriptor): boolean {
  return isAlone(context) && !isTemporaryOid(table.oid) && !context.transaction.schemaChanged;
}

/** The statement's own transaction has nothing to change then. */
async function validatedOnline(
  context: DdlContext,
  table: TableDescriptor,
  name: string,
): Promise<TableDescriptor> {
  await validateOnline(context, table, name);
  return table;
}

async function validatedCheck(
  context: DdlContext,
  table: TableDescriptor,
  check: CheckDescriptor,
): Promise<TableDescriptor> {
  if (check.notValid !== true) return table;
  if (mayValidateOnline(context, table)) return validatedOnline(context, table, check.name);
  await validateCheck(context, table, check);
  const { notValid: _, ...valid } = check;
  return { ...table, checks: table.checks.map((each) => (each === check ? valid : each)) };
}

export function alterConstraint(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const constraint = asTag(child(command, "def"), "Constraint") ?? {};
  const name = string(constraint, "conname");
  const key = foreignKeyNamed(table, name);
  if (key === undefined) {
    if (!isConstraintName(table, name)) throw missing(table, name);
    const text = `constraint "${name}" of relation "${table.name}" is not a foreign key constraint`;
    throw new SqlError("42809", text);
  }
  const deferrable = flag(constraint, "deferrable");
  const initiallyDeferred = flag(constraint, "initdeferred");
  const changed = withForeignKey(table, { ...key, deferrable, initiallyDeferred });
  touchParent(context, changed, key);
  return changed;
}

/** The table with the constraint called `to`; that of an index gives its name to the index. */
export function renameConstraint(
  table: TableDescriptor,
  from: string,
  to: string,
): TableDescriptor {
  if (!isConstraintName(table, from)) {
    throw new SqlError("42704", `constraint "${from}" for table "${table.name}" does not exist`);
  }
  if (isConstraintName(table, to)) {
    throw new SqlError("42710", `constraint "${to}" for relation "${table.name}" already exists`);
  }
  const named = <T extends { readonly name: string }>(each: T): T =>
    each.name === from ? { ...each, name: to } : each;
  const indexes = table.indexes.map((index) =>
    index.constraint?.name === from
      ? { ...index, name: to, constraint: { ...index.constraint, name: to } }
      : index,
  );
  const foreignKeys = table.foreignKeys?.map(named);
  const changed = { ...table, indexes, checks: table.checks.map(named) };
  return foreignKeys === undefined ? changed : { ...changed, foreignKeys };
}
