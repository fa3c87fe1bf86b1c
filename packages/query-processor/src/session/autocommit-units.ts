/**
 * What has run in the current implicit transaction, or from BEGIN to COMMIT in one message, so that
 * it can be run again when its commit loses a conflict. Only output that has not left can be replaced: a unit's output is held back
 * while there is anything written that a commit could refuse.
 */
import { SqlError } from "@firstlight/common";
import { InjectedError } from "../inject/injected-error.ts";
import { isSchemaConflict } from "./schema-conflict.ts";
import type { Session } from "./session.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";

/** I11: what is held for a possible second run. */
const UNITS_MAX = 64;
const HELD_BYTES_MAX = 1024 * 1024;
const BACKOFF_BASE_MICROS = 500;
const BACKOFF_MAX_MICROS = 50_000;

interface Unit {
  readonly start: number;
  readonly end: number;
  readonly run: () => Task<void>;
}

/** A unit to run again, and what other messages answered between it and the next one. */
interface Repeat {
  readonly run: () => Task<void>;
  readonly after: Buffer;
}

function isConflict(error: unknown): boolean {
  if (error instanceof InjectedError) return false;
  return error instanceof SqlError && error.sqlstate === "40001";
}

export type Repeatability = "reads" | "writes" | "changesSchema" | "once";

export class AutocommitUnits {
  readonly #session: Session;
  #units: Unit[] = [];
  #repeatable = true;
  #holding = false;
  /** Where the tag of the last statement begins, if it has one. */
  #tagStart: number | undefined;
  /** From BEGIN to COMMIT in one message runs, and keeps its turn. */
  #isWhole = false;

  constructor(session: Session) {
    this.#session = session;
  }

  clear(): void {
    if (!this.#isWhole) this.#session.identity.schemaTurns.leave(this);
    if (this.#units.length > 0) this.#units = [];
    this.#repeatable = true;
    this.#holding = false;
    this.#tagStart = undefined;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether output of this size stays here because its transaction may still be refused. */
  keepsHold(size: number): boolean {
    return this.#holding && size < HELD_BYTES_MAX;
  }

  /** What is written next is a statement's tag. */
  noteTag(): void {
    this.#tagStart = this.#session.output.offset;
  }

  /** Runs one statement of an implicit transaction. */
  *run(run: () => Task<void>, kind: Repeatability): Task<void> {
    const { output } = this.#session;
    const start = output.offset;
    this.#tagStart = undefined;
    if (kind === "writes" || kind === "changesSchema") this.#holding = true;
    if (kind === "changesSchema" && this.#units.length === 0) yield* this.#beginChange();
    if (kind === "once") {
      yield* run();
      // After COMMIT in the middle of a message this is true of what follows as well.
      this.#repeatable = false;
      return;
    }
    if (this.#units.length === 0 && this.#repeatable) yield* this.#runFirst(run, start);
    else yield* run();
    if (this.#units.length >= UNITS_MAX) this.#repeatable = false;
    else this.#units.push({ start, end: output.offset, run });
  }

  /** The first statement can be repeated when it fails with a conflict before its commit, too. */
  *#runFirst(run: () => Task<void>, start: number): Task<void> {
    for (let attempt = 0; ; attempt++) {
      let failure: unknown;
      try {
        yield* run();
        return;
      } catch (error) {
        if (!this.#mayRepeat(error, attempt, start)) throw error;
        this.#session.block.restart();
        failure = error;
      }
      this.#session.output.truncate(start);
      yield* this.#backOff(attempt, failure);
    }
  }

  /** From BEGIN to COMMIT in one message, while nothing of its answers has left. */
  *runWhole(run: () => Task<void>, changesSchema: boolean): Task<void> {
    if (changesSchema) yield* this.#beginChange();
    this.#isWhole = true;
    try {
      yield* this.#repeatWhole(run);
    } finally {
      this.#isWhole = false;
      this.#session.identity.schemaTurns.leave(this);
    }
  }

  *#repeatWhole(run: () => Task<void>): Task<void> {
    const session = this.#session;
    const start = session.output.offset;
    for (let attempt = 0; ; attempt++) {
      let failure: unknown;
      this.#holding = true;
      try {
        yield* run();
        return;
      } catch (error) {
        const isSpent = attempt >= session.settings.derived.retryLimit;
        if (isSpent || !isConflict(error) || !session.output.isHeld(start)) throw error;
        failure = error;
      }
      session.block.rollback();
      session.closePortals();
      session.output.truncate(start);
      yield* this.#backOff(attempt, failure);
    }
  }

  #mayRepeat(error: unknown, attempt: number, start: number): boolean {
    const { settings, output, block } = this.#session;
    return (
      isConflict(error) &&
      this.#repeatable &&
      attempt < settings.derived.retryLimit &&
      output.isHeld(start) &&
      (block.state === "implicit" || block.state === "idle")
    );
  }

  /** Those that lost run first. */
  *#beginChange(): Task<void> {
    const { identity, runtime, interrupts } = this.#session;
    const turn = identity.schemaTurns.whenNobodyLost(runtime.clock);
    if (turn !== undefined) yield* settled(interrupts.guard(turn));
    identity.schemaTurns.begin(this);
  }

  *#backOff(attempt: number, error: unknown): Task<void> {
    const { clock, random } = this.#session.runtime;
    if (isSchemaConflict(error)) {
      const turn = this.#session.identity.schemaTurns.take(this, clock);
      if (turn !== undefined) yield* settled(this.#session.interrupts.guard(turn));
      return;
    }
    const bound = Math.min(BACKOFF_BASE_MICROS * 2 ** attempt, BACKOFF_MAX_MICROS);
    const promise = clock.sleep(Math.ceil(bound * random.next()));
    yield* settled(this.#session.interrupts.guard(promise));
  }

  /**
   * Commits the implicit transaction; runs it again while it loses conflicts and nothing was sent.
   * Undefined when it is done at once.
   */
  commit(): Task<void> | undefined {
    const { block } = this.#session;
    if (block.state === "implicit") {
      try {
        const committing = block.commit();
        if (committing instanceof Promise) return this.#committed(committing);
      } catch (error) {
        return this.#committed(Promise.reject(error as Error));
      }
    }
    this.clear();
    return undefined;
  }

  /** A commit is not interrupted: its outcome must be known. */
  *#committed(committing: Promise<void>): Task<void> {
    try {
      yield* settled(committing);
    } catch (error) {
      yield* this.#refused(error);
    }
    this.clear();
  }

  *#refused(refusal: unknown): Task<void> {
    const { block, output } = this.#session;
    const start = this.#units[0]?.start ?? output.offset;
    const repeats = this.#units.length > 0 ? this.#repeats() : [];
    let error = refusal;
    for (let attempt = 0; repeats.length > 0 && this.#mayRepeat(error, attempt, start); attempt++) {
      block.restart();
      output.truncate(start);
      try {
        yield* this.#backOff(attempt, error);
        yield* this.#repeat(repeats);
        const committing = block.commit();
        if (committing instanceof Promise) yield* settled(committing);
        return;
      } catch (next) {
        error = next;
      }
    }
    // The client must not read of success before the error that undoes it.
    const tagStart = this.#tagStart ?? output.offset;
    if (this.#units.length > 0 && output.isHeld(start)) output.truncate(start);
    else if (output.isHeld(tagStart)) output.truncate(tagStart);
    this.clear();
    throw error;
  }

  #repeats(): readonly Repeat[] {
    const { output } = this.#session;
    const units = this.#units;
    const end = output.offset;
    if (!output.isHeld(units[0]?.start ?? end)) return [];
    return units.map(({ run, end: from }, at) => ({
      run,
      after: output.copy(from, units[at + 1]?.start ?? end),
    }));
  }

  *#repeat(repeats: readonly Repeat[]): Task<void> {
    for (const { run, after } of repeats) {
      yield* run();
      this.#session.output.bytes(after);
    }
  }
}
