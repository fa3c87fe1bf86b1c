/** The hash of a value by its type, as the hash support functions of PostgreSQL compute it. */
import { SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import { elementTypeOid, isComposite, typeRow } from "../../catalog/type-catalog.ts";
import * as binary from "../../types/binary.ts";
import * as oids from "../../types/oids.ts";
import type {
  ArrayValue,
  Interval,
  Jsonb,
  JsonbNode,
  NetworkAddress,
  Numeric,
  RecordValue,
  TimeTz,
} from "../../values/datum.ts";
import { intervalSpan } from "../../values/interval.ts";
import { macOctets } from "../../values/mac-address.ts";
import { octetsOf } from "../../values/network.ts";
import { trimBlanks } from "../../values/text-order.ts";
import { uuidToBytes } from "../../values/uuid.ts";
import { hashOfRangeType } from "../range/hash.ts";
import { foldHash, type Hasher, type HashValue, rotateHash } from "./hasher.ts";

function hashInt8(hasher: Hasher, value: bigint): bigint {
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return hasher.uint32(low ^ (value >= 0n ? high : ~high));
}

function hashFloat(hasher: Hasher, value: number): bigint {
  if (value === 0) return hasher.seed;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(Number.isNaN(value) ? Number.NaN : value);
  return hasher.bytes(bytes);
}

/** The base-10000 digits of the wire form without zeros at the end, as PostgreSQL stores them. */
export function hashNumeric(hasher: Hasher, value: Numeric): bigint {
  if (value.kind !== "finite") return hasher.seed;
  const { bits } = hasher;
  if (value.coefficient === 0n) return BigInt.asUintN(bits, hasher.seed - 1n);
  const wire = binary.numericBytes(value);
  const count = binary.readInt2(wire, 0);
  const weight = BigInt(binary.readInt2(wire, 2));
  const digits = wire.subarray(8, 8 + count * 2).swap16();
  return BigInt.asUintN(bits, hasher.bytes(digits) ^ BigInt.asUintN(bits, weight));
}

function hashText(hasher: Hasher, value: string): bigint {
  return hasher.bytes(Buffer.from(value, "utf8"));
}

const JSONB_ARRAY = 0x40000000n;
const JSONB_OBJECT = 0x20000000n;

function jsonbScalar(hasher: Hasher, node: JsonbNode): bigint {
  if (node.kind === "string") return hashText(hasher, node.value);
  if (node.kind === "number") return hashNumeric(hasher, node.value);
  if (node.kind !== "boolean") return BigInt.asUintN(hasher.bits, hasher.seed + 1n);
  if (hasher.bits === 64 && hasher.seed !== 0n) return hasher.uint32(node.value ? 1 : 0);
  return node.value ? 2n : 4n;
}

function doubled(flag: bigint, bits: 32 | 64): bigint {
  return bits === 32 ? flag : (flag << 32n) | flag;
}

/** At the start of a container. */
export function openedJsonb({ bits }: Hasher, hash: bigint, kind: "array" | "object"): bigint {
  return hash ^ doubled(kind === "array" ? JSONB_ARRAY : JSONB_OBJECT, bits);
}

export function addJsonbKey(hasher: Hasher, hash: bigint, key: string): bigint {
  return rotateHash(hash, hasher.bits) ^ hashText(hasher, key);
}

export function addJsonb(hasher: Hasher, hash: bigint, node: JsonbNode): bigint {
  if (node.kind === "array") {
    return node.items.reduce(
      (sum, item) => addJsonb(hasher, sum, item),
      openedJsonb(hasher, hash, node.kind),
    );
  }
  if (node.kind !== "object") return rotateHash(hash, hasher.bits) ^ jsonbScalar(hasher, node);
  let sum = openedJsonb(hasher, hash, node.kind);
  for (const [key, value] of node.entries) {
    sum = addJsonb(hasher, addJsonbKey(hasher, sum, key), value);
  }
  return sum;
}

/** A scalar is stored as an array of one. */
export function jsonbStart(hasher: Hasher, { root }: Jsonb): bigint {
  const isScalar = root.kind !== "array" && root.kind !== "object";
  return isScalar ? openedJsonb(hasher, 0n, "array") : 0n;
}

export function hashJsonb(hasher: Hasher, value: Jsonb): bigint {
  const { root } = value;
  if (root.kind === "array" && root.items.length === 0) return hasher.seed;
  if (root.kind === "object" && root.entries.length === 0) return hasher.seed;
  return addJsonb(hasher, jsonbStart(hasher, value), root);
}

function hashTimeTz(hasher: Hasher, { micros, zone }: TimeTz): bigint {
  return hashInt8(hasher, BigInt(micros)) ^ hasher.uint32(zone);
}

function hashOids(hasher: Hasher, { elements }: ArrayValue): bigint {
  const bytes = Buffer.alloc(elements.length * 4);
  for (const [i, oid] of elements.entries()) bytes.writeUInt32LE(oid as number, i * 4);
  return hasher.bytes(bytes);
}

/** Family, length of the mask and address as they are stored. */
function hashNetwork(hasher: Hasher, value: NetworkAddress): bigint {
  return hasher.bytes(Uint8Array.of(value.version === 4 ? 2 : 3, value.bits, ...octetsOf(value)));
}

function hashMac(hasher: Hasher, mac: string): bigint {
  return hasher.bytes(Uint8Array.from(macOctets(mac)));
}

function hashChar(value: string): number {
  if (value.length === 4 && value.startsWith("\\"))
    return (parseInt(value.slice(1), 8) << 24) >> 24;
  return ((value === "" ? 0 : value.charCodeAt(0)) << 24) >> 24;
}

/** The block in two halves, the high one first, and the offset, each little-endian. */
function hashTid(hasher: Hasher, text: string): bigint {
  const [block = 0, offset = 0] = text.slice(1, -1).split(",").map(Number);
  const bytes = Buffer.alloc(6);
  [block >>> 16, block & 0xffff, offset].forEach((half, i) => bytes.writeUInt16LE(half, i * 2));
  return hasher.bytes(bytes);
}

const hashWord: HashValue = (hasher, value) => hasher.uint32(value as number);
const hashLong: HashValue = (hasher, value) => hashInt8(hasher, value as bigint);
const hashDouble: HashValue = (hasher, value) => hashFloat(hasher, value as number);
const hashString: HashValue = (hasher, value) => hashText(hasher, value as string);

const BY_TYPE: ReadonlyMap<number, HashValue> = new Map<number, HashValue>([
  [oids.BOOL, (hasher, value) => hasher.uint32(value === true ? 1 : 0)],
  [oids.CHAR, (hasher, value) => hasher.uint32(hashChar(value as string))],
  [oids.INT2, hashWord],
  [oids.INT4, hashWord],
  [oids.OID, hashWord],
  [oids.REGCLASS, hashWord],
  [oids.REGTYPE, hashWord],
  [oids.REGPROC, hashWord],
  [oids.XID, hashWord],
  [oids.CID, hashWord],
  [oids.DATE, (hasher, value) => hasher.uint32(binary.dateToInt4(value as number))],
  [oids.INT8, hashLong],
  [oids.TIMESTAMP, hashLong],
  [oids.TIMESTAMPTZ, hashLong],
  [oids.XID8, hashLong],
  [oids.PG_LSN, (hasher, value) => hashInt8(hasher, BigInt.asIntN(64, value as bigint))],
  [oids.TID, (hasher, value) => hashTid(hasher, value as string)],
  [oids.TIME, (hasher, value) => hashInt8(hasher, BigInt(value as number))],
  [oids.TIMETZ, (hasher, value) => hashTimeTz(hasher, value as TimeTz)],
  [
    oids.INTERVAL,
    (hasher, value) => hashInt8(hasher, BigInt.asIntN(64, intervalSpan(value as Interval))),
  ],
  [oids.FLOAT4, hashDouble],
  [oids.FLOAT8, hashDouble],
  [oids.NUMERIC, (hasher, value) => hashNumeric(hasher, value as Numeric)],
  [oids.TEXT, hashString],
  [oids.VARCHAR, hashString],
  [oids.NAME, hashString],
  [oids.BPCHAR, (hasher, value) => hashText(hasher, trimBlanks(value as string))],
  [oids.BYTEA, (hasher, value) => hasher.bytes(value as Uint8Array)],
  [oids.UUID, (hasher, value) => hasher.bytes(uuidToBytes(value as string))],
  [oids.INET, (hasher, value) => hashNetwork(hasher, value as NetworkAddress)],
  [oids.CIDR, (hasher, value) => hashNetwork(hasher, value as NetworkAddress)],
  [oids.MACADDR, (hasher, value) => hashMac(hasher, value as string)],
  [oids.MACADDR8, (hasher, value) => hashMac(hasher, value as string)],
  [oids.JSONB, (hasher, value) => hashJsonb(hasher, value as Jsonb)],
  [oids.OIDVECTOR, (hasher, value) => hashOids(hasher, value as ArrayValue)],
]);

function noHash(type: number): SqlError {
  return new SqlError("42883", `could not identify a hash function for type ${formatType(type)}`);
}

function hashElements(elementType: number): HashValue {
  const hash = hashOfType(elementType);
  return (hasher, value) => {
    let sum = 1n;
    for (const element of (value as ArrayValue).elements) {
      sum = foldHash(sum, element === null ? 0n : hash(hasher, element), hasher.bits);
    }
    return sum;
  };
}

const hashFields: HashValue = (hasher, value) => {
  const { types, fields } = value as RecordValue;
  let sum = 0n;
  for (const [i, field] of fields.entries()) {
    const next = field === null ? 0n : hashOfType(types[i] ?? 0)(hasher, field);
    sum = foldHash(sum, next, hasher.bits);
  }
  return sum;
};

/** How values of a type are hashed; 42883 for types without a hash function. */
export function hashOfType(type: number): HashValue {
  const known = BY_TYPE.get(type) ?? hashOfRangeType(type, hashOfType);
  if (known !== undefined) return known;
  if (type === oids.RECORD || isComposite(type)) return hashFields;
  if (typeRow(type)?.kind === "e") return hashDouble;
  const element = elementTypeOid(type);
  if (element !== 0) return hashElements(element);
  throw noHash(type);
}
