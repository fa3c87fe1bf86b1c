/** What the registrar has granted is held, whenever the attendance falls, and nothing else is. */
import type {
  MaybePromise,
  Registrar,
  RegistrarReplies,
  RegistrarRequest,
} from "@firstlight/common";
import { ManualClock } from "@firstlight/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Membership } from "../cluster/membership.ts";
import { SessionLocks } from "./session-locks.ts";

type Reply = RegistrarReplies[RegistrarRequest["kind"]];

const tagOf = (objectId: number) => ({ database: 5, classId: 0, objectId, subId: 1 });

/** Answers when it likes, "waiting" as often as it likes; what an attendance denies it has released. */
class HastyRegistrar implements Registrar {
  readonly #clock: ManualClock;
  readonly #next: () => number;
  #batched: Promise<void> | undefined;
  /** Sequences of what is granted, by objects. */
  readonly granted = new Map<number, number>();
  readonly released: number[] = [];

  constructor(clock: ManualClock, next: () => number) {
    this.#clock = clock;
    this.#next = next;
  }

  call<R extends RegistrarRequest>(request: R): MaybePromise<RegistrarReplies[R["kind"]]> {
    return this.#answer(request) as Promise<RegistrarReplies[R["kind"]]>;
  }

  async #answer(request: RegistrarRequest): Promise<Reply> {
    await this.#clock.sleep((this.#next() % 3) * 500);
    const reply = this.#take(request);
    await this.#batch();
    for (let turns = this.#next() % 6; turns > 0; turns--) await Promise.resolve();
    return reply;
  }

  /** Answers come several at a time. */
  #batch(): Promise<void> {
    this.#batched ??= this.#clock.sleep(1_000).then(() => {
      this.#batched = undefined;
    });
    return this.#batched;
  }

  #take(request: RegistrarRequest): Reply {
    if (request.kind === "attend") {
      const held = new Set(request.held.map(({ tag }) => tag.objectId));
      for (const [object, sequence] of this.granted) {
        if (request.underWay.includes(sequence)) continue;
        if (sequence > request.sequence || held.has(object)) continue;
        this.granted.delete(object);
        this.released.push(object);
      }
      return { epoch: 1, leaseMicros: 10_000_000, questions: [] };
    }
    if (request.kind !== "lock") return {};
    // Granted meanwhile or at once, and the answer may be one that was given before.
    const isLate = !this.granted.has(request.tag.objectId) && this.#next() % 3 > 0;
    this.granted.set(request.tag.objectId, request.sequence);
    return { result: isLate ? "waiting" : "granted", epoch: 1 };
  }
}

describe("advisory locks of a session", () => {
  it("are never denied between the grant and the answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { minLength: 60, maxLength: 60 }), async (numbers) => {
        const clock = new ManualClock();
        let at = 0;
        const registrar = new HastyRegistrar(clock, () => numbers[at++ % numbers.length] ?? 0);
        const random = { next: () => 0.5, bytes: (length: number) => new Uint8Array(length) };
        const membership = new Membership({ registrar, isAlone: false, clock, random });
        const lost = (): void => undefined;
        const session = { pid: 7, lockTimeoutMicros: 0, warning: lost, lost };
        const locks = new SessionLocks(membership, clock, session);
        membership.start();
        for (let object = 0; object < 10; object++) {
          const granted = Promise.resolve(
            locks.lock(tagOf(object), "ExclusiveLock", "session", true),
          );
          let isDone = false;
          void granted.then(() => (isDone = true));
          while (!isDone) await clock.advance(1_000);
          await clock.advance(3_000);
        }
        membership.stop();
        await clock.advance(10_000);
        expect(registrar.released).toEqual([]);
        expect([...registrar.granted.keys()].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: 10 }, (_, object) => object),
        );
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  /** Of a registrar that answers like this, one after the other, and grants at last. */
  async function asked(
    wait: boolean,
    ...answers: readonly (string | { readonly result: string; readonly epoch: number })[]
  ): Promise<unknown> {
    const clock = new ManualClock();
    const left = [...answers];
    const reply = (request: RegistrarRequest): unknown => {
      if (request.kind === "attend") return { epoch: 1, leaseMicros: 10_000_000, questions: [] };
      if (request.kind !== "lock") return {};
      const answer = left.shift() ?? "granted";
      return typeof answer === "string" ? { result: answer, epoch: 1 } : answer;
    };
    const call = async (request: RegistrarRequest): Promise<unknown> => {
      await clock.sleep(1_000);
      return reply(request);
    };
    const random = { next: () => 0.5, bytes: (length: number) => new Uint8Array(length) };
    const registrar = { call } as Registrar;
    const membership = new Membership({ registrar, isAlone: false, clock, random });
    const nothing = (): void => undefined;
    const session = { pid: 7, lockTimeoutMicros: 0, warning: nothing, lost: nothing };
    const locks = new SessionLocks(membership, clock, session);
    membership.start();
    await clock.advance(10_000);
    let answer: unknown;
    const locked = Promise.resolve(locks.lock(tagOf(1), "ExclusiveLock", "session", wait));
    void locked.then((isHeld) => (answer = { isHeld, left }));
    while (answer === undefined) await clock.advance(10_000);
    membership.stop();
    return answer;
  }

  // Seed 700000169: a wait whose place was given up with the member's lease was answered as if it had
  // come to its end, before the member knew of the lease's.
  it("are waited for until they are granted, whatever became of the place in the queue", async () => {
    const held = { isHeld: true, left: [] };
    expect(await asked(true, "refused", "waiting", "refused")).toEqual(held);
    expect(await asked(false, "refused")).toEqual({ isHeld: false, left: [] });
  });

  it("are asked for again where a registrar has granted them that has a successor", async () => {
    const held = { isHeld: true, left: [] };
    expect(await asked(true, { result: "granted", epoch: 0 })).toEqual(held);
    expect(await asked(false, { result: "granted", epoch: 0 }, "refused")).toEqual({
      isHeld: false,
      left: [],
    });
  });
});
