/** The data of COPY FROM as rows that wait to be stored, by values or as the bytes that are stored. */
import type { MaybePromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { columnFromBinary, columnFromText } from "@firstlight/sql";
import type { CopyTarget, StoredCopy } from "../engine/engine.ts";
import type { Session } from "../session/session.ts";
import { withContext } from "./bad-copy-data.ts";
import { BinaryReader } from "./binary-reader.ts";
import type { CopyOptions } from "./copy-options.ts";
import { CsvCutter } from "./csv-cutter.ts";
import { CsvReader } from "./csv-reader.ts";
import { LineSource } from "./line-source.ts";
import { RowPlaces } from "./row-places.ts";
import type { DefaultedFields, RowNotes, RowReader } from "./row-reader.ts";
import { StoredLines } from "./stored-lines.ts";
import { StoredRecord } from "./stored-record.ts";
import { TextCutter } from "./text-cutter.ts";
import { TextReader } from "./text-reader.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export interface DataReader {
  /** Lines that were begun, or tuples. */
  readonly line: number;
  /** Rows that were read and are not stored. */
  readonly waiting: number;
  read(data: Buffer): void;
  finish(): void;
  /** Those [from, to) of them. */
  store(from: number, to: number): MaybePromise<void>;
  /**
   * What is to be told when reading behind rows [from, to), or storing them, has failed: PostgreSQL
   * judges each row as it is read, and stores many at once.
   */
  failure(error: unknown, from: number, to: number): Promise<unknown>;
  /** All of them are stored. */
  clear(): void;
}

/** Reads into rows. */
interface Source {
  readonly line: number;
  read(data: Buffer, rows: Row[]): void;
  finish(rows: Row[]): void;
}

export function dataReader(session: Session, target: CopyTarget, options: CopyOptions): DataReader {
  const { stored } = target;
  if (stored === undefined || stored.fields.length === 0 || target.columns.length === 0) {
    return valueReader(session, target, options);
  }
  // What stands for a default is none of the bytes.
  if (options.defaultText !== undefined) return valueReader(session, target, options);
  if (options.format !== "binary") return storedLines(session, target, stored, options);
  // Text in them is in the client's encoding, though it may look like UTF-8.
  return session.settings.derived.characters === undefined
    ? storedTuples(session, target, stored)
    : valueReader(session, target, options);
}

function valueReader(session: Session, target: CopyTarget, options: CopyOptions): DataReader {
  const defaulted: DefaultedFields = new Map();
  const places = new RowPlaces(target.table);
  const source =
    options.format === "binary"
      ? new BinaryReader(target, session.codecs, places)
      : lineSource(
          target,
          linesOf(session, options),
          readerOf(session, target, options, { defaulted, places }),
        );
  let rows: Row[] = [];
  return {
    get line() {
      return source.line;
    },
    get waiting() {
      return rows.length;
    },
    read: (data) => source.read(data, rows),
    finish: () => source.finish(rows),
    store: (from, to) => {
      const batch = from === 0 && to === rows.length ? rows : rows.slice(from, to);
      return target.add(batch, defaulted);
    },
    failure: async (error, from, to) => {
      for (let at = from; at < to; at++) {
        try {
          await target.judge(rows[at] as Row, defaulted);
        } catch (judged) {
          return withContext(judged, places.lineOf(at));
        }
      }
      return ofTaken(error, target, places, from);
    },
    clear: () => {
      rows = [];
      defaulted.clear();
      places.clear();
    },
  };
}

function ofTaken(error: unknown, { taken }: CopyTarget, places: RowPlaces, from: number): unknown {
  return taken === undefined ? error : withContext(error, places.placeOf(from + taken));
}

function storedTuples(session: Session, target: CopyTarget, stored: StoredCopy): DataReader {
  const record = new StoredRecord(target, stored, columnFromBinary);
  const places = new RowPlaces(target.table);
  const reader = new BinaryReader(target, session.codecs, places, record);
  return storedReader(target, stored, places, {
    get line() {
      return reader.line;
    },
    read: (data) => reader.read(data, []),
    finish: () => reader.finish([]),
  });
}

function storedLines(
  session: Session,
  target: CopyTarget,
  stored: StoredCopy,
  options: CopyOptions,
): DataReader {
  const { table } = target;
  const lines = linesOf(session, options);
  const places = new RowPlaces(table);
  const reader = readerOf(session, target, options, { defaulted: new Map(), places });
  const cutter =
    reader instanceof CsvReader ? new CsvCutter(reader, options) : new TextCutter(reader, options);
  const direct = new StoredLines({
    reader,
    cutter,
    places,
    record: new StoredRecord(target, stored, columnFromText),
    isUtf8: lines.isUtf8,
    readSlowly: (block, rows) => readBlock(table, lines, reader, block, rows),
  });
  return storedReader(target, stored, places, {
    get line() {
      return reader.lineNumber;
    },
    read: (data) => {
      if (reader.ended) return;
      const block = lines.push(data, reader.lineEnd);
      if (block !== undefined) direct.read(block);
    },
    finish: () => {
      if (reader.ended) return;
      direct.readValues((rows) =>
        reader.finish(decoded(table, lines, reader, lines.finish()), rows),
      );
    },
  });
}

type StoredSource = Pick<DataReader, "line" | "read" | "finish">;

function storedReader(
  target: CopyTarget,
  stored: StoredCopy,
  places: RowPlaces,
  source: StoredSource,
): DataReader {
  const { rows } = stored;
  return {
    get line() {
      return source.line;
    },
    get waiting() {
      return rows.length;
    },
    read: (data) => source.read(data),
    finish: () => source.finish(),
    store: (from, to) => stored.add(from, to),
    failure: async (error, from) => ofTaken(error, target, places, from),
    clear: () => {
      rows.clear();
      places.clear();
    },
  };
}

function linesOf(session: Session, options: CopyOptions): LineSource {
  return new LineSource(options.characters(session.settings.derived.characters));
}

function readerOf(
  { codecs, inputSettings }: Session,
  target: CopyTarget,
  options: CopyOptions,
  notes: RowNotes,
): TextReader | CsvReader {
  const Reader = options.format === "csv" ? CsvReader : TextReader;
  return new Reader(target, options, codecs, inputSettings, notes);
}

function lineSource({ table }: CopyTarget, lines: LineSource, reader: RowReader): Source {
  return {
    get line() {
      return reader.lineNumber;
    },
    read: (data, rows) => {
      if (reader.ended) return;
      const block = lines.push(data, reader.lineEnd);
      if (block !== undefined) readBlock(table, lines, reader, block, rows);
    },
    finish: (rows) => {
      // What is behind the end marker may break off within a character.
      if (!reader.ended) reader.finish(decoded(table, lines, reader, lines.finish()), rows);
    },
  };
}

function decoded(table: string, lines: LineSource, reader: RowReader, block: Buffer): string {
  try {
    return lines.decode(block);
  } catch (error) {
    throw withContext(error, `COPY ${table}, line ${String(reader.lineNumber + 1)}`);
  }
}

/** What is no text is told with its line, AFTER what is wrong with earlier lines. */
function readBlock(
  table: string,
  lines: LineSource,
  reader: RowReader,
  block: Buffer,
  rows: Row[],
): void {
  let text: string;
  try {
    text = lines.decode(block);
  } catch {
    for (let start = 0; start < block.length;) {
      const newline = block.indexOf(reader.lineEnd === "\r" ? RETURN : NEWLINE, start);
      const end = newline < 0 ? block.length : newline + 1;
      reader.read(decoded(table, lines, reader, block.subarray(start, end)), rows);
      start = end;
    }
    return;
  }
  reader.read(text, rows);
}
