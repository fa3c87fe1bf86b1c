/** Query processors that take blocks of one sequence at the same time never give a value twice. */
import type { Adjudicator, Storage } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, KnownRanges, ManualClock, logId, timestamp } from "@firstlight/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import type { ClusterView } from "../transaction/cluster-view.ts";
import { SequenceBlocks } from "./sequence-blocks.ts";

const LOG = logId("a1");
const SEQUENCE: SequenceDescriptor = {
  kind: "sequence",
  oid: 1,
  name: "s",
  schema: 2,
  owner: 3,
  storageId: 4,
  dataType: 20,
  start: "1",
  increment: "1",
  min: "1",
  max: "1000000",
  cache: "1",
  cycle: false,
};

/** One key, first committer wins; requests take as long as `next` says. */
class OneKey {
  readonly clock = new ManualClock();
  readonly #next: () => number;
  #value: Uint8Array | undefined;
  #committed = timestamp(0);

  constructor(next: () => number) {
    this.#next = next;
  }

  view(): ClusterView {
    const { clock } = this;
    const storage: Pick<Storage, "read"> = {
      read: async () => {
        const value = this.#value;
        await this.#pause();
        return [value];
      },
    };
    const adjudicator: Pick<Adjudicator, "commit"> = {
      commit: async ({ snapshot, mutations: [mutation] }) => {
        await this.#pause();
        const key = mutation?.key ?? "";
        const committed = this.#committed;
        if (snapshot < committed) {
          const conflict = { key, intent: "X", winner: committed } as never;
          await this.#pause();
          return { verdict: "conflict", conflict };
        }
        this.#committed = clock.now().latest;
        this.#value = mutation?.value;
        await this.#pause();
        return { verdict: "committed", timestamp: this.#committed };
      },
    };
    const view: Partial<ClusterView> = {
      storage: storage as Storage,
      logs: [LOG],
      ranges: new KnownRanges({
        version: 1,
        ranges: [{ span: { start: KEY_MIN, end: KEY_MAX }, log: LOG }],
      }),
      adjudicator: () => adjudicator as Adjudicator,
      takeSnapshot: () => clock.now().latest,
    };
    return view as ClusterView;
  }

  #pause(): Promise<void> {
    return this.clock.sleep(1 + (this.#next() % 5) * 100);
  }
}

async function takes(
  blocks: SequenceBlocks,
  { count, sleep, into }: { count: number; sleep: () => Promise<void>; into: bigint[] },
): Promise<void> {
  for (let taken = 0; taken < count; taken++) {
    let value = blocks.take(SEQUENCE);
    for (; value === undefined; value = blocks.take(SEQUENCE)) {
      await blocks.refill(SEQUENCE).catch(() => undefined);
    }
    into.push(value);
    await sleep();
  }
}

describe("blocks of a sequence", () => {
  it("are handed out after they were committed, by one query processor only", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { minLength: 50, maxLength: 50 }), async (numbers) => {
        let at = 0;
        const next = (): number => numbers[at++ % numbers.length] ?? 0;
        const key = new OneKey(next);
        const { clock } = key;
        const random = { next: () => (next() % 10) / 10, bytes: () => Buffer.from("0".repeat(16)) };
        const ports = { clock, random, outcomePatienceMicros: 1 };
        const sleep = (): Promise<void> => clock.sleep((next() % 7) * 60);
        const values: bigint[] = [];
        const all = [0, 1].flatMap(() => {
          const blocks = new SequenceBlocks(key.view(), ports);
          return [0, 1, 2].map(() => takes(blocks, { count: 40, sleep, into: values }));
        });
        let isDone = false;
        const done = Promise.all(all).finally(() => (isDone = true));
        while (!isDone) await clock.advance(1_000);
        await done;
        expect(new Set(values).size).toBe(values.length);
        expect(values).toHaveLength(240);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});
