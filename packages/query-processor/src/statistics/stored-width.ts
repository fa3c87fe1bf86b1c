/**
 * How many bytes PostgreSQL would store a value in: what pg_stats.avg_width counts, and with it the
 * widths and page counts of plans.
 */
import type { ArrayValue, Datum, JsonbNode, Numeric } from "@firstlight/sql";
import { elementTypeOid, typeByOid, typeRow } from "@firstlight/sql";

/** Bytes of a type whose values are all of one length; undefined when they vary. */
export function typeWidth(type: number): number | undefined {
  const length = typeRow(type)?.length ?? -1;
  return length > 0 ? length : undefined;
}

/** For columns that nothing is known of: get_typavgwidth of PostgreSQL. */
export function guessedWidth(type: number, typmod: number): number {
  const fixed = typeWidth(type);
  if (fixed !== undefined) return fixed;
  const BPCHAR = 1042;
  const isText = type === BPCHAR || type === 1043;
  if (!isText || typmod < 4) return 32;
  const most = typmod;
  if (type === BPCHAR) return most;
  if (most <= 32) return most;
  return most < 1000 ? 32 + Math.trunc((most - 32) / 2) : 32 + Math.trunc((1000 - 32) / 2);
}

const SHORT_MAX = 126;

function withHeader(bytes: number): number {
  return bytes <= SHORT_MAX - 1 ? bytes + 1 : bytes + 4;
}

/** Groups of four decimal digits, without those that are zero at either end. */
function numericBytes({ kind, coefficient, scale }: Numeric): number {
  if (kind !== "finite" || coefficient === 0n) return 2;
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString();
  const padding = (4 - (scale % 4)) % 4;
  const text = digits + "0".repeat(padding);
  const groups = text.padStart(Math.ceil(text.length / 4) * 4, "0");
  let from = 0;
  let to = groups.length;
  while (from < to && groups.startsWith("0000", from)) from += 4;
  while (to > from && groups.endsWith("0000", to)) to -= 4;
  return 2 + (to - from) / 2;
}

const align4 = (bytes: number): number => (bytes + 3) & ~3;

function jsonbBytes(node: JsonbNode): number {
  switch (node.kind) {
    case "null":
    case "boolean":
      return 4;
    case "number":
      return 8 + numericBytes(node.value);
    case "string":
      return 4 + Buffer.byteLength(node.value);
    case "array":
      return node.items.reduce((sum, item) => sum + jsonbBytes(item), 8);
    case "object":
      return node.entries.reduce(
        (sum, [key, value]) => sum + 4 + Buffer.byteLength(key) + jsonbBytes(value),
        8,
      );
  }
}

function isContainer({ kind }: JsonbNode): boolean {
  return kind === "array" || kind === "object";
}

function arrayBytes(array: ArrayValue, type: number): number {
  const element = elementTypeOid(type);
  const fixed = typeWidth(element);
  const header = 12 + 8 * array.dims.length;
  const bitmap = array.elements.includes(null) ? Math.ceil(array.elements.length / 8) : 0;
  const bytes = array.elements.reduce<number>((sum, each) => {
    if (each === null) return sum;
    return sum + (fixed ?? align4(contentBytes(each, element) + 4));
  }, 0);
  return header + bitmap + bytes;
}

function contentBytes(value: Exclude<Datum, null>, type: number): number {
  if (typeof value === "string") {
    const isBits = type === 1560 || type === 1562;
    return isBits ? 4 + Math.ceil(value.length / 8) : Buffer.byteLength(value);
  }
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== "object") return typeWidth(type) ?? 8;
  if (value.tag === "numeric") return numericBytes(value);
  if (value.tag === "array") return arrayBytes(value, type);
  if (value.tag === "jsonb") return jsonbBytes(value.root) + (isContainer(value.root) ? -4 : 4);
  if (value.tag === "network") return value.version === 4 ? 6 : 18;
  return textBytes(value, type);
}

function textBytes(value: Exclude<Datum, null>, type: number): number {
  const format = {
    timeZone: "UTC",
    dateStyle: "ISO",
    dateOrder: "MDY",
    intervalStyle: "postgres",
    byteaOutput: "hex",
    extraFloatDigits: 1,
  } as const;
  return Buffer.byteLength(typeByOid(type).output(value, format));
}

/** Of a type without a fixed length. */
export function storedWidth(value: Exclude<Datum, null>, type: number): number {
  return withHeader(contentBytes(value, type));
}

const PAGE_BYTES = 8192 - 24;
const align8 = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Heap pages for rows of this much data. */
export function tablePages(rows: number, width: number): number {
  const perPage = Math.max(1, Math.floor(PAGE_BYTES / (align8(24 + width) + 4)));
  return Math.ceil(rows / perPage);
}

/** Pages of a btree over keys of this width: nine tenths full, with a page of its own for itself. */
export function indexPages(rows: number, width: number): number {
  const perPage = Math.max(2, Math.floor((0.9 * (8192 - 40)) / (align8(8 + width) + 4)));
  const leaves = Math.ceil(rows / perPage);
  return rows === 0 ? 1 : 1 + leaves + (leaves > 1 ? 1 + Math.floor(leaves / perPage) : 0);
}
