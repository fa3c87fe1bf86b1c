/** BEGIN, COMMIT, ROLLBACK, savepoints: as PostgreSQL's xact.c answers them in each state. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { constantText, flagField, listField, options, textField } from "./parse-fields.ts";
import type { Session } from "./session.ts";
import { setIsolation, setReadOnly } from "./setting-access.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";
import type { Utility, UtilityOutcome } from "./utility.ts";

const ENDS_FAILED_BLOCK = new Set([
  "TRANS_STMT_COMMIT",
  "TRANS_STMT_ROLLBACK",
  "TRANS_STMT_ROLLBACK_TO",
  "TRANS_STMT_PREPARE",
]);

function kindOf(statement: ParsedStatement): string {
  return textField(statement.node, "kind") ?? "TRANS_STMT_BEGIN";
}

export function beginsBlock(statement: ParsedStatement): boolean {
  const begins = ["TRANS_STMT_BEGIN", "TRANS_STMT_START"];
  return statement.tag === "TransactionStmt" && begins.includes(kindOf(statement));
}

/** And begins no other one. */
export function commitsBlock(statement: ParsedStatement): boolean {
  const commits = kindOf(statement) === "TRANS_STMT_COMMIT" && !flagField(statement.node, "chain");
  return statement.tag === "TransactionStmt" && commits;
}

export const transactionStatement: Utility = {
  endsFailedBlock: (statement) => ENDS_FAILED_BLOCK.has(kindOf(statement)),
  columns: () => undefined,
  *run(session, statement) {
    const { node } = statement;
    switch (kindOf(statement)) {
      case "TRANS_STMT_BEGIN":
        return yield* begin(session, node, "BEGIN");
      case "TRANS_STMT_START":
        return yield* begin(session, node, "START TRANSACTION");
      case "TRANS_STMT_COMMIT":
        return yield* commit(session, flagField(node, "chain"));
      case "TRANS_STMT_ROLLBACK":
        return rollback(session, flagField(node, "chain"));
      case "TRANS_STMT_SAVEPOINT":
        return savepoint(session, textField(node, "savepoint_name") ?? "");
      case "TRANS_STMT_RELEASE":
        return release(session, textField(node, "savepoint_name") ?? "");
      case "TRANS_STMT_ROLLBACK_TO":
        return rollbackTo(session, textField(node, "savepoint_name") ?? "");
      case "TRANS_STMT_PREPARE":
        return prepareTransaction(session);
      default:
        return noPrepared(session, kindOf(statement), textField(node, "gid") ?? "");
    }
  },
};

function* begin(session: Session, node: ParseNode, command: string): Task<UtilityOutcome> {
  const { block } = session;
  const isInside = block.state === "block";
  if (isInside) session.warning("25001", "there is already a transaction in progress");
  applyCharacteristics(session, listField(node, "options"));
  // Only now: a BEGIN that is refused leaves no failed block behind.
  if (!isInside) {
    block.enterBlock();
    yield* session.blockTurn.begun();
  }
  return { command };
}

/** Options of BEGIN and SET TRANSACTION. */
export function applyCharacteristics(session: Session, nodes: readonly ParseNode[]): void {
  for (const { name, value } of options(nodes)) {
    const text = value === undefined ? "" : (constantText(value) ?? "");
    if (name === "transaction_isolation") setIsolation(session, text);
    else if (name === "transaction_read_only") setReadOnly(session, text !== "0");
    else session.block.setCharacteristics({ deferrable: text !== "0" });
  }
}

function chainOutsideBlock(command: string): SqlError {
  return new SqlError("25P01", `${command} AND CHAIN can only be used in transaction blocks`);
}

function* commit(session: Session, chain: boolean): Task<UtilityOutcome> {
  const { block } = session;
  if (block.state === "failed") return { command: rollback(session, chain).command };
  if (block.state !== "block") {
    if (chain) throw chainOutsideBlock("COMMIT");
    session.warning("25P01", "there is no transaction in progress");
  }
  const { characteristics } = block;
  session.units.clear();
  const committing = block.commit();
  // A commit is not interrupted: its outcome must be known.
  if (committing instanceof Promise) yield* settled(committing);
  session.keepHeldPortals();
  if (chain) {
    block.enterBlock();
    block.setCharacteristics(characteristics);
  }
  return { command: "COMMIT" };
}

function rollback(session: Session, chain: boolean): UtilityOutcome {
  const { block } = session;
  if (block.state !== "block" && block.state !== "failed") {
    if (chain) throw chainOutsideBlock("ROLLBACK");
    session.warning("25P01", "there is no transaction in progress");
  }
  const { characteristics } = block;
  session.units.clear();
  session.closePortals();
  block.rollback();
  if (chain) {
    block.enterBlock();
    block.setCharacteristics(characteristics);
  }
  return { command: "ROLLBACK" };
}

/** Whatever it answers, the transaction has ended. */
function prepareTransaction(session: Session): UtilityOutcome {
  const inside = session.block.state === "block";
  const outcome = rollback(session, false);
  if (inside) throw featureNotSupported("two-phase commit");
  return outcome;
}

function noPrepared(session: Session, kind: string, gid: string): never {
  if (session.block.state === "block") {
    const command = kind === "TRANS_STMT_COMMIT_PREPARED" ? "COMMIT" : "ROLLBACK";
    throw new SqlError("25001", `${command} PREPARED cannot run inside a transaction block`);
  }
  throw new SqlError("42704", `prepared transaction with identifier "${gid}" does not exist`);
}

function inBlockOnly(session: Session, command: string): void {
  const { state } = session.block;
  if (state === "block" || state === "failed") return;
  throw new SqlError("25P01", `${command} can only be used in transaction blocks`);
}

function savepoint(session: Session, name: string): UtilityOutcome {
  inBlockOnly(session, "SAVEPOINT");
  session.block.savepoint(name, session.portalNumber);
  return { command: "SAVEPOINT" };
}

function release(session: Session, name: string): UtilityOutcome {
  inBlockOnly(session, "RELEASE SAVEPOINT");
  session.block.release(name);
  return { command: "RELEASE" };
}

function rollbackTo(session: Session, name: string): UtilityOutcome {
  inBlockOnly(session, "ROLLBACK TO SAVEPOINT");
  session.closePortals(session.block.rollbackToSavepoint(name));
  return { command: "ROLLBACK" };
}
