/**
 * pg_lsn, and the snapshots of transactions: pg_snapshot and its older name txid_snapshot. A pg_lsn is
 * an unsigned 64-bit number; a snapshot is kept as its text `xmin:xmax:xip,…`, in canonical form.
 */
import { SqlError } from "@firstlight/common";
import type { Datum } from "../values/datum.ts";
import { lsnToString, parseLsn } from "../values/lsn.ts";
import { parseSnapshot, snapshotToString } from "../values/snapshot.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import { compareBigints, keepValue } from "./scalar-types.ts";
import type { SqlType } from "./sql-type.ts";
import { noOrder } from "./text-types.ts";

const pgLsn: SqlType = {
  oid: oids.PG_LSN,
  name: "pg_lsn",
  input: parseLsn,
  output: (value) => lsnToString(value as bigint),
  receive(bytes) {
    binary.expectLength(bytes, 8);
    return BigInt.asUintN(64, binary.readInt8(bytes, 0));
  },
  send: (value) => binary.int8Bytes(BigInt.asIntN(64, value as bigint)),
  compare: compareBigints,
  hashKey: (value) => value as bigint,
  applyTypmod: keepValue,
};

function badSnapshot(): SqlError {
  return new SqlError("22P03", "invalid external pg_snapshot data");
}

function receiveSnapshot(bytes: Uint8Array): Datum {
  if (bytes.length < 20) throw binary.insufficientData();
  const count = binary.readInt4(bytes, 0);
  if (count < 0 || bytes.length !== 20 + count * 8) throw badSnapshot();
  const ids = Array.from({ length: count + 2 }, (_, i) => binary.readInt8(bytes, 4 + i * 8));
  const [xmin = 0n, xmax = 0n, ...xip] = ids;
  const text = snapshotToString({ xmin, xmax, xip });
  if (parseSnapshot(text) !== text) throw badSnapshot();
  return text;
}

function sendSnapshot(value: string): Uint8Array {
  const ids = value.split(/[:,]/u).filter((id) => id !== "");
  const numbers = ids.map((id) => binary.int8Bytes(BigInt(id)));
  return Buffer.concat([binary.int4Bytes(ids.length - 2), ...numbers]);
}

function snapshotType(oid: number, name: string): SqlType {
  return {
    oid,
    name,
    input: parseSnapshot,
    output: (value) => value as string,
    receive: receiveSnapshot,
    send: (value) => sendSnapshot(value as string),
    compare: noOrder(name),
    hashKey: (value) => value as string,
    applyTypmod: keepValue,
  };
}

export const TRANSACTION_TYPES: readonly SqlType[] = [
  pgLsn,
  snapshotType(oids.PG_SNAPSHOT, "pg_snapshot"),
  snapshotType(oids.TXID_SNAPSHOT, "txid_snapshot"),
];
