/**
 * The turn of a transaction block among the schema changes of other sessions. A block cannot be run
 * again, and between its statements its client takes its time: changes by single statements would go
 * by without end. So they wait from its first schema change on, or from BEGIN on if the session has
 * lost a conflict before, until it ends, but not for long: a client may leave it open.
 */
import type { Session } from "./session.ts";
import { isSchemaConflict } from "./schema-conflict.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";

export const BLOCK_MICROS_MAX = 1_000_000;
export const LOST_BLOCK_MICROS_MAX = 4_000_000;

export class BlockTurn {
  readonly #session: Session;
  /** A schema change of this session was refused, and no block without one has been committed since. */
  #hasLost = false;
  #holds = false;
  #hasChanged = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** AFTER BEGIN. */
  *begun(): Task<void> {
    if (this.#hasLost) yield* this.#take();
  }

  /** BEFORE a statement of a block that changes the schema. */
  *beforeChange(): Task<void> {
    this.#hasChanged = true;
    yield* this.#take();
  }

  *#take(): Task<void> {
    // From BEGIN to COMMIT in one message has a turn as single statements have.
    if (this.#holds || this.#session.units.isWhole) return;
    this.#holds = true;
    const { identity, runtime, block } = this.#session;
    const { schemaTurns: turns } = identity;
    const isFresh = !block.hasRun;
    if (isFresh) yield* this.#waited(turns.whenNobodyLost(runtime.clock));
    const micros = this.#hasLost ? LOST_BLOCK_MICROS_MAX : BLOCK_MICROS_MAX;
    turns.hold(this, runtime.clock, micros);
    if (isFresh) yield* this.#waited(turns.whenQuiet(runtime.clock));
  }

  *#waited(turn: Promise<void> | undefined): Task<void> {
    if (turn !== undefined) yield* settled(this.#session.interrupts.guard(turn));
  }

  /** AFTER the end of the transaction. */
  ended(isCommitted: boolean): void {
    if (!this.#holds) return;
    this.#holds = false;
    if (isCommitted && !this.#hasChanged) this.#hasLost = false;
    this.#hasChanged = false;
    this.#session.identity.schemaTurns.leave(this);
  }

  noteFailure(error: unknown): void {
    if (isSchemaConflict(error)) this.#hasLost = true;
  }
}
