/** The lock table alone: who gets what, in which order. */
import { describe, expect, it } from "vitest";
import type { LockMode } from "@firstlight/common";
import type { LockOrder, LockOutcome } from "./lock-table.ts";
import { LockTable } from "./lock-table.ts";

let sequence = 0;

function order(session: number, lock: number, mode: LockMode = "ExclusiveLock"): LockOrder {
  const tag = { database: 5, classId: 0, objectId: lock, subId: 1 };
  return { owner: { member: "m", session }, tag, mode, sequence: ++sequence };
}

function wait(table: LockTable, wanted: LockOrder): { outcome: LockOutcome | undefined } {
  const seen: { outcome: LockOutcome | undefined } = { outcome: undefined };
  table.enqueue(wanted, 0).settle = (outcome) => {
    seen.outcome = outcome;
  };
  return seen;
}

function release(table: LockTable, held: LockOrder): void {
  table.release({ ...held, sequence: ++sequence });
}

describe("the lock table", () => {
  it("grants waiters in the order of asking, shared ones together", () => {
    const table = new LockTable();
    const first = order(1, 1);
    expect(table.tryLock(first)).toBe(true);
    const shared = [2, 3].map((session) => wait(table, order(session, 1, "ShareLock")));
    const exclusive = wait(table, order(4, 1));
    const late = wait(table, order(5, 1, "ShareLock"));
    release(table, first);
    expect(shared.map(({ outcome }) => outcome)).toEqual(["granted", "granted"]);
    expect([exclusive.outcome, late.outcome]).toEqual([undefined, undefined]);
  });

  it("lets nobody overtake a waiter, but whoever holds some of it already", () => {
    const table = new LockTable();
    expect(table.tryLock(order(1, 1, "ShareLock"))).toBe(true);
    wait(table, order(2, 1));
    expect(table.tryLock(order(3, 1, "ShareLock"))).toBe(false);
    expect(table.tryLock(order(1, 1))).toBe(true);
  });

  it("finds circles over several sessions, and none where there is none", () => {
    const table = new LockTable();
    for (const each of [1, 2, 3]) expect(table.tryLock(order(each, each))).toBe(true);
    wait(table, order(1, 2));
    wait(table, order(2, 3));
    expect(table.circle({ member: "m", session: 2 })).toBeUndefined();
    wait(table, order(3, 1));
    const circle = table.circle({ member: "m", session: 3 });
    expect(circle?.map(({ owner }) => owner.session)).toEqual([3, 1, 2]);
  });

  it("does not release by a late message what was granted after it was sent", () => {
    const table = new LockTable();
    const first = order(1, 1);
    expect(table.tryLock(first)).toBe(true);
    const late = { ...first, sequence: ++sequence };
    release(table, first);
    expect(table.tryLock(order(1, 1))).toBe(true);
    table.release(late);
    expect(table.tryLock(order(2, 1))).toBe(false);
  });

  it("releases what a member does not know that it holds, and nothing that it just asked for", () => {
    const table = new LockTable();
    const [known, lost] = [order(1, 1), order(1, 2)];
    for (const each of [known, lost]) expect(table.tryLock(each)).toBe(true);
    const told = sequence;
    expect(table.tryLock(order(1, 3))).toBe(true);
    const held = [{ session: 1, tag: known.tag, mode: known.mode }];
    table.reconcile({ member: "m", held, sequence: told, underWay: [] });
    expect(table.list().map(({ tag }) => tag.objectId)).toEqual([1, 3]);
  });

  it("keeps what is under way, and has nobody wait who does not know of it", () => {
    const table = new LockTable();
    const [answered, waits] = [order(1, 1), order(2, 1)];
    expect(table.tryLock(answered)).toBe(true);
    const waiting = wait(table, waits);
    const told = { member: "m", held: [], sequence };
    const underWay = [answered.sequence, waits.sequence];
    table.reconcile({ ...told, underWay });
    expect(table.list()).toHaveLength(2);
    table.reconcile({ ...told, underWay: [answered.sequence] });
    expect(waiting.outcome).toBe("withdrawn");
    expect(table.list()).toMatchObject([{ session: 1, granted: true }]);
  });

  it("gives a dead member's locks to who waits", () => {
    const table = new LockTable();
    expect(table.tryLock(order(1, 1))).toBe(true);
    const other = { ...order(2, 1), owner: { member: "n", session: 2 } };
    const waiting = wait(table, other);
    table.releaseMember("m");
    expect(waiting.outcome).toBe("granted");
  });
});
