/**
 * Sorts rows in short steps, past memory on disk: rows are sorted in small runs as they come and then
 * packed, what memory cannot hold is merged into a tape, and reading merges tapes and what is left in
 * memory, which it gives up as it goes. The order is stable.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { Tape } from "../spill/tape.ts";
import { KeptRows, RowPacker } from "./packed-rows.ts";
import type { PackedRun } from "./packed-rows.ts";
import type { SpillableShare } from "./memory-account.ts";
import { rowBytes } from "./memory-account.ts";
import type { Run } from "./operator.ts";
import { repeat } from "./operator.ts";
import type { CompareRows, SortedSource } from "./row-merge.ts";
import { PackedSource, RowMerge, TapeSource } from "./row-merge.ts";

/**
 * Rows sorted at one go: at first so few that it matters little what comparing them costs, then as
 * many as that took the time for.
 */
const RUN_ROWS_LEAST = 64;
const RUN_ROWS_MOST = 1024;
const RUN_MICROS_SHORT = 500;
const RUN_MICROS_LONG = 2_000;
/** Long values take long to compare. */
const RUN_BYTES = 256 << 10;
/** Rows that are held and given up together. */
const PACKED_ROWS = 256;
/** Rows merged between two looks at the clock. */
const MERGE_ROWS = 256;
const MERGE_BYTES = 4 << 20;
/** Tapes are merged at once while their buffers take less than this part of the memory. */
const CHUNKS_PER_TAPE = 8;
const FAN_IN_LEAST = 4;

export class RowSorter {
  readonly #run: Run;
  readonly #share: SpillableShare;
  readonly #compare: CompareRows;
  #packer: RowPacker | undefined;
  #runs: PackedRun[] = [];
  /** The last row of the last run. */
  #last: Row | undefined;
  #open: Row[] = [];
  #openBytes = 0;
  #runRows = RUN_ROWS_LEAST;
  #isComplete = false;
  /** Of the rows so far. */
  #widestBytes = 1;
  #tapes: Tape[] = [];
  #merge: RowMerge | undefined;
  /** Most bytes that lay on tapes. */
  diskBytes = 0;

  constructor(run: Run, share: SpillableShare, compare: CompareRows) {
    this.#run = run;
    this.#share = share;
    this.#compare = compare;
  }

  /** Takes the row's memory; whoever adds asks `isOver` once per batch and spills. */
  add(row: Row): void {
    const bytes = rowBytes(row);
    if (bytes > this.#widestBytes) this.#widestBytes = bytes;
    this.#share.take(bytes);
    this.#open.push(row);
    this.#openBytes += bytes;
    if (this.#open.length >= this.#runRows || this.#openBytes >= RUN_BYTES) this.#close();
  }

  get isOver(): boolean {
    return this.#share.isOver;
  }

  /** Rows that are merged at one go: few, where they are wide. */
  get #mergeRows(): number {
    return Math.max(1, Math.min(MERGE_ROWS, Math.floor(MERGE_BYTES / this.#widestBytes)));
  }

  #close(): void {
    const { interrupts } = this.#run.context;
    const from = interrupts.micros?.() ?? 0;
    const run = this.#open.sort(this.#compare);
    this.#pace((interrupts.micros?.() ?? 0) - from);
    const bytes = this.#openBytes;
    this.#open = [];
    this.#openBytes = 0;
    const [first] = run;
    if (first === undefined) return;
    const last = this.#last;
    // Input that is sorted already stays one run.
    if (last === undefined || this.#compare(last, first) > 0) this.#runs.push([]);
    this.#last = run.at(-1);
    this.#pack(run, bytes);
  }

  /** The first ones, those of long values, and the last one stay as they are. */
  #pack(rows: readonly Row[], bytes: number): void {
    const run = this.#runs.at(-1);
    if (rows.length < PACKED_ROWS || this.#isComplete) {
      run?.push({ rows: new KeptRows(rows), bytes });
      return;
    }
    this.#packer ??= new RowPacker();
    for (let at = 0; at < rows.length; at += PACKED_ROWS) {
      const packed = this.#packer.pack(rows, at, Math.min(rows.length, at + PACKED_ROWS));
      const { savedBytes, length } = packed;
      this.#share.give(savedBytes);
      const block = Math.max(0, Math.floor((bytes * length) / rows.length) - savedBytes);
      run?.push({ rows: packed, bytes: block });
    }
  }

  #pace(micros: number): void {
    if (micros < RUN_MICROS_SHORT) this.#runRows = Math.min(RUN_ROWS_MOST, this.#runRows * 2);
    else if (micros > RUN_MICROS_LONG) this.#runRows = Math.max(RUN_ROWS_LEAST, this.#runRows >> 1);
  }

  /** Moves what is in memory to a tape. */
  spill(): MaybePromise<void> {
    if (this.#open.length > 0) this.#close();
    const sources = this.#runs.map((run) => new PackedSource(run, this.#share));
    if (sources.length === 0) return undefined;
    const held = this.#share.heldBytes;
    const done = (tape: Tape): void => {
      this.#tapes.push(tape);
      this.#runs = [];
      this.#last = undefined;
      this.#share.give(held);
      this.#noteDisk();
    };
    const written = this.#mergeToTape(sources);
    return isPromise(written) ? written.then(done) : done(written);
  }

  #noteDisk(): void {
    let bytes = 0;
    for (const tape of this.#tapes) bytes += tape.bytes;
    if (bytes > this.diskBytes) this.diskBytes = bytes;
  }

  #mergeToTape(sources: readonly SortedSource[]): MaybePromise<Tape> {
    const { file } = this.#run.memory;
    const tape = new Tape(file);
    const finish = (): Tape => {
      tape.finish();
      return tape;
    };
    const write = (merge: RowMerge): MaybePromise<Tape> => {
      let rows: Row[] = [];
      const append = (more: boolean): MaybePromise<boolean> => {
        for (const row of rows) tape.append(row);
        rows = [];
        const relieved = file.relieved();
        return isPromise(relieved) ? relieved.then(() => more) : more;
      };
      const done = repeat(this.#run, () => {
        const more = merge.take(this.#mergeRows, rows);
        return isPromise(more) ? more.then(append) : append(more);
      });
      return isPromise(done) ? done.then(finish) : finish();
    };
    const merge = RowMerge.over(sources, this.#compare);
    return isPromise(merge) ? merge.then(write) : write(merge);
  }

  /** Nothing will be added any more: rows can be read. */
  finish(): MaybePromise<void> {
    this.#isComplete = true;
    if (this.#open.length > 0) this.#close();
    if (this.#tapes.length === 0) return this.#start();
    return this.#mergePasses().then(() => this.#start());
  }

  get #fanIn(): number {
    const { file } = this.#run.memory;
    const tapes = this.#share.allowedBytes / (file.chunkBytes * CHUNKS_PER_TAPE);
    return Math.max(FAN_IN_LEAST, Math.floor(tapes));
  }

  /** Merges neighbours until few enough are left: earlier rows stay in earlier tapes. */
  async #mergePasses(): Promise<void> {
    while (this.#tapes.length > this.#fanIn) {
      const fanIn = this.#fanIn;
      const merged: Tape[] = [];
      const tapes = this.#tapes;
      for (let at = 0; at < tapes.length; at += fanIn) {
        const group = tapes.slice(at, at + fanIn);
        merged.push(await this.#mergeToTape(group.map(sourceOf)));
      }
      this.#tapes = merged;
      this.#noteDisk();
    }
  }

  #start(): MaybePromise<void> {
    const sources = [
      ...this.#tapes.map(sourceOf),
      ...this.#runs.map((run) => new PackedSource(run, this.#share)),
    ];
    const merge = RowMerge.over(sources, this.#compare);
    const started = (each: RowMerge): void => {
      this.#merge = each;
    };
    return isPromise(merge) ? merge.then(started) : started(merge);
  }

  /** The next rows in order, `MERGE_ROWS` at most, fewer where they are wide, into `out`; false at the end. */
  read(out: Row[]): MaybePromise<boolean> {
    return this.#merge?.take(this.#mergeRows, out) ?? false;
  }

  clear(): void {
    this.#runs = [];
    this.#last = undefined;
    this.#open = [];
    for (const tape of this.#tapes) tape.free();
    this.#tapes = [];
    this.#merge = undefined;
    this.#share.release();
  }
}

function sourceOf(tape: Tape): TapeSource {
  return new TapeSource(tape.reader(true));
}
