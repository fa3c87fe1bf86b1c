/**
 * Snapshots that one session tells and another one takes over: the timestamp, spelled as PostgreSQL
 * spells the names of exported snapshots, or as a timestamp is spelled. Nothing is kept for them, and
 * nothing has to be: whoever knows a timestamp may read at it, through any query processor, until
 * storage has collected what it would see.
 */
import { SqlError, timestamp } from "@firstlight/common";
import type { Timestamp } from "@firstlight/common";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { constantText } from "./parse-fields.ts";
import { inTheFuture, timestampIn } from "./past-snapshot.ts";
import type { Session } from "./session.ts";

const HALF = 2 ** 32;
const HEX_DIGITS = 8;

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(HEX_DIGITS, "0");
}

/** pg_export_snapshot(). */
export function exportSnapshot(session: Session): string {
  const { block } = session;
  if (block.savepointDepth > 0) {
    throw new SqlError("25001", "cannot export a snapshot from a subtransaction");
  }
  const { snapshot } = block.transaction;
  if (snapshot === undefined) throw new Error("a transaction without a snapshot");
  return `${hex(Math.floor(snapshot / HALF))}-${hex(snapshot % HALF)}-1`;
}

function timestampOf(session: Session, name: string): Timestamp {
  const now = session.runtime.clock.now().latest;
  const match = /^([0-9A-F]{8})-([0-9A-F]{8})-1$/u.exec(name);
  if (match === null) {
    const spelled = timestampIn(name, session.settings.derived.format, now);
    if (spelled === undefined) throw invalidIdentifier(name);
    if (spelled > now) throw inTheFuture(name);
    return spelled;
  }
  const [, high = "", low = ""] = match;
  const value = Number.parseInt(high, 16) * HALF + Number.parseInt(low, 16);
  if (value <= now && Number.isSafeInteger(value)) return timestamp(value);
  throw invalidIdentifier(name);
}

function invalidIdentifier(name: string): SqlError {
  return new SqlError("22023", `invalid snapshot identifier: "${name}"`);
}

/** SET TRANSACTION SNAPSHOT. */
export function importSnapshot(session: Session, args: readonly ParseNode[]): void {
  const { block } = session;
  if (block.hasRun || block.savepointDepth > 0) {
    throw new SqlError("25001", "SET TRANSACTION SNAPSHOT must be called before any query");
  }
  const { isolation } = block.characteristics;
  if (isolation === "read committed" || isolation === "read uncommitted") {
    const text =
      "a snapshot-importing transaction must have isolation level SERIALIZABLE or REPEATABLE READ";
    throw new SqlError("0A000", text);
  }
  const [name] = args;
  block.importSnapshot(timestampOf(session, (name && constantText(name)) ?? ""));
}
