/** Rows as lines of COPY TO: text, CSV, or tuples of the binary format. One CopyData per row. */
import type { CharacterSet, Datum, FormatSettings, Row } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import { beginCopyData } from "../wire/messages.ts";
import type { Output } from "../wire/output.ts";
import type { CodecByOid, ValueCodec } from "../wire/value-codec.ts";
import { BINARY_SIGNATURE } from "./binary-reader.ts";
import { chosenColumns } from "./copy-options.ts";
import type { CopyOptions } from "./copy-options.ts";

export interface RowWriter {
  begin(output: Output): void;
  row(output: Output, row: Row): void;
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
  const encode =
    options.format === "csv" ? csvEncoder(names, options, table) : textEncoder(options);
  return new LineWriter(names, codecOf, options, { ...format, characters }, encode);
}

type FieldEncoder = (text: string, column: number, alone: boolean) => string;

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
  return (text) =>
    special.test(text) ? text.replace(all, (char) => ESCAPES[char] ?? `\\${char}`) : text;
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
  return (text, column, alone) => {
    const plain =
      force[column] !== true &&
      text !== nullText &&
      !special.test(text) &&
      !(alone && text === "\\.");
    return plain ? text : quote + text.replace(doubled, (char) => escape + char) + quote;
  };
}

class LineWriter implements RowWriter {
  readonly #names: readonly string[];
  readonly #codecs: readonly ValueCodec[];
  readonly #options: CopyOptions;
  readonly #format: FormatSettings;
  readonly #characters: CharacterSet | undefined;
  readonly #encode: FieldEncoder;

  constructor(
    names: readonly string[],
    codecs: readonly ValueCodec[],
    options: CopyOptions,
    format: FormatSettings & { readonly characters: CharacterSet | undefined },
    encode: FieldEncoder,
  ) {
    this.#names = names;
    this.#codecs = codecs;
    this.#options = options;
    this.#format = format;
    this.#characters = format.characters;
    this.#encode = encode;
  }

  begin(output: Output): void {
    if (this.#options.header === "none") return;
    const alone = this.#names.length === 1;
    // A header is quoted by need only, whatever FORCE_QUOTE says.
    this.#line(
      output,
      this.#names.map((name) => this.#encode(name, -1, alone)),
    );
  }

  row(output: Output, row: Row): void {
    const codecs = this.#codecs;
    const alone = codecs.length === 1;
    const fields: string[] = [];
    for (let at = 0; at < codecs.length; at++) {
      const value: Datum = row[at] ?? null;
      const codec = codecs[at];
      fields.push(
        value === null || codec === undefined
          ? this.#options.nullText
          : this.#encode(this.#text(codec, value), at, alone),
      );
    }
    this.#line(output, fields);
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
    if (!this.#headerDue) return;
    this.#headerDue = false;
    output.bytes(BINARY_SIGNATURE);
    output.int32(0);
    output.int32(0);
  }

  row(output: Output, row: Row): void {
    this.#beginMessage(output);
    const codecs = this.#codecs;
    output.int16(codecs.length);
    for (let at = 0; at < codecs.length; at++) {
      const value: Datum = row[at] ?? null;
      const codec = codecs[at];
      if (value === null || codec === undefined) output.int32(-1);
      else output.bytesField(codec.send(value));
    }
    output.end();
  }

  end(output: Output): void {
    this.#beginMessage(output);
    output.int16(-1);
    output.end();
  }
}
