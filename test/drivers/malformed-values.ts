/** Bytes that are no values of their types, or at the edges of what is one, in hexadecimal. */

const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 17, 24].map((length) => "00".repeat(length));
const WORDS = ["7fffffff", "80000000", "ffffffff", "7ffffffe", "80000001", "fffda6b2", "7db8e8b8"];
const LONGS = [
  "7fffffffffffffff",
  "8000000000000000",
  "ffffffffffffffff",
  "8000000000000001",
  "7fffffff00000000",
  "fd0f81f0ee3c4c00",
  "7feaf31a7d000000",
];

/** One dimension of one int4, with one word after the other changed. */
function array(changes: Readonly<Record<number, string>>, rest: string = ""): string {
  const words = ["00000001", "00000000", "00000017", "00000001", "00000001", "00000004"];
  return words.map((word, at) => changes[at] ?? word).join("") + "00000005" + rest;
}

const ARRAYS = [
  array({}),
  array({ 0: "00000007" }),
  array({ 0: "ffffffff" }),
  array({ 1: "00000002" }),
  array({ 2: "00000014" }),
  array({ 3: "7fffffff" }),
  array({ 3: "ffffffff" }),
  array({ 3: "00000002" }),
  array({ 4: "7fffffff" }),
  array({ 5: "fffffffe" }),
  array({ 5: "00000003" }),
  array({ 5: "00000008" }, "00000006"),
  array({}, "00"),
];

const NUMERICS = [
  "00010000000000000001",
  "00010000400000000001",
  "0000000000004000",
  "00000000c0000000",
  "00000000d0000000",
  "00000000f0000000",
  "000100000000" + "3fff" + "0001",
  "0001000000000000" + "2710",
  "0001000000000000" + "ffff",
  "00017fff000000000001",
  "ffff000000000000",
  "00020000000000000001",
  "0001000000000000000100",
];

const RANGES = ["01", "ff", "02", "0200000004000000010000000400000005" + "00", "0800000004" + "09"];
const BITS = ["0000000180", "0000000280", "ffffffff", "000000018080", "00000001ff"];
const ADDRESSES = [
  "0220000401020304",
  "0221000401020304",
  "0a20000401020304",
  "02180104" + "01020304",
];

export const MALFORMED: Readonly<Record<string, readonly string[]>> = {
  bool: ["01", "02", "ff"],
  int2: ["7fff", "8000"],
  int4: WORDS,
  int8: LONGS,
  oid: WORDS,
  float4: WORDS,
  float8: LONGS,
  numeric: NUMERICS,
  "numeric(5,2)": NUMERICS,
  date: WORDS,
  time: [...LONGS, "000000141dd76000", "000000141dd76001"],
  timetz: ["00000000000000007fffffff", "00000000000000000000e100", "000000141dd7600100000000"],
  timestamp: LONGS,
  timestamptz: LONGS,
  interval: ["7fffffffffffffff7fffffff7fffffff", "80000000000000008000000080000000"],
  uuid: [],
  text: ["ff", "c328"],
  name: ["61".repeat(63), "61".repeat(64), "ff"],
  "varchar(2)": ["616263", "616220"],
  '"char"': ["61", "6162", "ff"],
  json: ["7b", "ff"],
  jsonb: ["01", "017b7d", "027b7d", "01ff"],
  jsonpath: ["0124", "0224", "01ff"],
  "int4[]": ARRAYS,
  int4range: RANGES,
  int4multirange: ["00000001" + "00000001" + "01", "00000001" + "00000000"],
  bit: BITS,
  varbit: BITS,
  inet: ADDRESSES,
  cidr: ADDRESSES,
  macaddr: [],
  macaddr8: [],
  pg_lsn: LONGS,
  tid: [],
};

export const ANY_LENGTH: readonly string[] = LENGTHS;
