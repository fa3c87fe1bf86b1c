/**
 * COLLATE and the operator class of ON CONFLICT's elements, and whether the key of an index has them
 * (infer_collation_opclass_match).
 */
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { findCollation, isUsable, missingCollation } from "../catalog/collations.ts";
import { indexCollations } from "./index-collations.ts";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import { defaultOperatorClass } from "../catalog/virtual/type-facts.ts";
import { names } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError, unsupported } from "./errors.ts";
import type { Scope } from "./scope.ts";

const BTREE = 403;

/** Undefined where nothing is said. */
export interface InferenceClass {
  readonly collation: number | undefined;
  readonly operators: OperatorClass | undefined;
}

interface OperatorClass {
  readonly family: unknown;
  readonly input: unknown;
}

export function inferenceClass(scope: Scope, element: ParseNode, location: number): InferenceClass {
  return {
    collation: collationOf(scope, names(element, "collation"), location),
    operators: operatorsNamed(names(element, "opclass")),
  };
}

function collationOf(
  { context }: Scope,
  parts: readonly string[],
  location: number,
): number | undefined {
  if (parts.length === 0) return undefined;
  const { catalog, searchPath } = context;
  const found = findCollation(catalog, searchPath, parts);
  if (found === undefined) throw missingCollation(catalog, parts, location + 1);
  if (!isUsable(found)) throw unsupported(`collation "${parts.join(".")}"`, location);
  return found.name.oid;
}

function operatorsNamed(parts: readonly string[]): OperatorClass | undefined {
  const name = parts.at(-1);
  if (name === undefined) return undefined;
  const isSystem = parts.length === 1 || parts.at(-2) === "pg_catalog";
  const found = systemRows("pg_opclass").find(
    (row) => isSystem && row["opcmethod"] === BTREE && row["opcname"] === name,
  );
  if (found !== undefined) return { family: found["opcfamily"], input: found["opcintype"] };
  const text = `operator class "${parts.join(".")}" does not exist for access method "btree"`;
  throw bindError("42704", text, -1);
}

function operatorsOf(oid: number): OperatorClass {
  const found = systemRows("pg_opclass").find((row) => row["oid"] === oid);
  return { family: found?.["opcfamily"], input: found?.["opcintype"] };
}

/** Whether the key at this place of the index is of the class. */
export function hasClass(
  table: TableDescriptor,
  index: IndexDescriptor,
  at: number,
  { collation, operators }: InferenceClass,
): boolean {
  if (collation !== undefined && (indexCollations(table, index)[at]?.oid ?? 0) !== collation) {
    return false;
  }
  if (operators === undefined) return true;
  const key = index.columns[at];
  const type = key?.expression?.type ?? table.columns[(key?.column ?? 0) - 1]?.type ?? 0;
  const own = operatorsOf(key?.operatorClass ?? defaultOperatorClass(type));
  return own.family === operators.family && own.input === operators.input;
}
