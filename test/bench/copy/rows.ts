/** Rows of the types that tables are made of, in COPY's three formats; the same ones for a seed. */

export type CopyFormat = "text" | "csv" | "binary";

/** With one of its columns for a key: `id` ascends, `u` comes in no order. */
export function tableOf(key: "id" | "u"): string {
  return `(id bigint, k integer, name text, amount numeric(12,2), at timestamp, u uuid,
    primary key (${key}))`;
}

/** 2000-01-01 to 2026-01-01. */
const DAYS = 9_497;
const CHUNK_BYTES = 256 << 10;
const PER_NUMERIC_DIGIT = 10_000;

interface Loaded {
  readonly id: number;
  readonly k: number;
  readonly name: string;
  readonly cents: number;
  readonly day: number;
  readonly second: number;
  readonly uuid: string;
}

/** A generator of 32 bits that is good enough for keys without an order. */
function randomBits(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function rowAt(id: number, bits: () => number): Loaded {
  const hex = [bits(), bits(), bits(), bits()].map((part) => part.toString(16).padStart(8, "0"));
  const all = hex.join("");
  const uuid = [
    all.slice(0, 8),
    all.slice(8, 12),
    all.slice(12, 16),
    all.slice(16, 20),
    all.slice(20),
  ];
  return {
    id,
    k: bits() & 0x7fff_ffff,
    name: `customer ${(bits() % 100_000).toString(36)} of ${hex[0] ?? ""}`,
    cents: bits() % 1_000_000_000,
    day: bits() % DAYS,
    second: bits() % 86_400,
    uuid: uuid.join("-"),
  };
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function timeText({ day, second }: Loaded): string {
  const date = new Date(Date.UTC(2000, 0, 1 + day)).toISOString().slice(0, 10);
  const [hours, minutes] = [Math.floor(second / 3_600), Math.floor(second / 60) % 60];
  return `${date} ${two(hours)}:${two(minutes)}:${two(second % 60)}`;
}

function lineOf(row: Loaded, delimiter: string): Buffer {
  const amount = `${Math.floor(row.cents / 100)}.${two(row.cents % 100)}`;
  const fields = [row.id, row.k, row.name, amount, timeText(row), row.uuid];
  return Buffer.from(`${fields.join(delimiter)}\n`, "latin1");
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

/** PostgreSQL's send form: digits of base 10,000 with a weight and a scale. */
function numeric(cents: number): Buffer {
  const groups: number[] = [(cents % 100) * 100];
  for (let rest = Math.floor(cents / 100); rest > 0; rest = Math.floor(rest / PER_NUMERIC_DIGIT)) {
    groups.unshift(rest % PER_NUMERIC_DIGIT);
  }
  const bytes = Buffer.alloc(8 + groups.length * 2);
  bytes.writeInt16BE(groups.length, 0);
  bytes.writeInt16BE(groups.length - 2, 2);
  bytes.writeInt16BE(2, 6);
  for (const [at, group] of groups.entries()) bytes.writeInt16BE(group, 8 + at * 2);
  return bytes;
}

function tupleOf(row: Loaded): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(6);
  const k = Buffer.alloc(4);
  k.writeInt32BE(row.k);
  const micros = BigInt(row.day * 86_400 + row.second) * 1_000_000n;
  return Buffer.concat([
    count,
    field(int64(BigInt(row.id))),
    field(k),
    field(Buffer.from(row.name, "latin1")),
    field(numeric(row.cents)),
    field(int64(micros)),
    field(Buffer.from(row.uuid.replaceAll("-", ""), "hex")),
  ]);
}

function recordOf(row: Loaded, format: CopyFormat): Buffer {
  if (format === "binary") return tupleOf(row);
  return lineOf(row, format === "csv" ? "," : "\t");
}

const BINARY_HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const BINARY_END = Buffer.from([0xff, 0xff]);

export interface CopyInput {
  readonly from: number;
  readonly rows: number;
  readonly seed: number;
}

/** What a client sends, some hundred kilobytes at a time. */
export function* chunksOf({ from, rows, seed }: CopyInput, format: CopyFormat): Generator<Buffer> {
  const bits = randomBits(seed);
  let parts: Buffer[] = format === "binary" ? [BINARY_HEADER] : [];
  let bytes = 0;
  for (let id = from; id < from + rows; id++) {
    const record = recordOf(rowAt(id, bits), format);
    parts.push(record);
    bytes += record.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  if (format === "binary") parts.push(BINARY_END);
  yield Buffer.concat(parts);
}
