/** pg_advisory_lock and its kin: by bigint or two integers, of the session or its transaction. */
import type { LockMode, LockTag } from "@firstlight/common";
import { featureNotSupported } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { LockScope, SessionLocks } from "../locks/session-locks.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";

const VOID = "";
const UINT32 = 0xffff_ffff;

function tagOf(call: CatalogCall, args: readonly Datum[]): LockTag {
  const [first, second] = args;
  const { database } = call.image;
  if (typeof first === "bigint") {
    const bits = BigInt.asUintN(64, first);
    const classId = Number(bits >> 32n);
    return { database, classId, objectId: Number(bits & BigInt(UINT32)), subId: 1 };
  }
  return { database, classId: Number(first) >>> 0, objectId: Number(second) >>> 0, subId: 2 };
}

function locksOf(call: CatalogCall): SessionLocks {
  const { locks } = call.sequences.owner;
  if (locks === undefined) throw featureNotSupported("an advisory lock in this place");
  return locks;
}

function taking(mode: LockMode, scope: LockScope, waits: boolean): CatalogFunction {
  return (call, args) => {
    const locks = locksOf(call);
    const tag = tagOf(call, args);
    const key = `lock ${tag.classId},${tag.objectId},${tag.subId} ${mode} ${scope} ${waits}`;
    const granted = call.sequences.errands.perform(key, () => locks.lock(tag, mode, scope, waits));
    return waits ? VOID : granted;
  };
}

function giving(mode: LockMode): CatalogFunction {
  return (call, args) => {
    const locks = locksOf(call);
    const tag = tagOf(call, args);
    const key = `unlock ${tag.classId},${tag.objectId},${tag.subId} ${mode}`;
    return call.sequences.errands.perform(key, () => locks.unlock(tag, mode));
  };
}

const EXCLUSIVE = "ExclusiveLock";
const SHARE = "ShareLock";

export const ADVISORY_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_advisory_lock: taking(EXCLUSIVE, "session", true),
  pg_advisory_lock_shared: taking(SHARE, "session", true),
  pg_advisory_xact_lock: taking(EXCLUSIVE, "transaction", true),
  pg_advisory_xact_lock_shared: taking(SHARE, "transaction", true),
  pg_try_advisory_lock: taking(EXCLUSIVE, "session", false),
  pg_try_advisory_lock_shared: taking(SHARE, "session", false),
  pg_try_advisory_xact_lock: taking(EXCLUSIVE, "transaction", false),
  pg_try_advisory_xact_lock_shared: taking(SHARE, "transaction", false),
  pg_advisory_unlock: giving(EXCLUSIVE),
  pg_advisory_unlock_shared: giving(SHARE),
  pg_advisory_unlock_all: (call) => {
    const locks = locksOf(call);
    call.sequences.errands.perform("unlock all", () => {
      locks.unlockAll();
      return true;
    });
    return VOID;
  },
};
