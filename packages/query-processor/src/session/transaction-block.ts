/**
 * Which transaction a session is in, as PostgreSQL's xact.c keeps it. `implicit` is the block around
 * what one Query message or the messages up to a Sync do outside BEGIN. A failed block keeps its
 * engine transaction only while a savepoint could bring it back.
 */
import { SqlError } from "@firstlight/common";
import type { MaybePromise, Timestamp } from "@firstlight/common";
import type { EngineTransaction } from "../engine/engine.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import type { TransactionRules } from "../profile/profile.ts";
import type { TransactionStatus } from "../wire/messages.ts";
import type { SessionSettings } from "./session-settings.ts";

export type BlockState = "idle" | "implicit" | "block" | "failed";

interface Savepoint {
  readonly name: string;
  readonly mark: number;
  readonly settingsMark: number;
  /** Whether the transaction was read-only is restored at the savepoint's end, either way. */
  readonly readOnly: boolean;
  /** Portals with a later number belong to what this savepoint undoes. */
  readonly portalNumber: number;
  readonly locksMark: number;
}

/** Advisory locks of the transaction. */
export interface TransactionLocks {
  mark(): number;
  rollbackTo(mark: number): void;
}

/** What a transaction block was asked to be; kept over AND CHAIN. */
export interface Characteristics {
  readonly isolation: string;
  readonly readOnly: boolean;
  readonly deferrable: boolean;
}

/** transaction_resolution_unknown */
const OUTCOME_UNKNOWN = "08007";

/** I11: savepoints of one transaction. */
const SAVEPOINTS_MAX = 100_000;

/** Of what a transaction is asked to be, without an object: every statement begins one. */
export type BeginTransaction = (
  readOnly: boolean,
  serializable: boolean,
  snapshot: Timestamp | undefined,
) => EngineTransaction;

export class TransactionBlock {
  readonly #begin: BeginTransaction;
  readonly #settings: SessionSettings;
  readonly #locks: TransactionLocks;
  readonly #started: () => void;
  readonly #ended: (outcome: "committed" | "aborted" | undefined) => void;
  #state: BlockState = "idle";
  #transaction: EngineTransaction | undefined;
  #savepoints: Savepoint[] = [];
  #characteristics: Characteristics | undefined;
  /** Whether a statement that reads or writes has run: characteristics are fixed from then on. */
  #hasRun = false;
  /** What it has run, as the profile's TransactionRules count it. */
  #held = 0;
  /** The one that it was told to read at. */
  #snapshot: Timestamp | undefined;

  /** `started` is called when a block begins: its time is now() for all of it. */
  constructor(
    begin: BeginTransaction,
    started: () => void,
    settings: SessionSettings,
    locks: TransactionLocks,
    /** Undefined: nobody knows whether it was committed. */
    ended: (outcome: "committed" | "aborted" | undefined) => void = () => {},
  ) {
    this.#locks = locks;
    this.#begin = begin;
    this.#ended = ended;
    this.#started = started;
    this.#settings = settings;
  }

  get state(): BlockState {
    return this.#state;
  }

  get status(): TransactionStatus {
    if (this.#state === "block") return "T";
    return this.#state === "failed" ? "E" : "I";
  }

  get hasRun(): boolean {
    return this.#hasRun;
  }

  /** Throws for a statement that may not come after those of the transaction. */
  admit(rules: TransactionRules, statement: ParsedStatement): void {
    this.enterImplicit();
    this.#held = rules.admit(this.#held, statement);
  }

  get savepointDepth(): number {
    return this.#savepoints.length;
  }

  get characteristics(): Characteristics {
    if (this.#characteristics !== undefined) return this.#characteristics;
    const settings = this.#settings;
    return {
      isolation: settings.get("default_transaction_isolation") ?? "repeatable read",
      // The past cannot be written.
      readOnly:
        settings.get("default_transaction_read_only") === "on" || settings.derived.asOf !== "",
      deferrable: settings.get("default_transaction_deferrable") === "on",
    };
  }

  setCharacteristics(changes: Partial<Characteristics>): void {
    this.#characteristics = { ...this.characteristics, ...changes };
    // Begun for a savepoint that is gone, and not used.
    if (!this.#hasRun && this.#savepoints.length === 0) this.#transaction = undefined;
  }

  /** The engine's transaction, begun if need be. */
  get transaction(): EngineTransaction {
    this.enterImplicit();
    this.#hasRun = true;
    this.#transaction ??= this.#beginTransaction();
    return this.#transaction;
  }

  /** SET TRANSACTION SNAPSHOT: BEFORE anything has run. */
  importSnapshot(snapshot: Timestamp): void {
    this.#snapshot = snapshot;
    this.#transaction = undefined;
  }

  #beginTransaction(): EngineTransaction {
    const { readOnly, isolation } = this.characteristics;
    // Within a savepoint the transaction may be read-only for a part of it.
    const onlyReads = readOnly && this.#savepoints.length === 0;
    return this.#begin(onlyReads, isolation === "serializable", this.#snapshot);
  }

  get isDirty(): boolean {
    return this.#transaction?.dirty ?? false;
  }

  enterImplicit(): void {
    if (this.#state !== "idle") return;
    this.#state = "implicit";
    this.#started();
  }

  /** BEGIN: what an implicit block did so far becomes part of the explicit one. */
  enterBlock(): void {
    this.enterImplicit();
    this.#state = "block";
    // Fixed now: a later SET of a default must not change this transaction.
    this.#characteristics = this.characteristics;
  }

  /** COMMIT. On a refusal everything is undone and the error is thrown. */
  commit(): MaybePromise<void> {
    const transaction = this.#transaction;
    if (transaction === undefined) {
      this.#finish("commit");
      return undefined;
    }
    try {
      const committing = transaction.commit();
      if (!(committing instanceof Promise)) {
        this.#finish("commit");
        return undefined;
      }
      return committing.then(
        () => {
          this.#finish("commit");
        },
        (error: unknown) => {
          this.#finish("rollback", error);
          throw error;
        },
      );
    } catch (error) {
      this.#finish("rollback", error);
      throw error;
    }
  }

  rollback(): void {
    const transaction = this.#transaction;
    this.#finish("rollback");
    transaction?.rollback();
  }

  /** Begins the implicit block anew: the same statements will run again. */
  restart(): void {
    this.rollback();
    this.#state = "implicit";
  }

  #finish(outcome: "commit" | "rollback", error?: unknown): void {
    const isUnknown = error instanceof SqlError && error.sqlstate === OUTCOME_UNKNOWN;
    this.#ended(outcome === "commit" ? "committed" : isUnknown ? undefined : "aborted");
    this.#state = "idle";
    this.#transaction = undefined;
    if (this.#savepoints.length > 0) this.#savepoints = [];
    this.#characteristics = undefined;
    this.#snapshot = undefined;
    this.#hasRun = false;
    this.#held = 0;
    this.#locks.rollbackTo(0);
    if (outcome === "rollback") this.#settings.rollbackTo(0);
    else this.#settings.commit();
  }

  /** A statement failed: an implicit block is over, an explicit one waits for its end. */
  fail(): void {
    if (this.#state === "idle" || this.#state === "implicit") {
      this.rollback();
      return;
    }
    this.#state = "failed";
    const innermost = this.#savepoints.at(-1);
    this.#settings.rollbackTo(innermost?.settingsMark ?? 0);
    this.#locks.rollbackTo(innermost?.locksMark ?? 0);
    if (innermost !== undefined) return;
    const transaction = this.#transaction;
    this.#transaction = undefined;
    transaction?.rollback();
  }

  /** The mark of the innermost savepoint. */
  get savepointMark(): number | undefined {
    return this.#savepoints.at(-1)?.mark;
  }

  savepoint(name: string, portalNumber: number): void {
    if (this.#savepoints.length >= SAVEPOINTS_MAX) {
      throw new SqlError("54000", `too many savepoints in one transaction`);
    }
    // The snapshot outlives the savepoint, also if it is taken within it.
    this.#transaction ??= this.#beginTransaction();
    this.#savepoints.push({
      name,
      mark: this.#transaction.mark(),
      settingsMark: this.#settings.mark(),
      readOnly: this.characteristics.readOnly,
      portalNumber,
      locksMark: this.#locks.mark(),
    });
  }

  #find(name: string): number {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (at < 0) throw new SqlError("3B001", `savepoint "${name}" does not exist`);
    return at;
  }

  release(name: string): void {
    const at = this.#find(name);
    this.#restoreReadOnly(this.#savepoints[at]);
    this.#savepoints.length = at;
  }

  #restoreReadOnly(savepoint: Savepoint | undefined): void {
    if (savepoint === undefined || this.#characteristics === undefined) return;
    this.#characteristics = { ...this.#characteristics, readOnly: savepoint.readOnly };
  }

  /** Returns the number above which portals are to be closed. */
  rollbackToSavepoint(name: string): number {
    const at = this.#find(name);
    const savepoint = this.#savepoints[at];
    if (savepoint === undefined) throw new RangeError("savepoint index");
    this.#savepoints.length = at + 1;
    this.#state = "block";
    this.#settings.rollbackTo(savepoint.settingsMark);
    this.#locks.rollbackTo(savepoint.locksMark);
    this.#restoreReadOnly(savepoint);
    this.#transaction?.rollbackTo(savepoint.mark);
    return savepoint.portalNumber;
  }
}

export function inFailedTransaction(): SqlError {
  return new SqlError(
    "25P02",
    "current transaction is aborted, commands ignored until end of transaction block",
  );
}
