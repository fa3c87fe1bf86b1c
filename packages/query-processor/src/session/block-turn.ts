/**
 * The turn of a transaction block among the schema changes of other sessions. A block cannot be run
 * again, and between its statements its client takes its time: beside a session that changes the
 * schema without a pause it would be refused each time that its client repeats it. So from BEGIN on
 * others wait for the block of a session whose last one changed the schema and lost such a conflict,
 * until it ends, but not for long: a client may leave it open. For who has never lost nobody waits,
 * nor for blocks without a change of the schema, whatever refused them.
 */
import type { SchemaTurns, Timers } from "./schema-turns.ts";
import { isSchemaConflict } from "./schema-conflict.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";

export const BLOCK_MICROS_MAX = 4_000_000;

/** Of its session. */
export interface BlockTurnParts {
  readonly identity: { readonly schemaTurns: SchemaTurns };
  readonly runtime: { readonly clock: Timers };
  readonly units: { readonly isWhole: boolean };
  readonly interrupts: { guard<T>(promise: Promise<T>): Promise<T> };
}

export class BlockTurn {
  readonly #session: BlockTurnParts;
  /** A block with a schema change was refused, and none without one has been committed since. */
  #hasLost = false;
  /** The block at hand, or the last one if it was not committed. */
  #hasChanged = false;
  #holds = false;

  constructor(session: BlockTurnParts) {
    this.#session = session;
  }

  /** AFTER BEGIN. */
  *begun(): Task<void> {
    this.#hasChanged = false;
    // From BEGIN to COMMIT in one message has a turn as single statements have.
    if (!this.#hasLost || this.#holds || this.#session.units.isWhole) return;
    this.#holds = true;
    const { identity, runtime } = this.#session;
    const { schemaTurns: turns } = identity;
    yield* this.#waited(turns.whenNobodyLost(runtime.clock));
    turns.hold(this, runtime.clock, BLOCK_MICROS_MAX);
    yield* this.#waited(turns.whenQuiet(runtime.clock));
  }

  *#waited(turn: Promise<void> | undefined): Task<void> {
    if (turn !== undefined) yield* settled(this.#session.interrupts.guard(turn));
  }

  noteChange(): void {
    this.#hasChanged = true;
  }

  /** AFTER the end of the transaction. */
  ended(isCommitted: boolean): void {
    if (isCommitted) {
      if (this.#holds && !this.#hasChanged) this.#hasLost = false;
      this.#hasChanged = false;
    }
    if (!this.#holds) return;
    this.#holds = false;
    this.#session.identity.schemaTurns.leave(this);
  }

  /** BEFORE the next block; of a commit that was refused AFTER its end. */
  noteFailure(error: unknown): void {
    if (this.#hasChanged && isSchemaConflict(error)) this.#hasLost = true;
  }
}
