/**
 * Transactions of very many keys, treated a slice at a time so that none holds the event loop.
 *
 * The keys are held BEFORE they are judged: from then on nobody else can write them, so what was
 * found of one slice stays true until the last one is judged (I3). When τc is taken they are
 * recorded in the conflict index BEFORE they are given back, and the commit is acknowledged only
 * AFTER that. Writes that come sorted are held and recorded as one list.
 */
import type { Check, MutationList, Timestamp, TransactionId } from "@firstlight/common";
import { MutationPacker } from "@firstlight/common";
import type { Core, Judged, Part, Refusal } from "./core.ts";
import { judge, recordPart } from "./core.ts";
import { claimsOf } from "./held-keys.ts";
import { SortedWrites } from "./sorted-writes.ts";

export function isLarge({ settings }: Core, { writes, checks }: Part): boolean {
  return writes.length + checks.length >= settings.largeKeys;
}

/** A large transaction whose keys are held. */
export interface LargePart extends Part {
  readonly transaction: TransactionId;
  /** The writes, if they were sorted. */
  readonly sorted: SortedWrites | undefined;
}

const NO_WRITES: Part["writes"] = [];
const NO_CHECKS: readonly Check[] = [];

function* slicesOf({ settings }: Core, { writes, checks }: Part): Generator<Part> {
  const { sliceKeys } = settings;
  for (let at = 0; at < writes.length; at += sliceKeys) {
    yield { writes: writes.slice(at, at + sliceKeys), checks: NO_CHECKS };
  }
  for (let at = 0; at < checks.length; at += sliceKeys) {
    yield { writes: NO_WRITES, checks: checks.slice(at, at + sliceKeys) };
  }
}

function turn({ clock, settings }: Core): Promise<void> {
  const { slicePauseMicros } = settings;
  if (slicePauseMicros > 0) return clock.sleep(slicePauseMicros);
  return new Promise((resolve) => clock.endOfTick(resolve));
}

async function sortedWrites(core: Core, { writes }: Part): Promise<SortedWrites | undefined> {
  const sorted = SortedWrites.ofUpTo(writes.length);
  for (const slice of slicesOf(core, { writes, checks: NO_CHECKS })) {
    if (!sorted.add(slice.writes)) return undefined;
    await turn(core);
  }
  return sorted;
}

/** Judges and holds all of the part; what it held is given back if that cannot be. */
export async function holdInSlices(
  core: Core,
  judged: Judged,
  part: Part,
): Promise<Refusal | LargePart> {
  const { held } = core;
  const { transaction } = judged;
  const holds = !core.bugs.has("largeCommitsHoldNothing");
  const sorted = await sortedWrites(core, part);
  if (sorted !== undefined && holds) held.hold(transaction, { keys: [], spans: [], sorted });
  for (const slice of slicesOf(core, part)) {
    const writes = sorted === undefined ? slice.writes : NO_WRITES;
    if (holds) held.hold(transaction, claimsOf(writes, slice.checks));
    const refusal = judge(core, judged, slice);
    if (refusal !== undefined) {
      await releaseInSlices(core, transaction);
      return refusal;
    }
    await turn(core);
  }
  return { ...part, transaction, sorted };
}

/** The transaction commits at `at`; a promise where that is more than one list. */
export function recordInSlices(
  core: Core,
  part: LargePart,
  at: Timestamp,
): Promise<void> | undefined {
  const { sorted, writes, checks, transaction } = part;
  if (sorted !== undefined) core.index.recordSorted(sorted.committed(at));
  const rest = { writes: sorted === undefined ? writes : NO_WRITES, checks };
  if (rest.writes.length + rest.checks.length >= core.settings.sliceKeys) {
    return recordRest(core, transaction, rest, at);
  }
  recordPart(core, rest, at);
  core.held.release(transaction);
  return undefined;
}

async function recordRest(
  core: Core,
  transaction: TransactionId,
  rest: Part,
  at: Timestamp,
): Promise<void> {
  for (const slice of slicesOf(core, rest)) {
    recordPart(core, slice, at);
    await turn(core);
  }
  await releaseInSlices(core, transaction);
}

export async function releaseInSlices(core: Core, transaction: TransactionId): Promise<void> {
  while (core.held.releaseSome(transaction)) await turn(core);
}

export async function packInSlices(core: Core, mutations: MutationList): Promise<Buffer> {
  const { sliceKeys } = core.settings;
  const packer = new MutationPacker();
  for (let at = 0; at < mutations.length; at += sliceKeys) {
    packer.add(mutations.slice(at, at + sliceKeys));
    await turn(core);
  }
  return packer.finish();
}
