/**
 * The large objects that a transaction has open, by descriptor. They end with it, or with the
 * savepoint that they were opened after when that is rolled back to.
 */
import { SqlError } from "@firstlight/common";
import type { Transaction } from "../transaction/transaction.ts";

export interface OpenObject {
  readonly oid: number;
  readonly reads: boolean;
  readonly writes: boolean;
  /** As of when it was opened, for one that is only read; undefined: whatever there is now. */
  readonly frozen: Transaction | undefined;
  offset: number;
}

interface Opened {
  readonly object: OpenObject;
  readonly serial: number;
}

/** Of one transaction. */
const OPEN_MAX = 4_096;

export class OpenObjects {
  readonly #open: (Opened | undefined)[] = [];
  /** Objects that this transaction has said it needs. */
  readonly kept: Set<number> = new Set();
  #serial = 0;

  /** The lowest descriptor that is free. */
  add(object: OpenObject): number {
    const free = this.#open.indexOf(undefined);
    const descriptor = free < 0 ? this.#open.length : free;
    if (descriptor >= OPEN_MAX) {
      throw new SqlError("53000", "too many large objects are open in this transaction");
    }
    this.#open[descriptor] = { object, serial: ++this.#serial };
    return descriptor;
  }

  at(descriptor: number): OpenObject {
    const found = this.#open[descriptor];
    if (found !== undefined) return found.object;
    throw new SqlError("42704", `invalid large-object descriptor: ${descriptor}`);
  }

  close(descriptor: number): void {
    this.at(descriptor).frozen?.release?.();
    this.#open[descriptor] = undefined;
  }

  /** The object is no more. */
  closeAllOf(oid: number): void {
    this.#closeWhere(({ object }) => object.oid === oid);
  }

  mark(): number {
    return this.#serial;
  }

  rollbackTo(mark: number): void {
    this.#closeWhere(({ serial }) => serial > mark);
  }

  #closeWhere(ends: (opened: Opened) => boolean): void {
    this.#open.forEach((opened, descriptor) => {
      if (opened !== undefined && ends(opened)) this.close(descriptor);
    });
  }
}
