/** A transaction over a sorted map, for tests: all it does is synchronous, or all asynchronous. */
import type { Check, Key, MaybePromise, ScanPage, Span, Timestamp } from "@firstlight/common";
import { keyAfter, timestamp } from "@firstlight/common";
import { compileScanProgram, parseScanProgram } from "@firstlight/sql";
import type { ScanOptions, Transaction, WriteKind } from "../../transaction/transaction.ts";

const PAGE_ROWS = 100;

export class MemoryTransaction implements Transaction {
  readonly snapshot: Timestamp = timestamp(1);
  readonly catalogVersion = 1;
  readonly readOnly = false;
  readonly checks: Check[] = [];
  readonly kinds: Map<Key, WriteKind | "delete"> = new Map();
  readonly #values: Map<Key, Uint8Array>;
  readonly #asynchronous: boolean;
  readonly #pushdown: boolean;
  #sorted: Key[] | undefined;

  constructor(
    values: Map<Key, Uint8Array> = new Map(),
    options: { readonly asynchronous?: boolean; readonly pushdown?: boolean } = {},
  ) {
    this.#values = values;
    this.#asynchronous = options.asynchronous === true;
    this.#pushdown = options.pushdown === true;
  }

  #answer<T>(value: T): MaybePromise<T> {
    return this.#asynchronous ? Promise.resolve(value) : value;
  }

  read(keys: readonly Key[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    return this.#answer(keys.map((key) => this.#values.get(key)));
  }

  #keysIn(span: Span): Key[] {
    this.#sorted ??= [...this.#values.keys()].sort();
    const keys = this.#sorted;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? "") < span.start) low = middle + 1;
      else high = middle;
    }
    const found: Key[] = [];
    for (let at = low; at < keys.length; at++) {
      const key = keys[at];
      if (key === undefined || key >= span.end) break;
      found.push(key);
    }
    return found;
  }

  scan(options: ScanOptions): MaybePromise<ScanPage> {
    const { span, reverse } = options;
    const inSpan = this.#keysIn(span);
    const limit = Math.min(PAGE_ROWS, options.rowLimit ?? PAGE_ROWS);
    const keys = (reverse ? inSpan.reverse() : inSpan).slice(0, limit);
    const last = keys.at(-1);
    const complete = keys.length === inSpan.length || last === undefined;
    const rest = reverse
      ? { start: span.start, end: last ?? span.end }
      : { start: keyAfter(last ?? span.start), end: span.end };
    if (options.program !== undefined)
      return this.#runProgram(options, options.program, keys, complete ? undefined : rest);
    return this.#answer({
      keys: options.withKeys ? keys : undefined,
      batch: { kind: "raw", values: keys.map((key) => this.#values.get(key) ?? new Uint8Array()) },
      rest: complete ? undefined : rest,
    });
  }

  #runProgram(
    options: ScanOptions,
    program: string,
    keys: readonly Key[],
    rest: Span | undefined,
  ): MaybePromise<ScanPage> {
    const run = compileScanProgram(parseScanProgram(program)).start(
      this.#asynchronous ? "encoded" : "values",
    );
    const kept = keys.filter((key) => run.add(this.#values.get(key) ?? new Uint8Array()));
    return this.#answer({ keys: options.withKeys ? kept : undefined, batch: run.finish(), rest });
  }

  overlaps(): boolean {
    return !this.#pushdown;
  }

  put(key: Key, value: Uint8Array, kind: WriteKind): void {
    if (!this.#values.has(key)) this.#sorted = undefined;
    this.#values.set(key, value);
    this.kinds.set(key, kind);
  }

  delete(key: Key): void {
    this.#values.delete(key);
    this.kinds.set(key, "delete");
    this.#sorted = undefined;
  }

  check(check: Check): void {
    this.checks.push(check);
  }

  dependsOn(): void {}

  frozen(): this {
    return this;
  }

  mark(): number {
    return 0;
  }

  rollbackTo(): void {}
}
