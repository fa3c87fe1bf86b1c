/**
 * Runs a plan, and runs it again from the start as long as nothing was handed out: when storage says
 * that the plan's catalog version is not the one at the snapshot, and when a sequence needs another
 * block of values, and when it has to wait for others (locks/errands.ts). After the first rows it is transparent.
 */
import type { MaybePromise } from "@firstlight/common";
import { andThen, isPromise, isServiceError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { UtilityResult } from "../ddl/utility-result.ts";
import type { Execution } from "../execute/executable.ts";
import { ErrandNeeded } from "../locks/errands.ts";
import { SequenceBlockNeeded } from "../sequences/sequence-blocks.ts";

const RESTARTS_MAX = 10_000;

export interface RestartHandler {
  start(): Execution;
  /** Makes `start` use a plan for the catalog at the snapshot. */
  replan(): MaybePromise<void>;
  refill(need: SequenceBlockNeeded): Promise<void>;
  /** Takes back what the abandoned attempt wrote. */
  undo(): void;
}

export class QueryExecution implements Execution {
  readonly #handler: RestartHandler;
  #inner: Execution;
  #settled = false;
  #restarts = 0;

  constructor(handler: RestartHandler) {
    this.#handler = handler;
    this.#inner = handler.start();
  }

  get rowCount(): number {
    return this.#inner.rowCount;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#settled) return this.#inner.next(maxRows);
    let result: MaybePromise<readonly Row[] | undefined>;
    try {
      result = this.#inner.next(maxRows);
    } catch (error) {
      return this.#restart(error, maxRows);
    }
    if (!isPromise(result)) {
      this.#settled = true;
      return result;
    }
    return result.then(
      (rows) => {
        this.#settled = true;
        return rows;
      },
      (error: unknown) => this.#restart(error, maxRows),
    );
  }

  #restart(error: unknown, maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (++this.#restarts > RESTARTS_MAX) throw error;
    if (error instanceof SequenceBlockNeeded) {
      return andThen(this.#handler.refill(error), () => this.#again(maxRows));
    }
    if (error instanceof ErrandNeeded) return error.run().then(() => this.#again(maxRows));
    if (!isServiceError(error, "staleCatalog")) throw error;
    return andThen(this.#handler.replan(), () => this.#again(maxRows));
  }

  #again(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    this.#inner.close();
    this.#handler.undo();
    this.#inner = this.#handler.start();
    return this.next(maxRows);
  }

  close(): void {
    this.#inner.close();
  }
}

/** The result of a utility statement: hardly ever rows. */
export class EmptyExecution implements Execution {
  readonly rowCount: number;
  readonly command?: string;
  #rows: readonly Row[] | undefined;

  constructor(result: UtilityResult | undefined) {
    this.rowCount = result?.rowCount ?? 0;
    if (result !== undefined) this.command = result.command;
    this.#rows = result?.rows;
  }

  next(): readonly Row[] | undefined {
    const rows = this.#rows;
    this.#rows = undefined;
    return rows;
  }

  close(): void {
    // Holds nothing.
  }
}
