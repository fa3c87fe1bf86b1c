/** 40001 in words: OC000 for data, OC001 for schema, with table, key and both intents in DETAIL. */
import { allIndexes } from "../catalog/table-indexes.ts";
import type { Conflict } from "@firstlight/common";
import { SqlError, isGlobalKey, parseDataKey, INDEX_PREFIX_LENGTH } from "@firstlight/common";
import type { Catalog } from "../catalog/catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { indexKeyNames } from "../catalog/virtual/index-text.ts";
import type { CommitResult } from "../transaction/commit.ts";
import { keyValueTexts } from "./key-text.ts";

const RETRY_HINT = "Retry the transaction.";

const DATA_CONFLICT = "change conflicts with another transaction (OC000)";

export function schemaChanged(catalog: Catalog): SqlError {
  const { explained } = catalog.profile.conflicts;
  const fields = explained ? { hint: RETRY_HINT } : {};
  return new SqlError("40001", "schema has been updated by another transaction (OC001)", fields);
}

/** For tests of applications: nobody else was there. */
export function injectedConflict({ profile }: Catalog): SqlError {
  if (!profile.conflicts.explained) return new SqlError("40001", DATA_CONFLICT);
  return dataConflict("The conflict was injected.");
}

/** The error for a commit that was refused. */
export function refusal(
  reply: Exclude<CommitResult, { verdict: "committed" }>,
  catalog: Catalog,
): SqlError {
  if (reply.verdict === "conflict" && isGlobalKey(reply.conflict.key)) {
    return schemaChanged(catalog);
  }
  if (!catalog.profile.conflicts.explained) return new SqlError("40001", DATA_CONFLICT);
  if (reply.verdict === "conflict") return conflictError(reply.conflict, catalog);
  const detail =
    reply.verdict === "tooOld"
      ? "The transaction's snapshot is older than the history that the adjudicator keeps."
      : `The transaction was given up: ${reply.reason}.`;
  return dataConflict(detail);
}

function dataConflict(detail: string, table?: string): SqlError {
  return new SqlError("40001", DATA_CONFLICT, {
    detail,
    hint: RETRY_HINT,
    table,
  });
}

/** What a SERIALIZABLE transaction has read is no longer so. */
function readConflict(detail: string, table?: string): SqlError {
  const text = "could not serialize access due to read/write dependencies among transactions";
  return new SqlError("40001", text, {
    detail,
    hint: "The transaction might succeed if retried.",
    table,
  });
}

function conflictError(conflict: Conflict, catalog: Catalog): SqlError {
  const table = tableOf(conflict, catalog);
  const key = describeKey(conflict, table);
  const winner =
    conflict.winnerTimestamp === undefined
      ? `${conflict.winnerIntent} of a transaction that is being committed`
      : `${conflict.winnerIntent} committed at ${conflict.winnerTimestamp}`;
  const detail = `${key}: intent ${conflict.intent} of this transaction conflicts with ${winner}.`;
  return conflict.intent === "R"
    ? readConflict(detail, table?.name)
    : dataConflict(detail, table?.name);
}

function tableOf(conflict: Conflict, catalog: Catalog): TableDescriptor | undefined {
  const parsed = parseDataKey(conflict.key);
  return parsed && catalog.tableByStorageId(parsed.storageId);
}

function describeKey(conflict: Conflict, table: TableDescriptor | undefined): string {
  const parsed = parseDataKey(conflict.key);
  if (parsed === undefined || table === undefined) {
    return `Key ${Buffer.from(conflict.key, "latin1").toString("hex")}`;
  }
  const index = allIndexes(table).find((each) => each.number === parsed.index);
  if (index === undefined) return `A row of table "${table.name}"`;
  const names = indexKeyNames(table, index);
  const values = keyTexts(conflict, table, index);
  return `Key (${names.join(", ")})=(${values.join(", ")}) of table "${table.name}"`;
}

function keyTexts(conflict: Conflict, table: TableDescriptor, index: IndexDescriptor): string[] {
  const types = index.columns.map(
    ({ column, expression }) => expression?.type ?? table.columns[column - 1]?.type ?? 25,
  );
  const encoded = conflict.key.slice(INDEX_PREFIX_LENGTH);
  return keyValueTexts(encoded, types, index.columns);
}
