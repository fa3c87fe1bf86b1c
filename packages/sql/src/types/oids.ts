/**
 * Type OIDs of pg_type that code refers to by name, and the array type of each. The numbers are
 * PostgreSQL's and part of the wire protocol; they never change.
 */
export const BOOL = 16;
export const BYTEA = 17;
export const CHAR = 18;
export const NAME = 19;
export const INT8 = 20;
export const INT2 = 21;
export const INT2VECTOR = 22;
export const INT4 = 23;
export const REGPROC = 24;
export const TEXT = 25;
export const OID = 26;
export const TID = 27;
export const XID = 28;
export const CID = 29;
export const OIDVECTOR = 30;
export const JSON_TYPE = 114;
export const PG_NODE_TREE = 194;
export const CIDR = 650;
export const FLOAT4 = 700;
export const FLOAT8 = 701;
export const UNKNOWN = 705;
export const MACADDR8 = 774;
export const MACADDR = 829;
export const INET = 869;
export const ACLITEM = 1033;
export const BPCHAR = 1042;
export const VARCHAR = 1043;
export const DATE = 1082;
export const TIME = 1083;
export const TIMESTAMP = 1114;
export const TIMESTAMPTZ = 1184;
export const INTERVAL = 1186;
export const TIMETZ = 1266;
export const BIT = 1560;
export const VARBIT = 1562;
export const NUMERIC = 1700;
export const REFCURSOR = 1790;
export const REGPROCEDURE = 2202;
export const REGOPER = 2203;
export const REGOPERATOR = 2204;
export const REGCLASS = 2205;
export const REGTYPE = 2206;
export const RECORD = 2249;
export const CSTRING = 2275;
export const ANY = 2276;
export const ANYARRAY = 2277;
export const VOID = 2278;
export const TRIGGER = 2279;
export const INTERNAL = 2281;
export const ANYELEMENT = 2283;
export const UUID = 2950;
export const ANYNONARRAY = 2776;
export const PG_LSN = 3220;
export const TXID_SNAPSHOT = 2970;
export const ANYENUM = 3500;
export const REGCONFIG = 3734;
export const REGDICTIONARY = 3769;
export const JSONB = 3802;
export const JSONPATH = 4072;
export const ANYRANGE = 3831;
export const INT4RANGE = 3904;
export const NUMRANGE = 3906;
export const TSRANGE = 3908;
export const TSTZRANGE = 3910;
export const DATERANGE = 3912;
export const INT8RANGE = 3926;
export const INT4MULTIRANGE = 4451;
export const NUMMULTIRANGE = 4532;
export const TSMULTIRANGE = 4533;
export const TSTZMULTIRANGE = 4534;
export const DATEMULTIRANGE = 4535;
export const INT8MULTIRANGE = 4536;
export const ANYMULTIRANGE = 4537;
export const REGNAMESPACE = 4089;
export const REGROLE = 4096;
export const REGCOLLATION = 4191;
export const PG_SNAPSHOT = 5038;
export const XID8 = 5069;
export const ANYCOMPATIBLEMULTIRANGE = 4538;
export const ANYCOMPATIBLERANGE = 5080;
export const ANYCOMPATIBLE = 5077;
export const ANYCOMPATIBLEARRAY = 5078;
export const ANYCOMPATIBLENONARRAY = 5079;

/** Element type to its array type (pg_type.typarray). */
const ARRAY_OF = new Map<number, number>([
  [BOOL, 1000],
  [BYTEA, 1001],
  [CHAR, 1002],
  [NAME, 1003],
  [INT8, 1016],
  [INT2, 1005],
  [INT2VECTOR, 1006],
  [INT4, 1007],
  [REGPROC, 1008],
  [TEXT, 1009],
  [OID, 1028],
  [TID, 1010],
  [XID, 1011],
  [CID, 1012],
  [OIDVECTOR, 1013],
  [JSON_TYPE, 199],
  [FLOAT4, 1021],
  [FLOAT8, 1022],
  [ACLITEM, 1034],
  [BPCHAR, 1014],
  [VARCHAR, 1015],
  [DATE, 1182],
  [TIME, 1183],
  [TIMESTAMP, 1115],
  [TIMESTAMPTZ, 1185],
  [INTERVAL, 1187],
  [TIMETZ, 1270],
  [NUMERIC, 1231],
  [REFCURSOR, 2201],
  [REGPROCEDURE, 2207],
  [REGOPER, 2208],
  [REGOPERATOR, 2209],
  [REGCLASS, 2210],
  [REGTYPE, 2211],
  [RECORD, 2287],
  [CSTRING, 1263],
  [UUID, 2951],
  [PG_LSN, 3221],
  [TXID_SNAPSHOT, 2949],
  [PG_SNAPSHOT, 5039],
  [REGCONFIG, 3735],
  [REGDICTIONARY, 3770],
  [JSONB, 3807],
  [REGNAMESPACE, 4090],
  [REGROLE, 4097],
  [REGCOLLATION, 4192],
  [XID8, 271],
  [BIT, 1561],
  [VARBIT, 1563],
  [CIDR, 651],
  [INET, 1041],
  [MACADDR, 1040],
  [MACADDR8, 775],
  [JSONPATH, 4073],
  [INT4RANGE, 3905],
  [NUMRANGE, 3907],
  [TSRANGE, 3909],
  [TSTZRANGE, 3911],
  [DATERANGE, 3913],
  [INT8RANGE, 3927],
  [INT4MULTIRANGE, 6150],
  [NUMMULTIRANGE, 6151],
  [TSMULTIRANGE, 6152],
  [TSTZMULTIRANGE, 6153],
  [DATEMULTIRANGE, 6155],
  [INT8MULTIRANGE, 6157],
]);

const ELEMENT_OF = new Map<number, number>(
  [...ARRAY_OF].map(([element, array]) => [array, element]),
);

/** For user-defined types. */
export function addArrayType(element: number, array: number): void {
  ARRAY_OF.set(element, array);
  ELEMENT_OF.set(array, element);
}

/** The array type of an element type, 0 when it has none. */
export function arrayTypeOf(elementType: number): number {
  return ARRAY_OF.get(elementType) ?? 0;
}

/** The element type of a true array type, 0 when `type` is none (int2vector is none). */
export function elementTypeOf(type: number): number {
  return ELEMENT_OF.get(type) ?? 0;
}

export const BOOL_ARRAY = 1000;
export const INT2_ARRAY = 1005;
export const INT4_ARRAY = 1007;
export const INT8_ARRAY = 1016;
export const TEXT_ARRAY = 1009;
export const NAME_ARRAY = 1003;
export const OID_ARRAY = 1028;
export const CHAR_ARRAY = 1002;
export const FLOAT4_ARRAY = 1021;
export const FLOAT8_ARRAY = 1022;
export const NUMERIC_ARRAY = 1231;
export const ACLITEM_ARRAY = 1034;
