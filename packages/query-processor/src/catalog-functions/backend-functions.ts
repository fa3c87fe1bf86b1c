/** Functions that ask about, or act on, sessions anywhere in the cluster. */
import type { ListedLock, MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { makeArray, oids } from "@firstlight/sql";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { checkMaySignal } from "./signal-permission.ts";
import type { Signal } from "./signal-permission.ts";

function signalling(signal: Signal): CatalogFunction {
  return (call, [pid]) => {
    const { errands, owner } = call.sequences;
    return errands.perform(`${signal} ${Number(pid)}`, () =>
      andThen(owner.listSessions?.() ?? [], (sessions) => {
        const target = sessions.find((each) => each.pid === Number(pid));
        if (target !== undefined) checkMaySignal(call, target.user, signal);
        return owner.signal?.(Number(pid), signal) ?? false;
      }),
    );
  };
}

function isSame(a: ListedLock, b: ListedLock): boolean {
  const [x, y] = [a.tag, b.tag];
  return (
    x.database === y.database &&
    x.classId === y.classId &&
    x.objectId === y.objectId &&
    x.subId === y.subId
  );
}

/** Who holds, or waits before it for, what the session waits for. */
function blockers(all: readonly ListedLock[], pid: number): readonly number[] {
  const waiting = all.find((each) => each.session === pid && !each.granted);
  if (waiting === undefined) return [];
  const blocks = (each: ListedLock): boolean =>
    each.session !== pid &&
    isSame(each, waiting) &&
    (each.mode === "ExclusiveLock" || waiting.mode === "ExclusiveLock") &&
    (each.granted || (each.waitStart ?? 0) < (waiting.waitStart ?? 0));
  return [...new Set(all.filter(blocks).map(({ session }) => session))];
}

function blockingPids(call: CatalogCall, pid: number): MaybePromise<Datum> {
  const { errands, owner } = call.sequences;
  const listed = errands.once("locks", () => owner.listLocks?.() ?? []);
  return andThen(listed, (all) => makeArray(oids.INT4, blockers(all, pid)));
}

export const BACKEND_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_cancel_backend: signalling("cancel"),
  pg_terminate_backend: signalling("terminate"),
  pg_blocking_pids: (call, [pid]) =>
    call.sequences.errands.perform(`blockers ${Number(pid)}`, () =>
      blockingPids(call, Number(pid)),
    ),
};
