/**
 * REINDEX: new entries for indexes, in the statement's transaction or, CONCURRENTLY, online. The
 * index that a table's rows are ordered by is the rows themselves: nothing is to be done for it.
 */
import { SqlError } from "@firstlight/common";
import { bindError } from "../bind/errors.ts";
import { FIRST_USER_OID, isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { schemaName } from "../catalog/schema-name.ts";
import { allIndexes, withBuilding } from "../catalog/table-indexes.ts";
import { asTag, child, list, locationOf, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { typeFacts } from "../catalog/virtual/type-facts.ts";
import { fillIndex } from "./backfill.ts";
import { buildIndexOnline } from "./build-index-online.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import {
  applyChanges,
  displayName,
  findRelation,
  imageOf,
  nameOfRangeVar,
  schemaNamed,
} from "./ddl-context.ts";
import { isOtherRelation } from "./other-relation.ts";
import { findIndex } from "./drop-targets.ts";
import { isOn } from "./option-value.ts";

interface Work {
  readonly concurrently: boolean;
  readonly verbose: boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  REINDEX_OBJECT_SCHEMA: "REINDEX SCHEMA",
  REINDEX_OBJECT_SYSTEM: "REINDEX SYSTEM",
  REINDEX_OBJECT_DATABASE: "REINDEX DATABASE",
};

/** By what name it refuses to run in a transaction block, if it does. */
export function reindexAlone(statement: ParseNode): string | false {
  const concurrently = list(statement, "params").find(
    (node) => string(asTag(node, "DefElem") ?? {}, "defname") === "concurrently",
  );
  if (concurrently !== undefined && isOn(asTag(concurrently, "DefElem") ?? {}))
    return "REINDEX CONCURRENTLY";
  return KINDS[string(statement, "kind")] ?? false;
}

function workOf(statement: ParseNode): Work {
  let concurrently = false;
  let verbose = false;
  for (const node of list(statement, "params")) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    if (name === "concurrently") concurrently = isOn(option);
    else if (name === "verbose") verbose = isOn(option);
    else if (name !== "tablespace") {
      throw bindError("42601", `unrecognized REINDEX option "${name}"`, locationOf(option));
    } else if (stringValue(child(option, "arg")) !== "pg_default") {
      const text = `tablespace "${stringValue(child(option, "arg")) ?? ""}" does not exist`;
      throw new SqlError("42704", text);
    }
  }
  return { concurrently, verbose };
}

export async function reindex(context: DdlContext, statement: ParseNode): Promise<void> {
  const work = workOf(statement);
  switch (string(statement, "kind")) {
    case "REINDEX_OBJECT_INDEX":
      return reindexIndex(context, nameOfRangeVar(child(statement, "relation") ?? {}), work);
    case "REINDEX_OBJECT_TABLE":
      return reindexTable(context, nameOfRangeVar(child(statement, "relation") ?? {}), work);
    default:
      return reindexMany(context, statement, work);
  }
}

function doesNotExist(context: DdlContext, name: QualifiedName): SqlError {
  if (name.schema !== undefined) schemaNamed(context, name.schema);
  return new SqlError("42P01", `relation "${displayName(name)}" does not exist`);
}

function refuseSystemConcurrently(oid: number, { concurrently }: Work): void {
  if (!concurrently || oid >= FIRST_USER_OID) return;
  throw new SqlError("0A000", "cannot reindex system catalogs concurrently");
}

async function reindexIndex(context: DdlContext, name: QualifiedName, work: Work): Promise<void> {
  const found = findIndex(context, name);
  if (found !== undefined) return rebuild(context, found.table, found.index, work);
  if (findRelation(context, name) === undefined) throw doesNotExist(context, name);
  throw new SqlError("42809", `"${name.name}" is not an index`);
}

async function reindexTable(context: DdlContext, name: QualifiedName, work: Work): Promise<void> {
  const relation = findRelation(context, name);
  if (relation === undefined && !isOtherRelation(context, name)) throw doesNotExist(context, name);
  if (relation !== undefined && relation.oid < FIRST_USER_OID)
    return refuseSystemConcurrently(relation.oid, work);
  if (relation?.kind !== "table") {
    throw new SqlError("42809", `"${name.name}" is not a table or materialized view`);
  }
  if (allIndexes(relation).length === 0 && !hasLongValues(relation)) {
    const how = work.concurrently ? "that can be reindexed concurrently" : "to reindex";
    const text = `table "${relation.name}" has no indexes ${how}`;
    context.session.notice("NOTICE", "00000", text);
  }
  await rebuildAll(context, relation, work);
}

/** PostgreSQL keeps long values in a table of their own, which has an index. */
function hasLongValues({ columns }: TableDescriptor): boolean {
  return columns.some(
    ({ type, typmod, dropped }) => !dropped && typmod === -1 && typeFacts(type).storage !== "p",
  );
}

async function reindexMany(context: DdlContext, statement: ParseNode, work: Work): Promise<void> {
  const kind = string(statement, "kind");
  const name = string(statement, "name");
  if (kind === "REINDEX_OBJECT_SYSTEM") return refuseSystemConcurrently(0, work);
  if (kind === "REINDEX_OBJECT_DATABASE" && name !== "" && name !== context.session.database) {
    throw new SqlError("0A000", "can only reindex the currently open database");
  }
  const schema = kind === "REINDEX_OBJECT_SCHEMA" ? schemaNamed(context, name).oid : undefined;
  for (const relation of imageOf(context).relations()) {
    if (relation.kind !== "table" || relation.oid < FIRST_USER_OID) continue;
    if (schema === undefined || relation.schema === schema) {
      await rebuildAll(context, relation, work);
    }
  }
}

async function rebuildAll(context: DdlContext, table: TableDescriptor, work: Work): Promise<void> {
  if (work.concurrently) warnOfInvalid(context, table);
  for (const { oid } of work.concurrently ? table.indexes : allIndexes(table)) {
    // Each rebuild makes another descriptor.
    const current = imageOf(context).objects.get(table.oid);
    if (current?.kind !== "table") return;
    const index = allIndexes(current).find((each) => each.oid === oid);
    if (index !== undefined) await rebuild(context, current, index, work);
  }
}

function warnOfInvalid(context: DdlContext, table: TableDescriptor): void {
  for (const { index } of table.building ?? []) {
    const name = `${schemaName(imageOf(context), table)}.${index.name}`;
    const text = `cannot reindex invalid index "${name}" concurrently, skipping`;
    context.session.notice("WARNING", "0A000", text);
  }
}

async function rebuild(
  context: DdlContext,
  table: TableDescriptor,
  index: IndexDescriptor,
  work: Work,
): Promise<void> {
  if (index.number > 0) {
    if (work.concurrently && !isTemporaryOid(table.oid)) await rebuildOnline(context, index);
    else await rebuildHere(context, table, index);
  }
  if (!work.verbose) return;
  context.session.notice("INFO", "00000", `index "${index.name}" was reindexed`);
}

/** An invalid index becomes valid by it. */
async function rebuildHere(
  context: DdlContext,
  table: TableDescriptor,
  index: IndexDescriptor,
): Promise<void> {
  const number = table.nextIndex;
  const rebuilt = { ...index, number };
  const isPublic = table.indexes.includes(index);
  const indexes = isPublic
    ? table.indexes.map((each) => (each === index ? rebuilt : each))
    : [...table.indexes, rebuilt];
  const building = (table.building ?? []).filter((each) => each.index !== index);
  const changed = { ...withBuilding(table, building), indexes, nextIndex: number + 1 };
  await fillIndex(context, changed, rebuilt);
  applyChanges(context, [{ put: changed }]);
}

/** The name that PostgreSQL gives the index while it is made. */
function newName(context: DdlContext, table: TableDescriptor, name: string): string {
  for (let n = 0; ; n++) {
    const chosen = `${name}_ccnew${n === 0 ? "" : n}`;
    if (!imageOf(context).nameTaken(table.schema, chosen)) return chosen;
  }
}

async function rebuildOnline(context: DdlContext, { oid }: IndexDescriptor): Promise<void> {
  await buildIndexOnline(context, {
    command: "REINDEX CONCURRENTLY",
    onFailure: "invalid",
    define: (own) => {
      for (const table of imageOf(own).relations()) {
        if (table.kind !== "table") continue;
        const index = allIndexes(table).find((each) => each.oid === oid);
        if (index === undefined) continue;
        const { oid: _, number: __, constraint: ___, ...rest } = index;
        const name = newName(own, table, index.name);
        const definition = { ...rest, name, primary: false, constraint: false };
        return { table, definition, replaces: oid };
      }
      return undefined;
    },
  });
}
