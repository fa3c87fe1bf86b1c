/**
 * All types by OID. Arrays are made from their element types, so a type that is registered once
 * can be used in every place.
 */
import { SqlError } from "@firstlight/common";
import { makeAnyArrayType, makeArrayType, vectorTypes } from "./array-types.ts";
import { BIT_TYPES } from "./bit-types.ts";
import { COMPOSITE_TYPES, makeRecordType } from "./composite-types.ts";
import { DATETIME_TYPES } from "./datetime-types.ts";
import { JSONPATH_TYPE } from "./jsonpath-type.ts";
import { NETWORK_TYPES } from "./network-types.ts";
import { arrayTypeOf } from "./oids.ts";
import { rangeTypes } from "./range-types.ts";
import { SCALAR_TYPES } from "./scalar-types.ts";
import type { SqlType } from "./sql-type.ts";
import { judgedInput } from "./judged-input.ts";
import { makeSystemRowTypes, systemRowDefinition } from "./system-row-types.ts";
import { TEXT_TYPES } from "./text-types.ts";
import { TRANSACTION_TYPES } from "./transaction-types.ts";
import type { CompositeDefinition } from "./user/type-definition.ts";
import { isUserType } from "./user/type-ids.ts";

const types = new Map<number, SqlType>();

function register(type: SqlType): void {
  types.set(type.oid, type);
  const arrayOid = arrayTypeOf(type.oid);
  if (arrayOid !== 0) types.set(arrayOid, makeArrayType(arrayOid, type));
}

/** Types of which no sensible text is long. */
const SHORT: ReadonlySet<string> = new Set(
  (
    "bool int2 int4 int8 oid xid cid xid8 float4 float8 uuid date time timetz timestamp " +
    "timestamptz interval macaddr macaddr8 inet cidr pg_lsn tid"
  ).split(" "),
);

const PLAIN_TYPES = [
  ...SCALAR_TYPES,
  ...TEXT_TYPES,
  ...DATETIME_TYPES,
  ...COMPOSITE_TYPES,
  ...BIT_TYPES,
  ...NETWORK_TYPES,
  ...TRANSACTION_TYPES,
  JSONPATH_TYPE,
];
for (const type of PLAIN_TYPES) register(SHORT.has(type.name) ? judgedInput(type) : type);
for (const type of rangeTypes(typeByOid)) register(type);
for (const type of vectorTypes(typeByOid)) register(type);
register(makeRecordType(typeByOid));
register(makeAnyArrayType(typeByOid));

/** A user-defined type: its number and its array's are known to oids.ts already. */
export function addType(type: SqlType): void {
  register(type);
}

export function findType(oid: number): SqlType | undefined {
  return types.get(oid) ?? findSystemRow(oid);
}

const registered = (oid: number): SqlType | undefined => types.get(oid);
const systemRows = new Map<number, SqlType>();

function findSystemRow(oid: number): SqlType | undefined {
  if (!systemRows.has(oid)) {
    for (const type of makeSystemRowTypes(oid, registered, typeByOid))
      systemRows.set(type.oid, type);
  }
  return systemRows.get(oid);
}

/** What a row type of a system relation consists of. */
export function systemRowColumns(type: number): CompositeDefinition | undefined {
  return systemRowDefinition(type, registered);
}

/** Every built-in type that is here, arrays included; rows of system relations are not. */
export function registeredTypes(): readonly SqlType[] {
  return [...types.values()].filter(({ oid }) => !isUserType(oid));
}

export function typeByOid(oid: number): SqlType {
  const type = findType(oid);
  if (type === undefined) throw new SqlError("0A000", `type with OID ${oid} is not supported`);
  return type;
}
