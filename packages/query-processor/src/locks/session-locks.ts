/**
 * The advisory locks of one session: how often it has taken each, for itself and for its
 * transaction. The registrar hears of the first time and of the last. A session whose query
 * processor lost its lease must end: what it holds may be somebody else's.
 */
import type { HeldLock, LockMode, LockTag, MaybePromise } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";
import type { Clock } from "@firstlight/common";
import type { Membership } from "../cluster/membership.ts";
import { userError } from "../engine/service-failure.ts";

export interface LockingSession {
  readonly pid: number;
  /** 0: for as long as it takes. */
  readonly lockTimeoutMicros: number;
  warning(sqlstate: string, message: string): void;
  /** The locks are gone: the session must end. */
  lost(): void;
}

export type LockScope = "session" | "transaction";

interface Count {
  readonly tag: LockTag;
  readonly mode: LockMode;
  session: number;
  transaction: number;
}

interface Wait {
  readonly tag: LockTag;
  readonly mode: LockMode;
  abandoned: boolean;
}

function keyOf({ database, classId, objectId, subId }: LockTag, mode: LockMode): string {
  return `${database},${classId},${objectId},${subId},${mode}`;
}

const ASK_AGAIN_MICROS = 100_000;

type LockCall = Parameters<Membership["call"]>[0] & { readonly kind: "lock" };

interface Wanted {
  readonly request: LockCall;
  readonly scope: LockScope;
}

export class SessionLocks {
  readonly #membership: Membership;
  readonly #clock: Clock;
  readonly #session: LockingSession;
  readonly #counts = new Map<string, Count>();
  /** What the transaction took, in order. */
  readonly #transaction: Count[] = [];
  readonly #holder = (): Iterable<HeldLock> => this.#held();
  readonly #onLapse = (): void => this.#lapsed();
  #wait: Wait | undefined;
  #settling: Promise<void> | undefined;

  constructor(membership: Membership, clock: Clock, session: LockingSession) {
    this.#membership = membership;
    this.#clock = clock;
    this.#session = session;
    membership.addHolder(this.#holder);
    membership.onLapse(this.#onLapse);
  }

  get isWaiting(): boolean {
    return this.#wait !== undefined;
  }

  /** False only where it did not want to wait. */
  lock(tag: LockTag, mode: LockMode, scope: LockScope, wait: boolean): MaybePromise<boolean> {
    const known = this.#counts.get(keyOf(tag, mode));
    if (known !== undefined) {
      this.#count(known, scope);
      return true;
    }
    const { member, sequence } = this.#membership;
    const session = this.#session.pid;
    const request = { kind: "lock", member, session, sequence, tag, mode, wait } as const;
    if (!this.#membership.isAlone) return this.#wanted({ request, scope });
    const reply = this.#membership.call(request);
    if (isPromise(reply)) return this.#wanted({ request, scope }, reply);
    return isGranted(reply) && this.#enter({ request, scope });
  }

  /** In the same turn in which the answer has come: whoever asks what is held meanwhile hears of it. */
  #enter({ request: { tag, mode }, scope }: Wanted): true {
    const count = { tag, mode, session: 0, transaction: 0 };
    this.#counts.set(keyOf(tag, mode), count);
    this.#count(count, scope);
    return true;
  }

  #count(count: Count, scope: LockScope): void {
    count[scope]++;
    if (scope === "transaction") this.#transaction.push(count);
  }

  async #wanted(wanted: Wanted, first?: Promise<LockReply>): Promise<boolean> {
    const { request } = wanted;
    const wait: Wait = { tag: request.tag, mode: request.mode, abandoned: false };
    this.#wait = wait;
    const timeout = this.#session.lockTimeoutMicros;
    const late = request.wait && timeout > 0 ? this.#lateAfter(timeout, wait) : undefined;
    try {
      const answer = this.#answered(wanted, wait, first);
      return await (late === undefined ? answer : Promise.race([answer, late.promise]));
    } catch (error) {
      throw userError(error);
    } finally {
      late?.cancel();
      if (this.#wait === wait) this.#wait = undefined;
    }
  }

  async #answered(wanted: Wanted, wait: Wait, first?: Promise<LockReply>): Promise<boolean> {
    const { request } = wanted;
    const known = this.#membership.asksFor(request.sequence);
    try {
      // What was released before is told before.
      await this.#settling;
      const reply = wait.abandoned ? undefined : await this.#reply(request, wait, first);
      if (reply !== undefined && !wait.abandoned) return isGranted(reply) && this.#enter(wanted);
      if (reply?.result === "granted") this.#returnLate(wait, request.sequence);
    } finally {
      known();
    }
    if (request.wait) throw new SqlError("57014", "canceling statement due to user request");
    return false;
  }

  /** Asked for until there is an answer, or nobody waits any more. */
  async #reply(request: LockCall, wait: Wait, first?: Promise<LockReply>): Promise<LockReply> {
    let reply = first;
    for (;;) {
      const isOver = (): boolean => wait.abandoned;
      const answer = await (reply ?? this.#membership.callPatiently(request, isOver));
      reply = undefined;
      if (wait.abandoned || isAnswer(request, answer, this.#membership)) return answer;
      if (answer.result !== "waiting") await this.#clock.sleep(ASK_AGAIN_MICROS);
    }
  }

  #lateAfter(micros: number, wait: Wait): { promise: Promise<boolean>; cancel: () => void } {
    let cancel = (): void => undefined;
    const promise = new Promise<boolean>((_, reject) => {
      const timer = this.#clock.after(micros, () => {
        if (this.#wait !== wait) return;
        this.abandonWait();
        reject(new SqlError("55P03", "canceling statement due to lock timeout"));
      });
      cancel = () => timer.cancel();
    });
    return { promise, cancel };
  }

  /** The statement that waits is over. */
  abandonWait(): void {
    const wait = this.#wait;
    if (wait === undefined) return;
    this.#wait = undefined;
    wait.abandoned = true;
    this.#giveUp(wait);
  }

  /** Whatever became of it meanwhile. */
  #giveUp({ tag, mode }: Wait): void {
    const { member } = this.#membership;
    const session = this.#session.pid;
    const { sequence } = this.#membership;
    this.#tell(() =>
      this.#membership.callPatiently({ kind: "withdraw", member, session, sequence }),
    );
    if (!this.#counts.has(keyOf(tag, mode))) this.#release([{ tag, mode }]);
  }

  /** It was granted when nobody wanted it any more; a later request for the same one keeps it. */
  #returnLate({ tag, mode }: Wait, sequence: number): void {
    const { member } = this.#membership;
    const session = this.#session.pid;
    const locks = [{ tag, mode }];
    const request = { kind: "unlock", member, session, sequence, locks } as const;
    this.#tell(() => this.#membership.callPatiently(request));
  }

  /** A lock of the session itself; false with a warning if it has none. */
  unlock(tag: LockTag, mode: LockMode): boolean {
    const count = this.#counts.get(keyOf(tag, mode));
    if (count === undefined || count.session === 0) {
      this.#session.warning("01000", `you don't own a lock of type ${mode}`);
      return false;
    }
    count.session--;
    this.#drop([count]);
    return true;
  }

  unlockAll(): void {
    const counts = [...this.#counts.values()];
    for (const count of counts) count.session = 0;
    this.#drop(counts);
  }

  mark(): number {
    return this.#transaction.length;
  }

  /** What the transaction took since; 0 at its end. */
  rollbackTo(mark: number): void {
    if (this.#transaction.length <= mark) return;
    const taken = this.#transaction.splice(mark);
    for (const count of taken) count.transaction--;
    this.#drop([...new Set(taken)]);
  }

  #drop(counts: readonly Count[]): void {
    const gone = counts.filter((each) => each.session === 0 && each.transaction === 0);
    if (gone.length === 0) return;
    for (const { tag, mode } of gone) this.#counts.delete(keyOf(tag, mode));
    this.#release(gone.map(({ tag, mode }) => ({ tag, mode })));
  }

  #release(locks: readonly { readonly tag: LockTag; readonly mode: LockMode }[]): void {
    const { member, sequence } = this.#membership;
    const request = {
      kind: "unlock",
      member,
      session: this.#session.pid,
      sequence,
      locks,
    } as const;
    if (this.#membership.isAlone) void this.#membership.call(request);
    else this.#tell(() => this.#membership.callPatiently(request));
  }

  /** In order; a registrar that hears of none of it finds out when it is attended next. */
  #tell(send: () => Promise<unknown>): void {
    const before = this.#settling ?? Promise.resolve();
    const settling: Promise<void> = before.then(send).then(
      () => undefined,
      () => undefined,
    );
    this.#settling = settling;
    void settling.then(() => {
      if (this.#settling === settling) this.#settling = undefined;
    });
  }

  /** Resolves when the registrar knows what was released; undefined: it does. */
  settle(): Promise<void> | undefined {
    return this.#settling;
  }

  *#held(): Iterable<HeldLock> {
    const session = this.#session.pid;
    for (const { tag, mode } of this.#counts.values()) yield { session, tag, mode };
  }

  #lapsed(): void {
    if (this.#counts.size === 0 && this.#wait === undefined) return;
    this.#counts.clear();
    this.#transaction.length = 0;
    this.#session.lost();
  }

  close(): void {
    this.abandonWait();
    this.#counts.clear();
    this.#membership.removeHolder(this.#holder);
    this.#membership.removeLapse(this.#onLapse);
    const { member, sequence } = this.#membership;
    const session = this.#session.pid;
    const request = { kind: "unlock", member, session, sequence, locks: undefined } as const;
    if (this.#membership.isAlone) void this.#membership.call(request);
    else this.#tell(() => this.#membership.callPatiently(request));
  }
}

interface LockReply {
  readonly result: "granted" | "refused" | "waiting" | "deadlock" | "full";
  readonly detail?: string;
  readonly epoch: number;
}

/**
 * What was granted by a registrar that has a successor, or after the lease, is asked for again; so is
 * what was refused though it waits: the registrar has given up its place with the member's lease.
 */
function isAnswer(
  { wait }: LockCall,
  { result, epoch }: LockReply,
  membership: Membership,
): boolean {
  if (result === "granted") return membership.takes(epoch);
  return result === "refused" ? !wait : result !== "waiting";
}

function isGranted({ result, detail }: LockReply): boolean {
  if (result === "deadlock") {
    throw new SqlError("40P01", "deadlock detected", {
      ...(detail === undefined ? {} : { detail }),
      hint: "See server log for query details.",
    });
  }
  if (result === "full") {
    throw new SqlError("53200", "out of shared memory", {
      hint: "You might need to increase max_locks_per_transaction.",
    });
  }
  return result === "granted";
}
