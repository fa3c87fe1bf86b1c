/** Turns of schema changes, with timers of the test. */
import { describe, expect, it } from "vitest";
import { SqlError } from "@firstlight/common";
import { BLOCK_MICROS_MAX, BlockTurn } from "./block-turn.ts";
import { SchemaTurns, WAIT_MICROS_MAX } from "./schema-turns.ts";

/** Timers that fire when the test says so. */
class Timers {
  readonly set: { readonly micros: number; fire: () => void; cancelled: boolean }[] = [];

  after(micros: number, fire: () => void): { cancel(): void } {
    const timer = { micros, fire, cancelled: false };
    this.set.push(timer);
    return { cancel: () => (timer.cancelled = true) };
  }
}

function made(): { turns: SchemaTurns; timers: Timers; clock: Timers; said: string[] } {
  const timers = new Timers();
  return { turns: new SchemaTurns(), timers, clock: timers, said: [] };
}

async function settle(): Promise<void> {
  for (let n = 0; n < 5; n++) await Promise.resolve();
}

describe("schema changes that lost a conflict", () => {
  it("run again one at a time, in the order of their defeats, and new ones after them", async () => {
    const { turns, clock, said } = made();
    const [a, b] = [{}, {}];
    expect(turns.whenNobodyLost(clock)).toBeUndefined();
    void turns.take(a, clock)?.then(() => said.push("a"));
    void turns.take(b, clock)?.then(() => said.push("b"));
    void turns.whenNobodyLost(clock)?.then(() => said.push("new"));
    await settle();
    expect(said).toEqual(["a"]);
    expect(turns.take(a, clock), "a defeat more keeps the turn").toBeUndefined();
    turns.leave(a);
    await settle();
    expect(said).toEqual(["a", "b"]);
    turns.leave(b);
    await settle();
    expect(said).toEqual(["a", "b", "new"]);
    expect(turns.whenNobodyLost(clock)).toBeUndefined();
  });

  it("wait for a bounded time, and one that leaves while it waits is forgotten", async () => {
    const { turns, timers, clock, said } = made();
    const [a, b, c] = [{}, {}, {}];
    void turns.take(a, clock);
    void turns.take(b, clock);
    void turns.take(c, clock)?.then(() => said.push("c"));
    turns.leave(b);
    void turns.whenNobodyLost(clock)?.then(() => said.push("new"));
    const last = timers.set.at(-1);
    expect(last?.micros).toBe(WAIT_MICROS_MAX);
    last?.fire();
    await settle();
    expect(said).toEqual(["new"]);
    turns.leave(a);
    await settle();
    expect(said).toEqual(["new", "c"]);
    expect(timers.set.slice(0, 3).map(({ cancelled }) => cancelled)).toEqual([true, false, true]);
  });

  it("keep from running what begins after a block's change, until it ends or has had its time", async () => {
    const { turns, timers, clock, said } = made();
    const [block, single] = [{}, {}];
    turns.hold(block, clock, 1_000);
    void turns.whenNobodyLost(clock)?.then(() => said.push("new"));
    void turns.take(single, clock)?.then(() => said.push("lost"));
    await settle();
    expect(said).toEqual([]);
    turns.leave(block);
    await settle();
    expect(said).toEqual(["lost"]);
    expect(timers.set[0]).toMatchObject({ micros: 1_000, cancelled: true });
    turns.leave(single);
    await settle();
    expect(said).toEqual(["lost", "new"]);
    turns.hold(block, clock, 1_000);
    timers.set.at(-1)?.fire();
    expect(turns.whenNobodyLost(clock)).toBeUndefined();
  });

  it("are waited for by a block that has read nothing yet, while they run", async () => {
    const { turns, clock, said } = made();
    const [block, single, lost] = [{}, {}, {}];
    expect(turns.whenQuiet(clock)).toBeUndefined();
    turns.begin(single);
    turns.begin(lost);
    turns.hold(block, clock, 1_000);
    void turns.whenQuiet(clock)?.then(() => said.push("quiet"));
    turns.leave(single);
    await settle();
    expect(said).toEqual([]);
    void turns.take(lost, clock)?.then(() => said.push("lost"));
    await settle();
    expect(said, "who waits for the block does not run").toEqual(["quiet"]);
    turns.leave(block);
    await settle();
    expect(said).toEqual(["quiet", "lost"]);
    expect(turns.whenQuiet(clock)).toBeDefined();
  });
});

describe("a transaction block", () => {
  function block(): { turn: BlockTurn; isWaitedFor: () => boolean; timers: Timers } {
    const { turns, clock, timers } = made();
    const turn = new BlockTurn({
      identity: { schemaTurns: turns },
      runtime: { clock },
      units: { isWhole: false },
      interrupts: { guard: (promise) => promise },
    });
    return { turn, isWaitedFor: () => turns.whenNobodyLost(clock) !== undefined, timers };
  }

  const refused = new SqlError("40001", "schema has been updated by another transaction (OC001)");

  /** A block with a change, at its commit. */
  function refuse(turn: BlockTurn): void {
    expect([...turn.begun()]).toEqual([]);
    turn.noteChange();
    turn.ended(false);
    turn.noteFailure(refused);
  }

  it("without a change keeps nobody waiting, whatever refused it", () => {
    const { turn, isWaitedFor } = block();
    expect([...turn.begun()]).toEqual([]);
    turn.ended(false);
    turn.noteFailure(refused);
    expect([...turn.begun()]).toEqual([]);
    expect(isWaitedFor()).toBe(false);
  });

  it("with a change that was taken back is not waited for when the next one without is refused", () => {
    const { turn, isWaitedFor } = block();
    expect([...turn.begun()]).toEqual([]);
    turn.noteChange();
    turn.ended(false);
    expect([...turn.begun()]).toEqual([]);
    turn.noteFailure(refused);
    expect([...turn.begun()]).toEqual([]);
    expect(isWaitedFor()).toBe(false);
  });

  it("of a session that has never lost keeps nobody waiting, whatever it changes", () => {
    const { turn, isWaitedFor } = block();
    expect([...turn.begun()]).toEqual([]);
    turn.noteChange();
    expect(isWaitedFor()).toBe(false);
    turn.ended(true);
    turn.noteFailure(new SqlError("40001", "another conflict (OC000)"));
    expect([...turn.begun()]).toEqual([]);
    expect(isWaitedFor()).toBe(false);
  });

  it("of one that has lost does, until one without a change was committed", () => {
    const { turn, isWaitedFor, timers } = block();
    refuse(turn);
    for (const changes of [true, false]) {
      expect([...turn.begun()]).toEqual([]);
      expect(timers.set.filter(({ micros }) => micros === BLOCK_MICROS_MAX)).not.toEqual([]);
      expect(isWaitedFor()).toBe(true);
      if (changes) turn.noteChange();
      turn.ended(true);
      expect(isWaitedFor()).toBe(false);
    }
    expect([...turn.begun()]).toEqual([]);
    expect(isWaitedFor()).toBe(false);
  });
});
