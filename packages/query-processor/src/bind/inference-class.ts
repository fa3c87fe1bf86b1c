/**
 * COLLATE and the operator class of ON CONFLICT's elements, and whether the key of an index has them
 * (infer_collation_opclass_match).
 */
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { CollationName } from "@firstlight/sql";
import { collationText, quoteIdentifier } from "@firstlight/sql";
import { findCollation, foundOf, isUsable, missingCollation } from "../catalog/collations.ts";
import { indexCollations } from "./index-collations.ts";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import type { NamedRow } from "../catalog/virtual/virtual-table.ts";
import { defaultOperatorClass } from "../catalog/virtual/type-facts.ts";
import { int, names } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError, unsupported } from "./errors.ts";
import type { Scope } from "./scope.ts";

const BTREE = 403;

/** Undefined where nothing is said. */
export interface InferenceClass {
  readonly collation: CollationName | undefined;
  readonly operators: OperatorClass | undefined;
}

export interface OperatorClass {
  readonly oid: number;
  readonly name: string;
  readonly family: unknown;
  readonly input: unknown;
}

export function inferenceClass(scope: Scope, element: ParseNode, location: number): InferenceClass {
  return {
    collation: collationOf(scope, element, location),
    operators: operatorsNamed(names(element, "opclass")),
  };
}

function collationOf(
  { context }: Scope,
  element: ParseNode,
  location: number,
): CollationName | undefined {
  const parts = names(element, "collation");
  if (parts.length === 0) return undefined;
  const { catalog, searchPath } = context;
  const pinned = catalog.objects.get(int(element, "collationOid"));
  const found =
    pinned?.kind === "collation"
      ? foundOf(pinned, catalog.schemaByOid(pinned.schema)?.name ?? "")
      : findCollation(catalog, searchPath, parts);
  if (found === undefined) throw missingCollation(catalog, parts, location + 1);
  if (!isUsable(found)) throw unsupported(`collation "${parts.join(".")}"`, location);
  return found.name;
}

function operatorsNamed(parts: readonly string[]): OperatorClass | undefined {
  const name = parts.at(-1);
  if (name === undefined) return undefined;
  const isSystem = parts.length === 1 || parts.at(-2) === "pg_catalog";
  const found = systemRows("pg_opclass").find(
    (row) => isSystem && row["opcmethod"] === BTREE && row["opcname"] === name,
  );
  if (found !== undefined) return operatorClass(found);
  const text = `operator class "${parts.join(".")}" does not exist for access method "btree"`;
  throw bindError("42704", text, -1);
}

function operatorClass(row: NamedRow): OperatorClass {
  const { oid, opcname, opcfamily: family, opcintype: input } = row;
  return { oid: Number(oid), name: typeof opcname === "string" ? opcname : "", family, input };
}

function operatorsOf(oid: number): OperatorClass | undefined {
  const found = systemRows("pg_opclass").find((row) => row["oid"] === oid);
  return found && operatorClass(found);
}

/** What stands behind the element; a class that its input type has by itself is not shown. */
export function inferenceClassText({ collation, operators }: InferenceClass): string {
  const collate = collation === undefined ? "" : ` COLLATE ${collationText(collation)}`;
  if (operators === undefined) return collate;
  const isDefault = defaultOperatorClass(Number(operators.input)) === operators.oid;
  return isDefault ? collate : `${collate} ${quoteIdentifier(operators.name)}`;
}

/** Whether the key at this place of the index is of the class. */
export function hasClass(
  table: TableDescriptor,
  index: IndexDescriptor,
  at: number,
  { collation, operators }: InferenceClass,
): boolean {
  if (collation !== undefined && (indexCollations(table, index)[at]?.oid ?? 0) !== collation.oid) {
    return false;
  }
  if (operators === undefined) return true;
  const key = index.columns[at];
  const type = key?.expression?.type ?? table.columns[(key?.column ?? 0) - 1]?.type ?? 0;
  const own = operatorsOf(key?.operatorClass ?? defaultOperatorClass(type));
  return own?.family === operators.family && own?.input === operators.input;
}
