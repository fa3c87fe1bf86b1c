/** The text format of COPY FROM, cut by bytes. */
import type { CopyOptions } from "./copy-options.ts";
import type { Field } from "./field.ts";
import type { RecordCutter } from "./record-cutter.ts";
import { UNCUT, isEndMarker, isSame } from "./record-cutter.ts";
import { ESCAPED, NULL_FIELD, PLAIN } from "./stored-record.ts";
import type { StoredRecord } from "./stored-record.ts";
import type { TextReader } from "./text-reader.ts";
import { unescape } from "./unescape.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BACKSLASH = 0x5c;
const POINT = 0x2e;

export class TextCutter implements RecordCutter {
  readonly #reader: TextReader;
  readonly #delimiter: number;
  readonly #null: Buffer;
  /** 1 for bytes that mean more than themselves. */
  readonly #special = new Uint8Array(256);

  constructor(reader: TextReader, { delimiter, nullText }: CopyOptions) {
    this.#reader = reader;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#null = Buffer.from(nullText);
    for (const byte of [NEWLINE, RETURN, BACKSLASH, this.#delimiter]) this.#special[byte] = 1;
  }

  cut(block: Buffer, start: number, record: StoredRecord): number {
    const special = this.#special;
    const delimiter = this.#delimiter;
    const { starts, kinds } = record;
    const last = starts.length - 1;
    let field = 0;
    let at = start;
    starts[0] = start;
    kinds[0] = PLAIN;
    for (;;) {
      while (special[block[at] as number] === 0) at++;
      const byte = block[at];
      if (byte === delimiter) {
        this.#end(block, at, field, record);
        if (field === last) return UNCUT;
        starts[++field] = ++at;
        kinds[field] = PLAIN;
      } else if (byte === BACKSLASH) {
        const next = block[at + 1];
        if (next === NEWLINE || next === RETURN || next === POINT) return UNCUT;
        kinds[field] = ESCAPED;
        at += 2;
      } else {
        if (field !== last || !this.#endsAt(block, at) || isEndMarker(block, start, at))
          return UNCUT;
        this.#end(block, at, field, record);
        return at;
      }
    }
  }

  /** All lines end alike. */
  #endsAt(block: Buffer, at: number): boolean {
    if (this.#reader.lineEnd === "\n") return block[at] === NEWLINE;
    return block[at] === RETURN && block[at + 1] === NEWLINE;
  }

  #end(block: Buffer, at: number, field: number, { starts, ends, kinds }: StoredRecord): void {
    ends[field] = at;
    if (isSame(block, starts[field] as number, at, this.#null)) kinds[field] = NULL_FIELD;
  }

  fieldOf(block: Buffer, field: number, { starts, ends, kinds }: StoredRecord): Field {
    if (kinds[field] === NULL_FIELD) return null;
    const raw = block.toString("utf8", starts[field], ends[field]);
    return kinds[field] === ESCAPED ? unescape(raw) : raw;
  }
}
