/**
 * Fills an empty replica from the others, so that it may vote again (docs/decisions/0030).
 *
 * It has forgotten what it promised and accepted. So it first makes a majority of all replicas, all
 * of them others, record that it is a new incarnation: from then on they refuse whoever counts on
 * the old one. Whatever was achieved by counting on the old one had an answer of one of these others,
 * given BEFORE it recorded the new one. So the largest promise that they tell of is at least what
 * was promised here, and the most advanced log among theirs holds all that may have been acknowledged.
 */
import type {
  Clock,
  DiskStore,
  DiskWrite,
  Incarnations,
  JoinedLog,
  JournalReplica,
  LogEntry,
  LogId,
  ReplicaJoinReply,
  ReplicaState,
} from "@firstlight/common";
import { ServiceError, invariant } from "@firstlight/common";
import { incarnationAt, newestOf, nextIncarnation } from "./incarnations.ts";
import { recordWrite } from "./replica-record.ts";
import { StoredLog } from "./stored-log.ts";
import { gather, within } from "./within.ts";

const REQUEST_MICROS = 5_000_000;
const CHUNK_BYTES = 1024 * 1024;

export interface ReplicaFillerParts {
  readonly clock: Clock;
  readonly place: number;
  /** How often the place was given to another process than before. */
  readonly generation: number;
  /** All but this one. */
  readonly others: readonly JournalReplica[];
  /** Empty. */
  readonly store: DiskStore;
}

interface Answer {
  readonly replica: JournalReplica;
  readonly reply: ReplicaJoinReply;
}

/** Where a log is copied from, and what the copy must know. */
interface Source {
  readonly log: LogId;
  readonly replica: JournalReplica;
  readonly state: ReplicaState;
  readonly promisedEpoch: number;
  readonly committed: number;
}

export class ReplicaFiller {
  readonly #parts: ReplicaFillerParts;

  constructor(parts: ReplicaFillerParts) {
    this.#parts = parts;
  }

  /** One attempt; after a failure the store must be emptied before the next one. */
  async fill(): Promise<void> {
    const { place, generation, store } = this.#parts;
    const known = await this.#ask(0);
    const incarnation = nextIncarnation(incarnationAt(membersOf(known), place), generation);
    if (incarnation === undefined) {
      const message = `another process has become journal replica ${place + 1}`;
      throw new ServiceError("fenced", message);
    }
    // A crash from here on leaves a store that says that it is incomplete.
    await store.commit([recordWrite({ standing: "joining", members: membersOf(known) })]);
    const answers = await this.#ask(incarnation);
    const members = membersOf(answers);
    if (incarnationAt(members, place) !== incarnation) {
      throw new ServiceError("unavailable", "another incarnation of this replica is known");
    }
    for (const source of sourcesOf(answers)) await this.#copy(source);
    await store.commit([recordWrite({ standing: "member", members })]);
  }

  async #ask(incarnation: number): Promise<readonly Answer[]> {
    const { clock, place, others } = this.#parts;
    const majority = ((others.length + 1) >> 1) + 1;
    const asked = others.map(async (replica): Promise<Answer> => {
      const reply = await within(clock, REQUEST_MICROS, replica.join({ place, incarnation }));
      return { replica, reply };
    });
    const { good, errors } = await gather(asked, majority, () => true);
    if (good.length >= majority) return good;
    const message = "too few of the other journal replicas answer";
    throw new ServiceError("unavailable", message, errors[0]);
  }

  async #copy({ log, replica, state, promisedEpoch, committed }: Source): Promise<void> {
    const { store } = this.#parts;
    const copy = new StoredLog(store, log);
    const { lastIndex, firstIndex, baseEpoch: epoch, baseTimestamp: timestamp } = state;
    // The copy begins where its source does: were the first entry left out, a log that is copied
    // from copies would lose one each time, in the end such as nobody else holds (I8).
    if (firstIndex > 1) {
      await store.commit([copy.baseWrite({ index: firstIndex - 1, epoch, timestamp })]);
    }
    for (let next = firstIndex; next <= lastIndex;) {
      const read = await this.#read(replica, log, next);
      const entries = read.filter(({ index }) => index <= lastIndex);
      await store.commit(entryWrites(copy, entries, committed));
      copy.settle(entries);
      next += entries.length;
    }
    if (copy.last.index !== lastIndex || copy.last.epoch !== state.lastEpoch) {
      throw new ServiceError("unavailable", `log ${log} changed while it was copied`);
    }
    await store.commit([
      copy.promiseWrite(promisedEpoch),
      copy.committedWrite(Math.min(committed, lastIndex)),
    ]);
  }

  async #read(replica: JournalReplica, log: LogId, from: number): Promise<readonly LogEntry[]> {
    const { clock } = this.#parts;
    const asked = replica.read(log, from, CHUNK_BYTES, true);
    const { entries } = await within(clock, REQUEST_MICROS, asked);
    if (entries.length > 0) return entries;
    throw new ServiceError("unavailable", `entry ${from} of log ${log} cannot be read`);
  }
}

/** An end that is replaced while it is copied shows as epochs that go back, or as another last entry. */
function entryWrites(
  copy: StoredLog,
  entries: readonly LogEntry[],
  committed: number,
): DiskWrite[] {
  return entries.map((entry) => {
    if (entry.index > committed && entry.epoch < copy.last.epoch) {
      throw new ServiceError("unavailable", `log ${copy.name} changed while it was copied`);
    }
    invariant(entry.index === copy.last.index + 1, () => `${copy.name}: gap at ${entry.index}`);
    return copy.accept(entry);
  });
}

function membersOf(answers: readonly Answer[]): Incarnations {
  let members: Incarnations = [];
  for (const { reply } of answers) members = newestOf(members, reply.members);
  return members;
}

function sourcesOf(answers: readonly Answer[]): readonly Source[] {
  const sources = new Map<LogId, Source>();
  for (const { replica, reply } of answers) {
    for (const told of reply.logs)
      sources.set(told.log, better(sources.get(told.log), told, replica));
  }
  return [...sources.values()];
}

function better(known: Source | undefined, told: JoinedLog, replica: JournalReplica): Source {
  const { log, state } = told;
  const promisedEpoch = Math.max(known?.promisedEpoch ?? 0, state.promisedEpoch);
  const committed = Math.max(known?.committed ?? 0, state.committed);
  if (known !== undefined && !isMoreAdvanced(state, known.state)) {
    return { ...known, promisedEpoch, committed };
  }
  return { log, replica, state, promisedEpoch, committed };
}

function isMoreAdvanced(a: ReplicaState, b: ReplicaState): boolean {
  if (a.lastEpoch !== b.lastEpoch) return a.lastEpoch > b.lastEpoch;
  if (a.lastIndex !== b.lastIndex) return a.lastIndex > b.lastIndex;
  // Of equals the one that remembers more.
  return a.firstIndex < b.firstIndex;
}
