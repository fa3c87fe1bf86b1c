/**
 * Some rows as two lists, numbers and all else. Many rows that are held for long are a few objects for
 * the garbage collector, instead of several each, and take less memory.
 */
import type { Datum, Row, RowPacking } from "@firstlight/sql";
import { rowPacking } from "@firstlight/sql";
import { DOUBLE_BYTES, ROW_OVERHEAD_BYTES } from "./memory-account.ts";

/** Both lists, a typed array's memory and what holds them. */
const LISTS_BYTES = 640;
/** Generated code for wider rows would be long. */
const WIDTH_MAX = 64;

/** What is held together, and given up together. */
export interface PackedBlock {
  readonly rows: PackedRows;
  readonly bytes: number;
}

/** Rows in an order; those that are not needed any more are gone. */
export type PackedRun = (PackedBlock | undefined)[];

export interface PackedRows {
  readonly length: number;
  /** What they take less than rows do. */
  readonly savedBytes: number;
  row(at: number): Row;
}

class Packed implements PackedRows {
  readonly length: number;
  readonly #packing: RowPacking;
  readonly #numbers: Float64Array;
  readonly #others: readonly Datum[];

  constructor(
    length: number,
    packing: RowPacking,
    numbers: Float64Array,
    others: readonly Datum[],
  ) {
    this.length = length;
    this.#packing = packing;
    this.#numbers = numbers;
    this.#others = others;
  }

  get savedBytes(): number {
    let doubles = 0;
    for (const number of this.#numbers) if ((number | 0) !== number) doubles++;
    return this.length * ROW_OVERHEAD_BYTES + doubles * DOUBLE_BYTES - LISTS_BYTES;
  }

  row(at: number): Row {
    return this.#packing.unpack(this.#numbers, this.#others, at);
  }
}

export class KeptRows implements PackedRows {
  readonly savedBytes = 0;
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.length;
  }

  row(at: number): Row {
    return this.#rows[at] as Row;
  }
}

const NO_NUMBERS = new Float64Array(0);

/** Packs rows of one source: what was right for some is tried first with the next ones. */
export class RowPacker {
  #packing: RowPacking | undefined;

  pack(rows: readonly Row[], from: number, to: number): PackedRows {
    const packed = this.#tried(rows, from, to);
    if (packed !== undefined) return packed;
    this.#packing = packingOf(rows, from, to);
    return this.#tried(rows, from, to) ?? new KeptRows(rows.slice(from, to));
  }

  #tried(rows: readonly Row[], from: number, to: number): PackedRows | undefined {
    const packing = this.#packing;
    if (packing === undefined) return undefined;
    const length = to - from;
    const numbers = packing.numbers === 0 ? NO_NUMBERS : new Float64Array(length * packing.numbers);
    const others: Datum[] = [];
    others.length = length * packing.others;
    if (!packing.pack(rows, from, to, numbers, others)) return undefined;
    return new Packed(length, packing, numbers, others);
  }
}

function packingOf(rows: readonly Row[], from: number, to: number): RowPacking | undefined {
  const width = rows[from]?.length ?? 0;
  if (width > WIDTH_MAX) return undefined;
  const isNumber = Array.from({ length: width }, (_, slot) => {
    for (let at = from; at < to; at++) if (typeof rows[at]?.[slot] !== "number") return false;
    return true;
  });
  return rowPacking(isNumber);
}

const BLOCK_SHIFT = 8;
const BLOCK_ROWS = 1 << BLOCK_SHIFT;

/** Rows in the order in which they came, packed as they become many. */
export class PackedList {
  readonly #packer = new RowPacker();
  #blocks: PackedRows[] = [];
  #open: Row[] = [];

  get length(): number {
    return this.#blocks.length * BLOCK_ROWS + this.#open.length;
  }

  /** How many bytes less the rows take from now on. */
  push(row: Row): number {
    this.#open.push(row);
    if (this.#open.length < BLOCK_ROWS) return 0;
    const packed = this.#packer.pack(this.#open, 0, BLOCK_ROWS);
    this.#blocks.push(packed);
    this.#open = [];
    return packed.savedBytes;
  }

  at(at: number): Row {
    const place = at & (BLOCK_ROWS - 1);
    return this.#blocks[at >> BLOCK_SHIFT]?.row(place) ?? (this.#open[place] as Row);
  }

  clear(): void {
    this.#blocks = [];
    this.#open = [];
  }
}
