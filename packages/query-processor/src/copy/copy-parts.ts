/**
 * COPY FROM as one transaction, or as several, one after the other (firstlight.copy_commit_size): then
 * a load may be larger than what a transaction may write, and an error leaves what was committed
 * before it. Whoever asks for it gives up that a COPY is all or nothing.
 */
import { SqlError, isPromise } from "@firstlight/common";
import type { CopyRequest, CopyTarget } from "../engine/engine.ts";
import type { Session } from "../session/session.ts";
import { settled } from "../session/task.ts";
import type { Task } from "../session/task.ts";
import type { CopyOptions } from "./copy-options.ts";
import { RenewedTarget } from "./renewed-target.ts";

export interface CopyParts {
  /** For all of the rows, whatever is committed in between. */
  readonly target: CopyTarget;
  /** AFTER rows were stored, and none wait; `line` is how far the data was read. */
  stored(line: number): Task<void>;
  /** Returns the number of rows stored. */
  finish(): Task<number>;
  /** What is to be told when it ends with this error. */
  failure(error: unknown): unknown;
}

/** BEFORE the transaction is asked for anything. */
export function* copyParts(
  session: Session,
  options: CopyOptions,
  request: CopyRequest,
): Task<CopyParts> {
  const commitBytes = mayCommit(session, options) ? session.settings.derived.copyCommitBytes : 0;
  const target = yield* open(session, request);
  if (commitBytes === 0) return new OnePart(session, target);
  return new SeveralParts(session, request, target, commitBytes);
}

/** Nothing else is in the transaction, and nothing reads in it. */
function mayCommit({ block, portals }: Session, { freeze }: CopyOptions): boolean {
  const isAlone = block.state === "implicit" && !block.hasRun;
  return isAlone && !freeze && !portals.all().some(({ isOpen }) => isOpen);
}

function* open(session: Session, request: CopyRequest): Task<CopyTarget> {
  const opened = session.engine.copyFrom(session, session.block.transaction, request);
  return isPromise(opened) ? yield* session.wait(opened) : opened;
}

function* finish(session: Session, target: CopyTarget): Task<number> {
  const finished = target.finish();
  return isPromise(finished) ? yield* session.wait(finished) : finished;
}

class OnePart implements CopyParts {
  readonly target: CopyTarget;
  readonly #session: Session;

  constructor(session: Session, target: CopyTarget) {
    this.#session = session;
    this.target = target;
  }

  *stored(): Task<void> {}

  finish(): Task<number> {
    return finish(this.#session, this.target);
  }

  failure(error: unknown): unknown {
    return error;
  }
}

class SeveralParts implements CopyParts {
  readonly target: RenewedTarget;
  readonly #session: Session;
  readonly #request: CopyRequest;
  readonly #commitBytes: number;
  #committed = { rows: 0, line: 0 };

  constructor(session: Session, request: CopyRequest, target: CopyTarget, commitBytes: number) {
    this.target = new RenewedTarget(target);
    this.#session = session;
    this.#request = request;
    this.#commitBytes = commitBytes;
  }

  *stored(line: number): Task<void> {
    const { transaction } = this.#session.block;
    if (transaction.writtenBytes < this.#commitBytes) return;
    const rows = this.#committed.rows + (yield* finish(this.#session, this.target));
    yield* this.#commit();
    this.#committed = { rows, line };
    this.target.current = yield* this.#reopen();
  }

  /** A commit is not interrupted: its outcome must be known. */
  *#commit(): Task<void> {
    const { block } = this.#session;
    const committing = block.commit();
    if (isPromise(committing)) yield* settled(committing);
    block.enterImplicit();
  }

  /** Where storage is behind the load waits for it instead of ending. */
  *#reopen(): Task<CopyTarget> {
    const { block, runtime } = this.#session;
    const request = { ...this.#request, previous: this.target };
    for (;;) {
      try {
        return yield* open(this.#session, request);
      } catch (error) {
        if (!isBehind(error)) throw error;
      }
      block.restart();
      yield* this.#session.wait(runtime.clock.sleep(BEHIND_PAUSE_MICROS));
    }
  }

  *finish(): Task<number> {
    return this.#committed.rows + (yield* finish(this.#session, this.target));
  }

  failure(error: unknown): unknown {
    const { rows, line } = this.#committed;
    if (line === 0 || !(error instanceof SqlError)) return error;
    const told = `The data up to line ${String(line)} were committed before: ${String(rows)} rows.`;
    const { hint } = error.fields;
    const fields = { ...error.fields, hint: hint === undefined ? told : `${hint} ${told}` };
    return new SqlError(error.sqlstate, error.message, { ...fields, cause: error });
  }
}

const BEHIND_PAUSE_MICROS = 250_000;

function isBehind(error: unknown): boolean {
  return error instanceof SqlError && error.sqlstate === "53000";
}
