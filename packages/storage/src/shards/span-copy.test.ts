/**
 * A span that is copied into a replica at work: whatever is written meanwhile, and wherever a crash
 * falls, what the replica counts as held is what its source holds (I5).
 */
import fc from "fast-check";
import type { Span } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import type { StorageBug } from "../bugs.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { TestReplica, WHOLE, at, k } from "../testing/test-replica.ts";
import { keyOfCurrent } from "../layout/disk-keys.ts";

const KEYS = ["b", "d", "f", "h", "j"];
const SPAN: Span = { start: k("b"), end: k("i") };

const writes = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.option(fc.stringMatching(/^[a-z]{1,3}$/u), { nil: undefined }),
  { maxKeys: 3 },
);
interface PageStep {
  readonly before: Readonly<Record<string, string | undefined>>;
  readonly during: Readonly<Record<string, string | undefined>>;
  readonly keeps: boolean;
  readonly idle: boolean;
}

/** What happens before a page is asked for, while it is under way, and after it. */
const pages: fc.Arbitrary<PageStep[]> = fc.array(
  fc.record({ before: writes, during: writes, keeps: fc.boolean(), idle: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);

class Pair {
  readonly clock = new ManualClock();
  readonly journal = new MemoryJournal();
  readonly source: TestReplica;
  readonly target: TestReplica;
  now = 10;

  constructor(bugs: readonly StorageBug[] = []) {
    const { clock, journal } = this;
    this.source = new TestReplica({ clock, journal });
    this.target = new TestReplica({ clock, journal, spans: [], bugs: new Set(bugs) });
  }

  write(values: Readonly<Record<string, string | undefined>>): void {
    if (Object.keys(values).length > 0) this.source.commit(++this.now, values);
  }

  /** Time goes by until it is done. */
  async settle<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    for (let i = 0; i < 1_000 && !done; i++) {
      this.clock.advance(50_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return settled;
  }

  page(during: () => void): void {
    const { shards } = this.target.node;
    const { copy } = shards;
    const snapshot = shards.openPage();
    if (copy === undefined || snapshot === undefined) throw new Error("no page can be asked for");
    const page = this.source.node.scan({
      snapshot,
      catalogVersion: undefined,
      span: copy.rest,
      reverse: false,
      pageBytes: 1,
      withKeys: true,
      format: "encoded",
    });
    if (isPromise(page)) throw new Error("the scan waits");
    during();
    expect(shards.takePage(snapshot, page)).toBe(true);
  }

  /** At every snapshot that a replica says to answer: what the source answers. */
  compare(replica: TestReplica): void {
    for (const { start, end, since } of replica.node.shards.held.spans) {
      for (let snapshot = since; snapshot <= this.now; snapshot = at(snapshot + 1)) {
        const span = { start, end };
        expect(replica.scan(snapshot, { span })).toEqual(this.source.scan(snapshot, { span }));
      }
    }
  }

  crashed(kept: number): TestReplica {
    const { clock, journal } = this;
    return new TestReplica({ clock, journal, store: this.target.store.crash(kept), spans: [] });
  }
}

async function play(pair: Pair, steps: readonly PageStep[], kept: number): Promise<void> {
  pair.write({ b: "1", d: "2", f: "3", j: "4" });
  const copy = pair.target.node.shards.beginCopy(SPAN);
  for (let i = 0; !copy.isComplete; i++) {
    const step = steps[i % steps.length];
    pair.write(step?.before ?? {});
    pair.page(() => pair.write(step?.during ?? {}));
    if (step?.idle === true) pair.clock.advance(1_000_000);
    if (step?.keeps === true) await pair.settle(pair.target.node.shards.keepCopied());
    pair.compare(pair.crashed(kept));
  }
  await pair.settle(pair.target.node.shards.keepCopied());
  pair.write({ b: "last", h: "last" });
  expect(pair.target.node.shards.held.since(SPAN)).toBeDefined();
  pair.compare(pair.target);
  pair.compare(pair.crashed(kept));
}

describe("a span that is copied in", () => {
  it("is what its source holds, through writes and crashes (I5)", async () => {
    const kept = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(pages, kept, (steps, share) => play(new Pair(), steps, share)),
      { numRuns: 60 },
    );
  });

  it("would not be, if what is written during a page were lost", async () => {
    const steps = ["1", "2", "3", "4"].map((value) => {
      return { before: {}, during: { f: value, h: value }, keeps: false, idle: false };
    });
    await expect(play(new Pair(["copyMissesWrites"]), steps, 1)).rejects.toThrow();
  });

  it("cannot be read before it is kept, and is moved after it was given up", async () => {
    const pair = new Pair();
    const { shards } = pair.target.node;
    pair.write({ b: "1", d: "2", j: "3" });
    const copy = shards.beginCopy(SPAN);
    pair.page(() => undefined);
    expect(() => pair.target.get("b", 11)).toThrow("another shard");
    while (!copy.isComplete) pair.page(() => undefined);
    await pair.settle(shards.keepCopied());
    expect(pair.target.get("b", 11)).toBe("1");
    await pair.settle(shards.giveUp({ start: SPAN.start, end: k("c") }));
    expect(() => pair.target.get("b", 11)).toThrow("another shard");
    expect(() => pair.target.scan(11, { span: SPAN })).toThrow("another shard");
    expect(pair.target.get("d", 11)).toBe("2");
  });

  it("leaves nothing on the disk once it was given up and cleaned, what was in memory included", async () => {
    const pair = new Pair();
    const { shards } = pair.target.node;
    pair.write({ b: "1", d: "2" });
    const copy = shards.beginCopy(SPAN);
    while (!copy.isComplete) pair.page(() => undefined);
    await pair.settle(shards.keepCopied());
    pair.write({ b: "in memory" });
    await pair.settle(shards.giveUp(SPAN));
    while (!(await pair.settle(shards.clean())));
    const rows = [...pair.target.store.keys].filter((key) => key.startsWith("n"));
    expect(rows.map(keyOfCurrent)).toEqual([]);
    expect(pair.source.scan(pair.now, { span: WHOLE })).toHaveLength(2);
  });
});
