/**
 * Advisory locks of all sessions: who holds and who waits, in the order of asking. A session that
 * would wait for itself, over others, is told so instead. Pure: time and messages are others'.
 */
import type { AttendRequest, ListedLock, LockMode, LockTag } from "@firstlight/common";

export interface Owner {
  readonly member: string;
  readonly session: number;
}

export interface LockOrder {
  readonly owner: Owner;
  readonly tag: LockTag;
  readonly mode: LockMode;
  readonly sequence: number;
}

export type LockOutcome = "granted" | "withdrawn";

interface Holding {
  readonly owner: Owner;
  readonly mode: LockMode;
  /** Of the request that it was last granted to. */
  sequence: number;
}

export interface Waiting extends Holding {
  readonly tag: LockTag;
  readonly since: number;
  settle: (outcome: LockOutcome) => void;
}

type Known = Pick<AttendRequest, "member" | "held" | "sequence" | "underWay">;

interface LockState {
  readonly tag: LockTag;
  holders: Holding[];
  queue: Waiting[];
}

/** I11: locks held and waited for. */
const LOCKS_MAX = 200_000;

export function tagKey({ database, classId, objectId, subId }: LockTag): string {
  return `${database},${classId},${objectId},${subId}`;
}

function same(a: Owner, b: Owner): boolean {
  return a.session === b.session && a.member === b.member;
}

function conflict(a: LockMode, b: LockMode): boolean {
  return a === "ExclusiveLock" || b === "ExclusiveLock";
}

export class LockTable {
  readonly #states = new Map<string, LockState>();
  /** A session waits for one lock at a time. */
  readonly #waiting = new Map<string, Waiting>();
  #size = 0;

  get isFull(): boolean {
    return this.#size >= LOCKS_MAX;
  }

  /** Whether it was granted; false where it would have to wait. */
  tryLock({ owner, tag, mode, sequence }: LockOrder): boolean {
    const state = this.#state(tag);
    if (!this.#isFree(state, owner, mode)) {
      this.#forgetIdle(state);
      return false;
    }
    this.#grant(state, { owner, mode, sequence });
    return true;
  }

  /** Joins the queue. */
  enqueue(order: LockOrder, since: number): Waiting {
    const { owner, tag, mode, sequence } = order;
    const waiting = { owner, tag, mode, sequence, since, settle: () => undefined };
    this.#state(tag).queue.push(waiting);
    this.#waiting.set(ownerKey(owner), waiting);
    this.#size++;
    return waiting;
  }

  waitingOf(owner: Owner): Waiting | undefined {
    return this.#waiting.get(ownerKey(owner));
  }

  /** Asked for again, it is as if granted to the later request. */
  holds({ owner, tag, mode, sequence }: LockOrder): boolean {
    const holders = this.#states.get(tagKey(tag))?.holders ?? [];
    const holding = holders.find((each) => same(each.owner, owner) && each.mode === mode);
    if (holding === undefined) return false;
    holding.sequence = Math.max(holding.sequence, sequence);
    return true;
  }

  /** A successor hears what was granted before. */
  restore(order: LockOrder): void {
    if (!this.holds(order)) this.#grant(this.#state(order.tag), order);
  }

  /** What was granted to requests before this one: it may come late. */
  release({ owner, tag, mode, sequence }: LockOrder): void {
    const state = this.#states.get(tagKey(tag));
    if (state === undefined) return;
    this.#keepHolders(
      state,
      (each) => !same(each.owner, owner) || each.mode !== mode || each.sequence > sequence,
    );
  }

  releaseAll(owner: Owner): void {
    this.withdraw(owner);
    for (const state of this.#states.values()) {
      this.#keepHolders(state, (each) => !same(each.owner, owner));
    }
  }

  releaseMember(member: string): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.owner.member === member) this.withdraw(waiting.owner);
    }
    for (const state of this.#states.values()) {
      this.#keepHolders(state, (each) => each.owner.member !== member);
    }
  }

  /**
   * What the member does not know that it holds, or waits for: its unlock was lost, or the answer to
   * its lock, or the request came once more when it was over.
   */
  reconcile({ member, held, sequence, underWay }: Known): void {
    const known = new Set(held.map((each) => heldKey(each.session, each.tag, each.mode)));
    const open = new Set(underWay);
    const isOver = (each: Holding): boolean =>
      each.owner.member === member && each.sequence <= sequence && !open.has(each.sequence);
    for (const waiting of this.#waiting.values()) if (isOver(waiting)) this.withdraw(waiting.owner);
    for (const state of this.#states.values()) {
      const isKnown = ({ owner, mode }: Holding): boolean =>
        known.has(heldKey(owner.session, state.tag, mode));
      this.#keepHolders(state, (each) => !isOver(each) || isKnown(each));
    }
  }

  withdraw(owner: Owner): void {
    const waiting = this.#waiting.get(ownerKey(owner));
    if (waiting === undefined) return;
    this.#waiting.delete(ownerKey(owner));
    this.#size--;
    const state = this.#state(waiting.tag);
    state.queue = state.queue.filter((each) => each !== waiting);
    waiting.settle("withdrawn");
    this.#pump(state);
  }

  /** The sessions that wait for each other in a circle, the one given first; undefined if none do. */
  circle(from: Owner): readonly Waiting[] | undefined {
    const path: Waiting[] = [];
    const visited = new Set<string>();
    const visit = (owner: Owner): boolean => {
      const waiting = this.waitingOf(owner);
      if (waiting === undefined || visited.has(ownerKey(owner))) return false;
      visited.add(ownerKey(owner));
      path.push(waiting);
      for (const blocker of this.#blockers(waiting)) {
        if (same(blocker, from) || visit(blocker)) return true;
      }
      path.pop();
      return false;
    };
    return visit(from) ? path : undefined;
  }

  list(): readonly ListedLock[] {
    const all: ListedLock[] = [];
    for (const { tag, holders, queue } of this.#states.values()) {
      for (const { owner, mode } of holders) {
        all.push({ session: owner.session, tag, mode, granted: true });
      }
      for (const { owner, mode, since } of queue) {
        all.push({ session: owner.session, tag, mode, granted: false, waitStart: since });
      }
    }
    return all;
  }

  #blockers(waiting: Waiting): Owner[] {
    const { holders, queue } = this.#state(waiting.tag);
    const before = queue.slice(0, queue.indexOf(waiting));
    return [...holders, ...before]
      .filter(({ owner, mode }) => !same(owner, waiting.owner) && conflict(mode, waiting.mode))
      .map(({ owner }) => owner);
  }

  /** Whoever holds some of it already does not queue behind others: they wait for it. */
  #isFree(state: LockState, owner: Owner, mode: LockMode, before = state.queue): boolean {
    const blocks = (each: Holding): boolean =>
      !same(each.owner, owner) && conflict(each.mode, mode);
    if (state.holders.some(blocks)) return false;
    return state.holders.some((each) => same(each.owner, owner)) || !before.some(blocks);
  }

  #grant(state: LockState, { owner, mode, sequence }: Holding): void {
    state.holders.push({ owner, mode, sequence });
    this.#size++;
  }

  #keepHolders(state: LockState, keeps: (each: Holding) => boolean): void {
    const left = state.holders.filter(keeps);
    if (left.length === state.holders.length) return;
    this.#size -= state.holders.length - left.length;
    state.holders = left;
    this.#pump(state);
  }

  #pump(state: LockState): void {
    const left: Waiting[] = [];
    const granted: Waiting[] = [];
    for (const waiting of state.queue) {
      if (!this.#isFree(state, waiting.owner, waiting.mode, left)) {
        left.push(waiting);
        continue;
      }
      this.#size--;
      this.#grant(state, waiting);
      this.#waiting.delete(ownerKey(waiting.owner));
      granted.push(waiting);
    }
    state.queue = left;
    this.#forgetIdle(state);
    for (const waiting of granted) waiting.settle("granted");
  }

  #state(tag: LockTag): LockState {
    const key = tagKey(tag);
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { tag, holders: [], queue: [] };
      this.#states.set(key, state);
    }
    return state;
  }

  #forgetIdle({ tag, holders, queue }: LockState): void {
    if (holders.length === 0 && queue.length === 0) this.#states.delete(tagKey(tag));
  }
}

function ownerKey({ member, session }: Owner): string {
  return `${member} ${session}`;
}

function heldKey(session: number, tag: LockTag, mode: LockMode): string {
  return `${session} ${tagKey(tag)} ${mode}`;
}
