/** Rows as lines of COPY TO: text, CSV, or tuples of the binary format. One CopyData per row. */
import { LONG_VALUE } from "@firstlight/sql";
import type { CharacterSet, Datum, FormatSettings, LongText, Row, Steps } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import { LongMessage } from "../wire/long-message.ts";
import { COPY_DATA, beginCopyData } from "../wire/messages.ts";
import type { Output } from "../wire/output.ts";
import type { CodecByOid, ValueCodec } from "../wire/value-codec.ts";
import { BINARY_SIGNATURE } from "./binary-reader.ts";
import { chosenColumns } from "./copy-options.ts";
import type { CopyOptions } from "./copy-options.ts";

export interface RowWriter {
  begin(output: Output): void;
  /** False for a row with long values, of which nothing is written: that is for `longRow`. */
  row(output: Output, row: Row): boolean;
  /** The row's message, counted: it may be written. */
  longRow(row: Row): Steps<LongMessage>;
  end(output: Output): void;
}

export function rowWriter(
  columns: readonly ResultColumn[],
  options: CopyOptions,
  codecs: CodecByOid,
  format: FormatSettings,
  table: string | undefined,
  characters?: CharacterSet,
): RowWriter {
  const codecOf = columns.map(({ type }) => {
    const codec = codecs(type);
    if (codec === undefined) throw new RangeError(`no codec for type ${String(type)}`);
    return codec;
  });
  if (options.format === "binary") return new BinaryWriter(codecOf);
  const names = columns.map((column) => column.name);
  const encoder =
    options.format === "csv" ? csvEncoder(names, options, table) : textEncoder(options);
  return new LineWriter(names, codecOf, options, { ...format, characters }, encoder);
}

function short(text: string): LongText {
  return { pieces: () => [text] };
}

interface FieldEncoder {
  field(text: string, column: number, alone: boolean): string;
  /** The same for a long text, which nothing that stands for something else is. */
  long(text: LongText, column: number): Steps<LongText>;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
};

function textEncoder({ delimiter }: CopyOptions): FieldEncoder {
  const special =
    delimiter === "\t"
      ? /[\b\f\n\r\t\v\\]/
      : new RegExp(`[\\b\\f\\n\\r\\t\\v\\\\${classOf(delimiter)}]`);
  const all = new RegExp(special.source, "g");
  const field = (text: string): string =>
    special.test(text) ? text.replace(all, (char) => ESCAPES[char] ?? `\\${char}`) : text;
  return { field, long: (text) => encodedPieces(text, field) };
}

/** Encodes piece by piece, as each character is encoded by itself; `around` it all. */
function* encodedPieces(
  text: LongText,
  encode: (piece: string) => string,
  around = "",
): Steps<LongText> {
  const pieces: string[] = [around];
  for (const piece of text.pieces()) {
    pieces.push(encode(piece));
    yield;
  }
  pieces.push(around);
  return { pieces: () => pieces };
}

function classOf(char: string): string {
  return char.replace(/[\]\\^-]/, "\\$&");
}

/** PostgreSQL's CopyAttributeOutCSV: what could be read otherwise is quoted. */
function csvEncoder(
  names: readonly string[],
  options: CopyOptions,
  table: string | undefined,
): FieldEncoder {
  const { delimiter, quote, escape, nullText } = options;
  const force = chosenColumns(options.forceQuote, "FORCE_QUOTE", names, table);
  const special = new RegExp(`[\\r\\n${classOf(delimiter)}${classOf(quote)}]`);
  const doubled = new RegExp(`[${classOf(quote)}${classOf(escape)}]`, "g");
  const double = (text: string): string => text.replace(doubled, (char) => escape + char);
  return {
    field(text, column, alone) {
      const plain =
        force[column] !== true &&
        text !== nullText &&
        !special.test(text) &&
        !(alone && text === "\\.");
      return plain ? text : quote + double(text) + quote;
    },
    *long(text, column) {
      let plain = force[column] !== true && nullText.length < LONG_VALUE;
      for (const piece of plain ? text.pieces() : []) {
        plain = !special.test(piece);
        if (!plain) break;
        yield;
      }
      return plain ? text : yield* encodedPieces(text, double, quote);
    },
  };
}

class LineWriter implements RowWriter {
  readonly #names: readonly string[];
  readonly #codecs: readonly ValueCodec[];
  readonly #options: CopyOptions;
  readonly #format: FormatSettings;
  readonly #characters: CharacterSet | undefined;
  readonly #encoder: FieldEncoder;

  constructor(
    names: readonly string[],
    codecs: readonly ValueCodec[],
    options: CopyOptions,
    format: FormatSettings & { readonly characters: CharacterSet | undefined },
    encoder: FieldEncoder,
  ) {
    this.#names = names;
    this.#codecs = codecs;
    this.#options = options;
    this.#format = format;
    this.#characters = format.characters;
    this.#encoder = encoder;
  }

  begin(output: Output): void {
    if (this.#options.header === "none") return;
    const alone = this.#names.length === 1;
    // A header is quoted by need only, whatever FORCE_QUOTE says.
    this.#line(
      output,
      this.#names.map((name) => this.#encoder.field(name, -1, alone)),
    );
  }

  row(output: Output, row: Row): boolean {
    const codecs = this.#codecs;
    const fields: string[] = [];
    for (let at = 0; at < codecs.length; at++) {
      const value: Datum = row[at] ?? null;
      if (value !== null && codecs[at]?.long?.isLong(value) === true) return false;
      fields.push(this.#field(value, at));
    }
    this.#line(output, fields);
    return true;
  }

  #field(value: Datum, at: number): string {
    const codec = this.#codecs[at];
    if (value === null || codec === undefined) return this.#options.nullText;
    return this.#encoder.field(this.#text(codec, value), at, this.#codecs.length === 1);
  }

  *longRow(row: Row): Steps<LongMessage> {
    const message = new LongMessage(COPY_DATA, this.#characters);
    for (let at = 0; at < this.#codecs.length; at++) {
      if (at > 0) yield* message.text(short(this.#options.delimiter), false);
      yield* message.text(yield* this.#longField(row[at] ?? null, at), false);
    }
    yield* message.text(short("\n"), false);
    return message;
  }

  *#longField(value: Datum, at: number): Steps<LongText> {
    const long = this.#codecs[at]?.long;
    if (value === null || long?.isLong(value) !== true) return short(this.#field(value, at));
    const text = yield* long.text(value, this.#format);
    const set = this.#characters;
    const plain = set === undefined ? text : yield* encodedPieces(text, (it) => set.withAscii(it));
    return yield* this.#encoder.long(plain, at);
  }

  #text(codec: ValueCodec, value: Datum): string {
    const text = codec.output(value, this.#format);
    return this.#characters === undefined ? text : this.#characters.withAscii(text);
  }

  #line(output: Output, fields: readonly string[]): void {
    beginCopyData(output);
    const line = `${fields.join(this.#options.delimiter)}\n`;
    if (this.#characters === undefined) output.text(line);
    else output.bytes(this.#characters.encode(line));
    output.end();
  }

  end(): void {}
}

class BinaryWriter implements RowWriter {
  readonly #codecs: readonly ValueCodec[];
  #headerDue = true;

  constructor(codecs: readonly ValueCodec[]) {
    this.#codecs = codecs;
  }

  begin(): void {}

  /** The file's header shares the first message, as PostgreSQL sends it. */
  #beginMessage(output: Output): void {
    beginCopyData(output);
    this.#header(output);
  }

  #header(output: Output): void {
    if (!this.#headerDue) return;
    this.#headerDue = false;
    output.bytes(BINARY_SIGNATURE);
    output.int32(0);
    output.int32(0);
  }

  row(output: Output, row: Row): boolean {
    const fields = row.map((value, at) =>
      value === null ? undefined : this.#codecs[at]?.send(value),
    );
    if (fields.some((bytes) => bytes !== undefined && bytes.length >= LONG_VALUE)) return false;
    this.#beginMessage(output);
    output.int16(this.#codecs.length);
    for (const bytes of fields) {
      if (bytes === undefined) output.int32(-1);
      else output.bytesField(bytes);
    }
    output.end();
    return true;
  }

  *longRow(row: Row): Steps<LongMessage> {
    const message = new LongMessage(COPY_DATA, undefined);
    this.#header(message.plain);
    message.plain.int16(this.#codecs.length);
    for (let at = 0; at < this.#codecs.length; at++) {
      const value = row[at] ?? null;
      const bytes = value === null ? undefined : this.#codecs[at]?.send(value);
      if (bytes === undefined) message.plain.int32(-1);
      else message.bytesField(bytes);
      yield;
    }
    return message;
  }

  end(output: Output): void {
    this.#beginMessage(output);
    output.int16(-1);
    output.end();
  }
}
