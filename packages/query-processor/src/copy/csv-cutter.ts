/** The CSV format of COPY FROM, cut by bytes. Records of several lines are out of the ordinary. */
import type { CopyOptions } from "./copy-options.ts";
import type { CsvReader } from "./csv-reader.ts";
import type { Field } from "./field.ts";
import type { RecordCutter } from "./record-cutter.ts";
import { UNCUT, isEndMarker, isSame } from "./record-cutter.ts";
import { ESCAPED, NULL_FIELD, PLAIN } from "./stored-record.ts";
import type { StoredRecord } from "./stored-record.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export class CsvCutter implements RecordCutter {
  readonly #reader: CsvReader;
  readonly #options: CopyOptions;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #escape: number;
  readonly #null: Buffer;
  /** 1 for bytes that mean more than themselves: outside of quotes, and within. */
  readonly #special = new Uint8Array(256);
  readonly #quoted = new Uint8Array(256);

  constructor(reader: CsvReader, options: CopyOptions) {
    const { delimiter, quote, escape, nullText } = options;
    this.#reader = reader;
    this.#options = options;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quote = quote.charCodeAt(0);
    this.#escape = escape.charCodeAt(0);
    this.#null = Buffer.from(nullText);
    for (const byte of [NEWLINE, RETURN, this.#quote, this.#delimiter]) this.#special[byte] = 1;
    for (const byte of [NEWLINE, RETURN, this.#quote, this.#escape]) this.#quoted[byte] = 1;
  }

  cut(block: Buffer, start: number, record: StoredRecord): number {
    const special = this.#special;
    const { starts, ends, kinds } = record;
    const last = starts.length - 1;
    let field = 0;
    for (let from = start; ;) {
      let at = from;
      kinds[field] = PLAIN;
      if (block[at] === this.#quote) {
        at = this.#quotedEnd(block, at + 1, field, record);
        if (at === UNCUT) return UNCUT;
      } else {
        while (special[block[at] as number] === 0) at++;
        starts[field] = from;
        ends[field] = at;
        this.#judgeNull(block, field, false, record);
      }
      const byte = block[at];
      if (byte === this.#delimiter) {
        if (field === last) return UNCUT;
        field++;
        from = at + 1;
      } else {
        return this.#endsAt(block, at) && field === last && !isEndMarker(block, start, at)
          ? at
          : UNCUT;
      }
    }
  }

  /** All lines end alike. */
  #endsAt(block: Buffer, at: number): boolean {
    if (this.#reader.lineEnd === "\n") return block[at] === NEWLINE;
    return block[at] === RETURN && block[at + 1] === NEWLINE;
  }

  /** Behind the quote that ends the field; a record that goes on in the next line is UNCUT. */
  #quotedEnd(block: Buffer, start: number, field: number, record: StoredRecord): number {
    const quoted = this.#quoted;
    const quote = this.#quote;
    const { starts, ends, kinds } = record;
    for (let at = start; ;) {
      while (quoted[block[at] as number] === 0) at++;
      const byte = block[at];
      const next = block[at + 1];
      if (byte === NEWLINE || byte === RETURN) return UNCUT;
      if (byte === this.#escape && (next === quote || next === this.#escape)) {
        kinds[field] = ESCAPED;
        at += 2;
      } else if (byte === quote) {
        starts[field] = start;
        ends[field] = at;
        if (kinds[field] === PLAIN) this.#judgeNull(block, field, true, record);
        return at + 1;
      } else at++;
    }
  }

  #judgeNull(block: Buffer, field: number, wasQuoted: boolean, record: StoredRecord): void {
    const { starts, ends, kinds } = record;
    if (!isSame(block, starts[field] as number, ends[field] as number, this.#null)) return;
    const { nullText } = this.#options;
    if (this.#reader.fieldValue(nullText, wasQuoted, field) === null) kinds[field] = NULL_FIELD;
  }

  fieldOf(block: Buffer, field: number, { starts, ends, kinds }: StoredRecord): Field {
    if (kinds[field] === NULL_FIELD) return null;
    const raw = block.toString("utf8", starts[field], ends[field]);
    return kinds[field] === ESCAPED
      ? this.#reader.fieldValue(this.#unquoted(raw), true, field)
      : raw;
  }

  /** An escape stands for the quote or the escape behind it, any other one for itself. */
  #unquoted(raw: string): string {
    const { quote, escape } = this.#options;
    let value = "";
    let from = 0;
    for (let at = raw.indexOf(escape); at >= 0; at = raw.indexOf(escape, from)) {
      const next = raw.charAt(at + 1);
      const escapes = next === quote || next === escape;
      value += raw.slice(from, at) + (escapes ? next : escape);
      from = at + (escapes ? 2 : 1);
    }
    return value + raw.slice(from);
  }
}
