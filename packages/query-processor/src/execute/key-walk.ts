/**
 * Walks through an index whose leading columns have no condition: finds the first key, takes the
 * value of such a column from it, and goes on behind all keys with that value. What it gives are the
 * spans to read for each combination of values, or the first entries of them, in key order.
 */
import type { Key, MaybePromise, ScanPage, Span } from "@firstlight/common";
import { InvariantError, andThen, keyFromLatin1, prefixEnd, prefixSpan } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { KeyEncode } from "../plan/codec.ts";
import { keyEncoder } from "../plan/codec.ts";
import type { Access } from "../plan/plan-node.ts";
import type { KeyPart } from "../plan/table-layout.ts";
import type { CompiledCondition } from "./key-ranges.ts";
import { compileCondition, rangeSpan, valuesOf } from "./key-ranges.ts";
import type { Run } from "./operator.ts";

interface Column {
  readonly part: KeyPart;
  readonly condition: CompiledCondition;
  readonly encode: KeyEncode;
  /** The value of the column in an entry. */
  readonly decode: (entry: Uint8Array) => Row;
}

export interface CompiledWalk {
  readonly prefix: Key;
  readonly columns: readonly Column[];
  /** Only the first entry of each combination of so many columns. */
  readonly firstOf: number | undefined;
  readonly reverse: boolean;
}

/** What is to be read next: a span, or an entry that was read already. */
export interface Found {
  readonly span: Span;
  readonly entry: Uint8Array | undefined;
}

interface Place extends Found {
  /** The column whose values are walked through; undefined: nothing is left to skip. */
  readonly column: number | undefined;
  readonly prefix: Key;
}

/** Undefined when there is nothing to skip. */
export function compileWalk(
  access: Access,
  reverse: boolean,
  prefix: Key,
  parts: readonly KeyPart[],
  decoderOf: (column: number) => (entry: Uint8Array) => Row,
): CompiledWalk | undefined {
  if (access.kind !== "index") return undefined;
  const { conditions, firstOf } = access;
  if (firstOf === undefined && !conditions.some((each) => each.kind === "skip")) return undefined;
  const columns = conditions.map((condition, at): Column => {
    const part = parts[at];
    if (part === undefined) throw new InvariantError("more conditions than key columns");
    const encode = keyEncoder([part]);
    return { part, condition: compileCondition(condition), encode, decode: decoderOf(at) };
  });
  return { prefix, columns, firstOf, reverse };
}

export class KeyWalk {
  readonly #compiled: CompiledWalk;
  readonly #run: Run;
  /** The next place is the last one. */
  readonly #places: Place[] = [];

  constructor(compiled: CompiledWalk, run: Run) {
    this.#compiled = compiled;
    this.#run = run;
    this.#expand(compiled.prefix, 0, undefined);
  }

  /** Whether there may be more; what `next` answers may be undefined even so. */
  get isLeft(): boolean {
    return this.#places.length > 0;
  }

  next(): MaybePromise<Found | undefined> {
    const place = this.#places.pop();
    if (place?.column === undefined) return place;
    const { reverse } = this.#compiled;
    const { column } = place;
    const page = this.#run.reads.scan({ span: place.span, reverse, rowLimit: 1, withKeys: false });
    return andThen(page, (got) => this.#step(place, column, got));
  }

  /** Goes on behind the value that was found; there is none where all of a page was deleted. */
  #step(place: Place, at: number, { batch, rest }: ScanPage): undefined {
    const entry = batch.kind === "raw" ? batch.values[0] : undefined;
    const column = this.#compiled.columns[at];
    if (entry === undefined || column === undefined) {
      if (rest !== undefined) this.#places.push({ ...place, span: rest });
      return undefined;
    }
    const [value = null] = column.decode(entry);
    const found = this.#prefixed(place.prefix, column, value);
    const { reverse } = this.#compiled;
    const span = reverse
      ? { start: place.span.start, end: found }
      : { start: prefixEnd(found), end: place.span.end };
    if (span.start < span.end) this.#places.push({ ...place, span });
    this.#expand(found, at + 1, entry);
    return undefined;
  }

  #prefixed(prefix: Key, { encode }: Column, value: Datum): Key {
    return keyFromLatin1(prefix + encode([value]));
  }

  /** Puts what is behind the prefix on the list; `entry` is its first one if nothing else is asked. */
  #expand(prefix: Key, from: number, entry: Uint8Array | undefined): void {
    const { columns, firstOf, reverse } = this.#compiled;
    const { evaluation } = this.#run;
    const column = columns[from];
    if (column === undefined) {
      const known = firstOf === from ? entry : undefined;
      this.#places.push({ span: prefixSpan(prefix), entry: known, column: undefined, prefix });
      return;
    }
    const { condition, part } = column;
    if (condition.kind === "skip" || condition.kind === "range") {
      const span = this.#within(prefix, column);
      const at = condition.kind === "skip" ? from : undefined;
      if (span !== undefined) this.#places.push({ span, entry: undefined, column: at, prefix });
      return;
    }
    const keys = valuesOf(condition, part, evaluation).map((value) =>
      this.#prefixed(prefix, column, value),
    );
    const sorted = keys.length > 1 ? [...new Set(keys)].toSorted() : keys;
    // The list is taken from its end.
    for (const key of reverse ? sorted : sorted.toReversed()) {
      this.#expand(key, from + 1, undefined);
    }
  }

  #within(prefix: Key, { condition, part, encode }: Column): Span | undefined {
    const isOpen = condition.lower === undefined && condition.upper === undefined;
    // All values that occur, NULL among them.
    if (condition.kind === "skip" && isOpen) return prefixSpan(prefix);
    const one = (value: Datum): string => encode([value]);
    return rangeSpan(prefix, one, part, condition, this.#run.evaluation);
  }
}
