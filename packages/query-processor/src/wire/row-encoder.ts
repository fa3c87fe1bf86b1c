/**
 * Writes rows as DataRow messages. The way to write each column is chosen once per result, not per
 * value; the common types are written straight into the output buffer.
 */
import { SqlError } from "@firstlight/common";
import type { CharacterSet, Datum, FormatSettings, Row, Steps } from "@firstlight/sql";
import { LONG_VALUE, typeOid, typeRow } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import { sendEncoded } from "./encoded-codec.ts";
import { LongMessage } from "./long-message.ts";
import type { Output } from "./output.ts";
import {
  BOOL,
  BPCHAR,
  INT2,
  INT4,
  INT8,
  JSON_TYPE,
  NAME,
  OID,
  TEXT,
  UUID,
  VARCHAR,
} from "./type-oids.ts";
import type { CodecByOid, ValueCodec } from "./value-codec.ts";

export type FormatCode = 0 | 1;
type FieldWriter = (output: Output, value: Datum, format: FormatSettings) => void;

const DATA_ROW = 0x44;
const ROW_DESCRIPTION = 0x54;
const FUNCTION_CALL_RESPONSE = 0x56;

/** Thrown out of a row that is written in steps. */
const TOO_LONG: unique symbol = Symbol("too long");

const writeString: FieldWriter = (output, value) => {
  if ((value as string).length >= LONG_VALUE) throw TOO_LONG;
  output.textField(value as string);
};
const writeNumber: FieldWriter = (output, value) => {
  output.textField(String(value as number));
};
const writeBigint: FieldWriter = (output, value) => {
  output.textField((value as bigint).toString());
};
const writeBool: FieldWriter = (output, value) => {
  output.textField(value === true ? "t" : "f");
};
const sendInt4: FieldWriter = (output, value) => {
  output.int32(4);
  output.int32(value as number);
};
const sendInt2: FieldWriter = (output, value) => {
  output.int32(2);
  output.int16(value as number);
};
const sendInt8: FieldWriter = (output, value) => {
  output.int32(8);
  const at = output.reserve(8);
  output.buffer.writeBigInt64BE(value as bigint, at);
};
const sendBool: FieldWriter = (output, value) => {
  output.int32(1);
  output.byte(value === true ? 1 : 0);
};

const DIRECT: readonly [ReadonlyMap<number, FieldWriter>, ReadonlyMap<number, FieldWriter>] = [
  new Map([
    [BOOL, writeBool],
    [INT2, writeNumber],
    [INT4, writeNumber],
    [OID, writeNumber],
    [INT8, writeBigint],
    ...[TEXT, VARCHAR, BPCHAR, NAME, JSON_TYPE, UUID].map((oid): [number, FieldWriter] => [
      oid,
      writeString,
    ]),
  ]),
  new Map([
    [BOOL, sendBool],
    [INT2, sendInt2],
    [INT4, sendInt4],
    [OID, sendInt4],
    [INT8, sendInt8],
    ...[TEXT, VARCHAR, BPCHAR, NAME, JSON_TYPE].map((oid): [number, FieldWriter] => [
      oid,
      writeString,
    ]),
  ]),
];

function throughCodec(codec: ValueCodec, format: FormatCode): FieldWriter {
  const { long } = codec;
  if (format === 1) {
    return (output, value) => {
      const bytes = sent(codec, value, output);
      if (bytes.length >= LONG_VALUE) throw TOO_LONG;
      output.bytesField(bytes);
    };
  }
  if (long === undefined) {
    return (output, value, settings) => {
      output.textField(codec.output(value, settings));
    };
  }
  return (output, value, settings) => {
    if (long.isLong(value)) throw TOO_LONG;
    output.textField(codec.output(value, settings));
  };
}

function sent(codec: ValueCodec, value: Datum, { characters }: Output): Uint8Array {
  return characters === undefined ? codec.send(value) : sendEncoded(codec, value, characters);
}

/** Of a field of which nothing is known. */
function* longField(
  message: LongMessage,
  codec: ValueCodec,
  value: Datum,
  { format, settings }: { readonly format: FormatCode; readonly settings: FormatSettings },
): Steps<void> {
  if (format === 0) {
    const long = codec.long?.isLong(value) === true ? codec.long : undefined;
    if (long === undefined) message.plain.textField(codec.output(value, settings));
    else yield* message.text(yield* long.text(value, settings), true);
    return;
  }
  message.bytesField(sent(codec, value, message.plain));
  yield;
}

function writerOf(type: number, format: FormatCode, codecs: CodecByOid): FieldWriter {
  const direct = DIRECT[format].get(type);
  if (direct !== undefined) return direct;
  const codec = codecs(type);
  if (codec === undefined) {
    throw new SqlError("42704", `no output function for type with OID ${String(type)}`);
  }
  return throughCodec(codec, format);
}

/** The reg* types, their arrays, and records of them. */
export const NAMED_TYPES: ReadonlySet<number> = new Set([
  24, 1008, 2202, 2207, 2203, 2208, 2204, 2209, 2206, 2205, 4089, 4096, 4191, 2211, 2210, 4090,
  4097, 4192, 2249,
]);

export class RowEncoder {
  readonly columns: readonly ResultColumn[];
  /** Whether values print as names that only the catalog knows. */
  readonly printsNames: boolean;
  readonly #formats: readonly FormatCode[];
  readonly #writers: readonly FieldWriter[];
  readonly #codecs: CodecByOid;

  constructor(
    columns: readonly ResultColumn[],
    formats: readonly FormatCode[],
    codecs: CodecByOid,
  ) {
    this.columns = columns;
    this.printsNames = columns.some((column) => NAMED_TYPES.has(column.type));
    this.#formats = formats;
    this.#codecs = codecs;
    this.#writers = columns.map((column, at) => writerOf(column.type, formats[at] ?? 0, codecs));
  }

  describe(output: Output): void {
    output.begin(ROW_DESCRIPTION);
    output.int16(this.columns.length);
    for (let at = 0; at < this.columns.length; at++) {
      const column = this.columns[at];
      if (column === undefined) break;
      output.cstring(column.name);
      output.int32(column.tableOid);
      output.int16(column.columnNumber);
      output.int32(typeOid(column.type));
      output.int16(LENGTHS.get(column.type) ?? typeRow(column.type)?.length ?? -1);
      output.int32(column.typmod);
      output.int16(this.#formats[at] ?? 0);
    }
    output.end();
  }

  /**
   * A value that cannot be printed leaves nothing of its row behind: an error may follow. False for
   * a row with long values, of which nothing is written: that is for `longRow`.
   */
  writeRow(output: Output, row: Row, format: FormatSettings): boolean {
    const start = output.offset;
    try {
      this.#write(output, row, format);
      return true;
    } catch (error) {
      output.truncate(start);
      if (error !== TOO_LONG) throw error;
      return false;
    }
  }

  /** The row's message, counted: it may be written. */
  *longRow(row: Row, settings: FormatSettings, characters?: CharacterSet): Steps<LongMessage> {
    const message = new LongMessage(DATA_ROW, characters);
    message.plain.int16(this.#writers.length);
    for (let at = 0; at < this.#writers.length; at++) {
      yield* this.#longField(message, row[at] ?? null, at, settings);
    }
    return message;
  }

  *#longField(
    message: LongMessage,
    value: Datum,
    at: number,
    settings: FormatSettings,
  ): Steps<void> {
    if (value === null) {
      message.plain.int32(-1);
      return;
    }
    const codec = this.#codecs(this.columns[at]?.type ?? 0);
    if (codec === undefined) throw new RangeError("a row without its codec");
    const format = this.#formats[at] ?? 0;
    yield* longField(message, codec, value, { format, settings });
  }

  /** FunctionCallResponse with the first column's value. */
  *functionResult(
    value: Datum,
    settings: FormatSettings,
    characters?: CharacterSet,
  ): Steps<LongMessage> {
    const message = new LongMessage(FUNCTION_CALL_RESPONSE, characters);
    yield* this.#longField(message, value, 0, settings);
    return message;
  }

  #write(output: Output, row: Row, format: FormatSettings): void {
    const writers = this.#writers;
    output.begin(DATA_ROW);
    output.int16(writers.length);
    for (let at = 0; at < writers.length; at++) {
      const value = row[at] ?? null;
      if (value === null) output.int32(-1);
      else writers[at]?.(output, value, format);
    }
    output.end();
  }
}

/** pg_type.typlen of the fixed-length types; -1 for the others. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [BOOL, 1],
  [18, 1],
  [NAME, 64],
  [INT8, 8],
  [INT2, 2],
  [INT4, 4],
  [24, 4],
  [OID, 4],
  [27, 6],
  [28, 4],
  [29, 4],
  [700, 4],
  [701, 8],
  [705, -2],
  [1082, 4],
  [1083, 8],
  [1114, 8],
  [1184, 8],
  [1186, 16],
  [1266, 12],
  [2202, 4],
  [2203, 4],
  [2204, 4],
  [2205, 4],
  [2206, 4],
  [2275, -2],
  [2278, 4],
  [UUID, 16],
  [3220, 8],
  [3734, 4],
  [3769, 4],
  [4089, 4],
  [4096, 4],
  [4191, 4],
  [5069, 8],
]);
