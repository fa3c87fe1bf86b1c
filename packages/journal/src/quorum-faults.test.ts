/**
 * Random faults against the quorum journal: replicas are cut off, crash and restart, lose their disks
 * and are filled from the others, answers get lost, writers are replaced at any moment. Whatever was
 * acknowledged must be in every later log.
 */
import type { LogEntry } from "@firstlight/common";
import { ManualClock, ServiceError, logId, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import type { JournalBug } from "./journal-bug.ts";
import { QuorumJournal } from "./quorum-journal.ts";
import { Chance, FaultyReplica } from "./testing/faulty-replica.ts";

const LOG = logId("a1");

const textOf = (entry: LogEntry): string =>
  `${entry.index}:${entry.timestamp}:${Buffer.from(entry.payload).toString()}`;

async function run(seed: number, bugs: readonly JournalBug[] = []): Promise<string[]> {
  const chance = new Chance(seed);
  const clock = new ManualClock();
  const replicas: FaultyReplica[] = [];
  for (const place of [0, 1, 2]) {
    const others = (): FaultyReplica[] => replicas.filter((_, other) => other !== place);
    replicas.push(new FaultyReplica({ clock, chance, bugs: new Set(bugs), place, others }));
  }
  await clock.advance(0);
  const settings = { requestMicros: 50_000, patienceMicros: 400_000, backoffMicrosMax: 50_000 };
  const newJournal = (): QuorumJournal =>
    new QuorumJournal({ clock, replicas, settings, firstReplica: chance.below(3) });

  const acknowledged = new Map<number, string>();
  const tailed: string[] = [];
  const problems: string[] = [];
  let time = 1;
  let seals = 0;
  newJournal().tail(LOG, 1, {
    onEntries: (entries) => {
      for (const entry of entries) {
        if (entry.index !== tailed.length + 1) problems.push(`tail: gap at ${entry.index}`);
        tailed.push(textOf(entry));
      }
    },
    onProgress: () => undefined,
    onEnd: (error) => void problems.push(`tail ended: ${error.message}`),
  });

  async function write(journal: QuorumJournal, epoch: number, from: number): Promise<void> {
    let last = from;
    for (let n = chance.below(40); n >= 0; n--) {
      const entries = Array.from({ length: 1 + chance.below(3) }, () => {
        last = Math.max(last, time) + 1;
        time = last;
        return { timestamp: timestamp(last), payload: Buffer.from(`${epoch}.${last}`) };
      });
      journal.append(LOG, epoch, entries).then(
        (index) => {
          for (const [i, entry] of entries.entries()) {
            const at = index - entries.length + 1 + i;
            acknowledged.set(at, `${at}:${entry.timestamp}:${entry.payload.toString()}`);
          }
        },
        () => undefined,
      );
      await clock.sleep(chance.below(8000));
    }
  }

  async function takeOver(): Promise<void> {
    const journal = newJournal();
    // A newer epoch may acknowledge more while this seal is under way.
    const before = [...acknowledged.keys()];
    try {
      const epoch = (await journal.epoch(LOG)) + 1;
      const end = await journal.seal(LOG, epoch);
      seals++;
      for (const at of before) {
        if (at > end.index && bugs.length === 0) problems.push(`seal ${epoch} lost entry ${at}`);
      }
      void write(journal, epoch, end.timestamp).catch((error: unknown) => {
        problems.push(String(error));
      });
    } catch (error) {
      if (!(error instanceof ServiceError)) problems.push(String(error));
    }
  }

  for (let step = 0; step < 120; step++) {
    const replica = replicas[chance.below(3)] as FaultyReplica;
    const dice = chance.below(13);
    if (dice === 0) replica.crash();
    else if (dice <= 2) for (const one of replicas) one.up = true;
    else if (dice === 3) replica.lossPercent = chance.below(40);
    else if (dice === 4) for (const one of replicas) one.lossPercent = 0;
    else if (dice === 5) replica.slowDisk(true);
    else if (dice === 6) for (const one of replicas) one.slowDisk(false);
    else if (dice <= 8) void takeOver();
    // Only one lacks what it had at a time.
    else if (dice === 12 && replicas.every(({ isWhole }) => isWhole)) replica.wipe();
    await clock.advance(chance.below(60_000));
  }
  for (const one of replicas) {
    one.up = true;
    one.lossPercent = 0;
    one.slowDisk(false);
  }
  // A replica that is being filled may wait for an answer that was lost.
  await clock.advance(12_000_000);
  const final = newJournal();
  const epoch = final.epoch(LOG);
  await clock.advance(100_000);
  const sealed = final.seal(LOG, (await epoch) + 1);
  await clock.advance(1_000_000);
  const end = await sealed;
  const log: string[] = [];
  for (let more = true; more;) {
    const read = final.read(LOG, log.length + 1, 1e9);
    await clock.advance(1_000_000);
    const { entries } = await read;
    log.push(...entries.map(textOf));
    more = entries.length > 0;
  }
  if (log.length !== end.index) problems.push(`read ${log.length} of ${end.index} entries`);
  for (const [at, text] of acknowledged) {
    if (log[at - 1] !== text) problems.push(`lost ${text}, found ${log[at - 1] ?? "nothing"}`);
  }
  await clock.advance(5_000_000);
  for (const [i, text] of tailed.entries()) {
    if (log[i] !== text) problems.push(`tail gave ${text}, the log has ${log[i] ?? "nothing"}`);
  }
  for (const [place, replica] of replicas.entries()) {
    const held = replica.read(LOG, 1, 1e9, true);
    await clock.advance(1_000_000);
    const { entries } = await held;
    for (const [i, { index, epoch }] of entries.entries()) {
      const before = entries[i - 1]?.epoch ?? 0;
      if (epoch < before) problems.push(`replica ${place}: ${index} of ${epoch} after ${before}`);
    }
  }
  if (bugs.length === 0 && tailed.length !== log.length) {
    problems.push(`tail gave ${tailed.length} of ${log.length} entries`);
  }
  if (bugs.length === 0 && seed === 1 && (seals < 3 || acknowledged.size < 20)) {
    problems.push(`too little happened: ${seals} seals, ${acknowledged.size} entries`);
  }
  return problems;
}

describe("QuorumJournal under faults", () => {
  it("I1, I2, I8: keeps every acknowledged entry, in its place, for 60 seeds", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      expect({ seed, problems: await run(seed) }).toEqual({ seed, problems: [] });
    }
  });

  it.each(["ignoreSeal", "forgetPromises"] as const)("the same faults find %s", async (bug) => {
    let found = 0;
    for (let seed = 1; seed <= 60 && found === 0; seed++) {
      if ((await run(seed, [bug])).length > 0) found = seed;
    }
    expect(found).toBeGreaterThan(0);
  });
});
