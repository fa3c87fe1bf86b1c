/** 40001 in words: OC000 for data, OC001 for schema, with table, key and both intents in DETAIL. */
import type { Conflict } from "@firstlight/common";
import { SqlError, isGlobalKey } from "@firstlight/common";
import type { Catalog } from "../catalog/catalog.ts";
import type { CommitResult } from "../transaction/commit.ts";
import { describedKey } from "./conflict-key.ts";

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
  const { table, text } = describedKey(conflict.key, catalog);
  const winner =
    conflict.winnerTimestamp === undefined
      ? `${conflict.winnerIntent} of a transaction that is being committed`
      : `${conflict.winnerIntent} committed at ${conflict.winnerTimestamp}`;
  const key = keyPhrase(table?.name, text);
  const detail = `${key}: intent ${conflict.intent} of this transaction conflicts with ${winner}.`;
  return conflict.intent === "R"
    ? readConflict(detail, table?.name)
    : dataConflict(detail, table?.name);
}

function keyPhrase(table: string | undefined, text: string | undefined): string {
  if (table === undefined) return `Key ${text}`;
  return text === undefined ? `A row of table "${table}"` : `Key ${text} of table "${table}"`;
}
