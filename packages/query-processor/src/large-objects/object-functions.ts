/** lo_open and its kin (be-fsstubs.c), by pg_proc.prosrc. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { Transaction } from "../transaction/transaction.ts";
import type { LargeObjectHost } from "./large-object-host.ts";
import { ObjectAccess } from "./object-access.ts";
import { LARGE_OBJECT_BYTES_MAX } from "./object-pages.ts";
import type { OpenObject } from "./open-objects.ts";

/** One call. */
export interface LargeObjectCall {
  readonly host: LargeObjectHost;
  readonly transaction: Transaction;
  /** As of the start of the statement. */
  readonly reads: Transaction;
  readonly args: readonly Datum[];
  readonly randomBytes: (length: number) => Uint8Array;
}

type LargeObjectFunction = (call: LargeObjectCall) => Promise<Datum> | Datum;

const VOID = "";
const INT4_MAX = 0x7fffffff;

function number(call: LargeObjectCall, at: number): number {
  return Number(call.args[at] ?? 0);
}

function bigint(call: LargeObjectCall, at: number): bigint {
  return BigInt(call.args[at] as bigint | number);
}

function bytes(call: LargeObjectCall, at: number): Uint8Array {
  const value = call.args[at];
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

function accessOf({ host, transaction }: LargeObjectCall): ObjectAccess {
  return new ObjectAccess(host, transaction);
}

function checkOffset(offset: bigint): number {
  if (offset >= 0n && offset <= LARGE_OBJECT_BYTES_MAX) return Number(offset);
  throw new SqlError("22023", `invalid large object seek target: ${offset}`);
}

function within(value: number, name: string, descriptor: number): number {
  if (value <= INT4_MAX) return value;
  const text = `${name} result out of range for large-object descriptor ${descriptor}`;
  throw new SqlError("22003", text);
}

function forWriting(descriptor: number, object: OpenObject): OpenObject {
  if (object.writes) return object;
  const text = `large object descriptor ${descriptor} was not opened for writing`;
  throw new SqlError("55000", text);
}

async function seek(call: LargeObjectCall): Promise<number> {
  const object = call.host.open.at(number(call, 0));
  const start = await seekStart(call, object, number(call, 2));
  object.offset = checkOffset(BigInt(start) + bigint(call, 1));
  return object.offset;
}

async function seekStart(
  call: LargeObjectCall,
  object: OpenObject,
  whence: number,
): Promise<number> {
  if (whence === 0) return 0;
  if (whence === 1) return object.offset;
  if (whence !== 2) throw new SqlError("22023", `invalid whence setting: ${whence}`);
  return accessOf(call)
    .pages(object.oid)
    .size(object.frozen ?? call.transaction);
}

async function truncate(call: LargeObjectCall, name: string): Promise<number> {
  const access = accessOf(call);
  access.refuseReadOnly(name);
  const [descriptor, length] = [number(call, 0), bigint(call, 1)];
  const { oid } = forWriting(descriptor, call.host.open.at(descriptor));
  if (length < 0n || length > LARGE_OBJECT_BYTES_MAX) {
    throw new SqlError("22023", `invalid large object truncation target: ${length}`);
  }
  access.keep(oid);
  await access.pages(oid).truncate(call.transaction, Number(length));
  return 0;
}

async function fragment(call: LargeObjectCall, offset: bigint, length?: number): Promise<Datum> {
  const oid = number(call, 0);
  const access = accessOf(call);
  await access.permitted(call.reads, oid, false);
  return access.pages(oid).read(call.reads, checkOffset(offset), length);
}

const PROGRAMS: Readonly<Record<string, LargeObjectFunction>> = {
  be_lo_create: (call) => {
    const access = accessOf(call);
    access.refuseReadOnly("lo_create()");
    return access.create(number(call, 0), call.randomBytes);
  },
  be_lo_creat: (call) => {
    const access = accessOf(call);
    access.refuseReadOnly("lo_creat()");
    return access.create(0, call.randomBytes);
  },
  be_lo_open: (call) => accessOf(call).open(number(call, 0), number(call, 1)),
  be_lo_close: (call) => {
    call.host.open.close(number(call, 0));
    return 0;
  },
  be_loread: async (call) => {
    const object = call.host.open.at(number(call, 0));
    const pages = accessOf(call).pages(object.oid);
    const length = Math.max(0, number(call, 1));
    const read = await pages.read(object.frozen ?? call.transaction, object.offset, length);
    object.offset += read.length;
    return read;
  },
  be_lowrite: async (call) => {
    const access = accessOf(call);
    access.refuseReadOnly("lowrite()");
    const descriptor = number(call, 0);
    const object = forWriting(descriptor, call.host.open.at(descriptor));
    const written = bytes(call, 1);
    access.keep(object.oid);
    await access.pages(object.oid).write(call.transaction, object.offset, written);
    object.offset += written.length;
    return written.length;
  },
  be_lo_lseek: async (call) => within(await seek(call), "lo_lseek", number(call, 0)),
  be_lo_lseek64: async (call) => BigInt(await seek(call)),
  be_lo_tell: (call) =>
    within(call.host.open.at(number(call, 0)).offset, "lo_tell", number(call, 0)),
  be_lo_tell64: (call) => BigInt(call.host.open.at(number(call, 0)).offset),
  be_lo_truncate: (call) => truncate(call, "lo_truncate()"),
  be_lo_truncate64: (call) => truncate(call, "lo_truncate64()"),
  be_lo_unlink: async (call) => {
    const access = accessOf(call);
    access.refuseReadOnly("lo_unlink()");
    await access.unlink(number(call, 0));
    return 1;
  },
  be_lo_get: (call) => fragment(call, 0n),
  be_lo_get_fragment: (call) => {
    const length = number(call, 2);
    if (length < 0) throw new SqlError("22023", "requested length cannot be negative");
    return fragment(call, bigint(call, 1), length);
  },
  be_lo_from_bytea: async (call) => {
    const access = accessOf(call);
    access.refuseReadOnly("lo_from_bytea()");
    const oid = await access.create(number(call, 0), call.randomBytes);
    await access.pages(oid).write(call.transaction, 0, bytes(call, 1));
    return oid;
  },
  be_lo_put: async (call) => {
    const access = accessOf(call);
    access.refuseReadOnly("lo_put()");
    const oid = number(call, 0);
    await access.permitted(call.transaction, oid, true);
    const offset = checkOffset(bigint(call, 1));
    access.keep(oid);
    await access.pages(oid).write(call.transaction, offset, bytes(call, 2));
    return VOID;
  },
  be_lo_import: noServerFiles,
  be_lo_import_with_oid: noServerFiles,
  be_lo_export: noServerFiles,
};

function noServerFiles(): never {
  throw featureNotSupported("a large object from or to a file of the server", {
    hint: "Use the client-side lo_import() and lo_export(), as psql's \\lo_import and \\lo_export do.",
  });
}

export const LARGE_OBJECT_FUNCTIONS: ReadonlyMap<string, LargeObjectFunction> = new Map(
  Object.entries(PROGRAMS),
);
