/**
 * CLUSTER ON and REPLICA IDENTITY: what is said of a table for tools that reorder or replicate it.
 * Kept and shown; nothing here depends on it.
 */
import { SqlError } from "@firstlight/common";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { findIndex } from "./drop-targets.ts";

function indexNamed(context: DdlContext, table: TableDescriptor, name: string): IndexDescriptor {
  const own = table.indexes.find((each) => each.name === name);
  if (own !== undefined) return own;
  if (findIndex(context, { schema: undefined, name }) !== undefined) {
    throw new SqlError("42809", `"${name}" is not an index for table "${table.name}"`);
  }
  throw new SqlError("42704", `index "${name}" for table "${table.name}" does not exist`);
}

function withCluster(table: TableDescriptor, oid: number | undefined): TableDescriptor {
  const indexes = table.indexes.map((index): IndexDescriptor => {
    const { clustered: _, ...rest } = index;
    return index.oid === oid ? { ...rest, clustered: true } : rest;
  });
  return { ...table, indexes };
}

export function clusterOn(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const index = indexNamed(context, table, string(command, "name"));
  if (index.predicate !== undefined) {
    throw new SqlError("0A000", `cannot cluster on partial index "${index.name}"`);
  }
  return withCluster(table, index.oid);
}

export function dropCluster(_context: DdlContext, table: TableDescriptor): TableDescriptor {
  return withCluster(table, undefined);
}

function checkIdentity(table: TableDescriptor, index: IndexDescriptor): void {
  const refuse = (state: string, text: string): SqlError => new SqlError(state, text);
  const named = `index "${index.name}"`;
  if (!index.unique) {
    throw refuse("42809", `cannot use non-unique ${named} as replica identity`);
  }
  if (index.columns.some((each) => each.expression !== undefined)) {
    throw refuse("0A000", `cannot use expression ${named} as replica identity`);
  }
  if (index.predicate !== undefined) {
    throw refuse("0A000", `cannot use partial ${named} as replica identity`);
  }
  const columns = index.columns.flatMap(({ column }) => table.columns[column - 1] ?? []);
  const nullable = columns.find((each) => !each.notNull);
  if (nullable === undefined) return;
  const text = `${named} cannot be used as replica identity because column "${nullable.name}" is nullable`;
  throw refuse("42809", text);
}

export function replicaIdentity(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const { replicaIdentity: _, ...rest } = table;
  const said = asTag(child(command, "def"), "ReplicaIdentityStmt") ?? {};
  const kind = string(said, "identity_type");
  if (kind === "f" || kind === "n") return { ...rest, replicaIdentity: { kind } };
  if (kind !== "i") return rest;
  const index = indexNamed(context, table, optionalString(said, "name") ?? "");
  checkIdentity(table, index);
  return { ...rest, replicaIdentity: { kind, index: index.oid } };
}
