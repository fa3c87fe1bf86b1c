/**
 * Commit: one request to the coordinator, and a definite answer out of whatever comes back (I9).
 * A transaction that wrote and locked nothing sends no message.
 */
import type {
  Check,
  Clock,
  CommitReply,
  CommitRequest,
  Key,
  LogId,
  Mutation,
  Outcome,
  Random,
  RangeMap,
  TransactionId,
} from "@firstlight/common";
import {
  SqlError,
  isGlobalKey,
  isServiceError,
  firstLog,
  laterOf,
  ownerOf,
  ownersOf,
  schemaFenceKey,
  transactionId,
} from "@firstlight/common";
import type { ClusterView } from "./cluster-view.ts";
import { userError } from "../engine/service-failure.ts";
import type { KvTransaction } from "./kv-transaction.ts";
import { LARGE_COMMIT_BYTES, type LargeCommits } from "./large-commits.ts";
import { MutationBytes } from "./mutation-bytes.ts";
import type { WriteEntry, WriteSet } from "./write-set.ts";
import { isTemporaryKey } from "./temporary-keys.ts";

export interface CommitPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** How long to ask for the outcome of a commit whose answer was lost, in microseconds. */
  readonly outcomePatienceMicros: number;
  /** Undefined: they do not wait for each other. */
  readonly largeCommits?: LargeCommits;
}

export type CommitResult = Exclude<CommitReply, { verdict: "moved" }>;

/** So often a transaction is sent where its keys have gone. */
const ROUTES_MAX = 5;

/** The fence of a table, by its OID, that stands for the schema that plans of the transaction have. */
export type FenceOf = (table: number) => Key;

export function newTransactionId(random: Random): TransactionId {
  return transactionId(Buffer.from(random.bytes(16)).toString("hex"));
}

/**
 * Throws 08007 if the outcome cannot be learned; 53000 if a bound was reached, 53100 if the disk is
 * full, and nothing done.
 */
export function commitTransaction(
  cluster: ClusterView,
  ports: CommitPorts,
  transaction: KvTransaction,
  fenceOf: FenceOf = (table) => schemaFenceKey(table, 0),
): Promise<CommitResult> {
  const commit = (): Promise<CommitResult> => commitNow(cluster, ports, transaction, fenceOf);
  const { largeCommits } = ports;
  const isLarge = transaction.writes.bytes >= LARGE_COMMIT_BYTES;
  return isLarge && largeCommits !== undefined ? largeCommits.run(commit) : commit();
}

async function commitNow(
  cluster: ClusterView,
  ports: CommitPorts,
  transaction: KvTransaction,
  fenceOf: FenceOf,
): Promise<CommitResult> {
  const gathered = await gather(ports, transaction, fenceOf);
  for (let left = ROUTES_MAX; left > 0; left--) {
    // Another transaction each time: the one before will never be committed (I9).
    const sent = cluster.sentAt?.() ?? ports.clock.now().earliest;
    const unrouted = { ...gathered, sent, transaction: newTransactionId(ports.random) };
    const routed = await routedBy(cluster, ports, unrouted);
    const result = await sendCommit(cluster, ports, routed);
    if (result.verdict !== "moved") return result;
    cluster.ranges.learn(result.ranges);
  }
  return { verdict: "aborted", reason: "its keys are moved from adjudicator to adjudicator" };
}

async function sendCommit(
  cluster: ClusterView,
  ports: CommitPorts,
  { request, coordinator }: Routed,
): Promise<CommitReply> {
  const adjudicator = cluster.adjudicator(coordinator);
  try {
    return await adjudicator.commit(request);
  } catch (error) {
    if (isServiceError(error, "full")) throw userError(error);
    if (isServiceError(error, "overloaded")) {
      throw new SqlError("53000", "too many transactions wait to be committed", {
        hint: "Retry the transaction after a short wait.",
        cause: error,
      });
    }
    if (!isServiceError(error)) throw error;
    return resolveOutcome(cluster, ports, coordinator, request);
  }
}

/** Whether others are to see any of it: writes to temporary relations stay with the session. */
export function writesShared({ writes }: KvTransaction): boolean {
  for (const key of writes.sampleKeys()) if (!isTemporaryKey(key)) return true;
  return false;
}

/** From so many keys on an adjudicator, or the way to one, would pack them anyway. */
const PACKED_MIN = 4_096;

/** Mutations gathered, and routed, in one turn of the event loop. */
const GATHERED_PER_TURN = 8_192;

interface Routed {
  readonly request: CommitRequest;
  readonly coordinator: LogId;
}

type Unrouted = Omit<CommitRequest, "participants">;
type Gathered = Omit<Unrouted, "transaction">;

async function gather(
  { clock }: CommitPorts,
  transaction: KvTransaction,
  fenceOf: FenceOf,
): Promise<Gathered> {
  // BEFORE the writes are moved: whether a key was written is asked here.
  const checks = transaction.commitChecks();
  for (const table of transaction.dependencies) {
    checks.push({ key: fenceOf(table), intent: "R" });
  }
  for (const key of transaction.dependencyKeys) checks.push({ key, intent: "R" });
  const { snapshot, writes } = transaction;
  const written = writes.size < PACKED_MIN ? few(writes) : await many(clock, writes);
  const plain = { snapshot, checks, ...written };
  if (!transaction.notifies) return plain;
  return { ...plain, notifications: transaction.notifications.notifications };
}

function isShared(someKey: Key): boolean {
  return !isTemporaryKey(someKey);
}

type Written = Pick<CommitRequest, "mutations" | "packed">;

function few(writes: WriteSet): Written {
  const mutations: Mutation[] = [];
  for (const batch of writes.batches(isShared)) {
    for (const entry of batch) mutations.push(entry.delta === undefined ? entry : asSent(entry));
  }
  return { mutations };
}

/** The writes are not kept beside their bytes: nobody reads them any more. */
async function many(clock: Clock, writes: WriteSet): Promise<Written> {
  const bytes = new MutationBytes(writes);
  for (const _ of writes.moveTo(bytes, isShared)) {
    await new Promise<void>((resolve) => clock.endOfTick(resolve));
  }
  return bytes.finish();
}

async function routedBy(
  cluster: ClusterView,
  { clock }: CommitPorts,
  unrouted: Unrouted,
): Promise<Routed> {
  const { mutations, checks } = unrouted;
  const owners = new KeyOwners(cluster);
  const counted = cluster.logs.length === 1 ? 0 : mutations.length;
  for (let from = 0; from < counted; from += GATHERED_PER_TURN) {
    if (from > 0) await new Promise<void>((resolve) => clock.endOfTick(resolve));
    for (const { key } of mutations.slice(from, from + GATHERED_PER_TURN)) owners.add(key);
  }
  const plain = { ...unrouted, participants: participantsOf(cluster, owners, checks) };
  const request = plain.notifications === undefined ? plain : notifying(cluster, plain);
  return { request, coordinator: chooseCoordinator(cluster, request, owners) };
}

/** Of a row that is only added to, what is added. */
function asSent({ key, delta, intent }: WriteEntry): Mutation {
  return { key, value: delta, intent };
}

/** How many of a transaction's keys each adjudicator owns. */
class KeyOwners {
  readonly #logs: readonly LogId[];
  readonly #map: RangeMap;
  readonly #owned = new Map<LogId, number>();
  isGlobal = false;

  constructor({ logs, ranges }: ClusterView) {
    this.#logs = logs;
    this.#map = ranges.map;
  }

  add(key: Key): void {
    if (this.#logs.length === 1) return;
    if (isGlobalKey(key)) {
      this.isGlobal = true;
      return;
    }
    const log = ownerOf(this.#map, key);
    this.#owned.set(log, (this.#owned.get(log) ?? 0) + 1);
  }

  /** Global keys, which are everybody's, do not count. */
  countOf(log: LogId): number {
    return this.#owned.get(log) ?? 0;
  }

  get logs(): Iterable<LogId> {
    return this.#owned.keys();
  }
}

/** Notifications have one log, whatever else the transaction writes. */
function notifying(cluster: ClusterView, request: CommitRequest): CommitRequest {
  const log = firstLog(cluster.logs);
  const writes = request.mutations.length > 0 || request.checks.length > 0;
  const participants = writes ? [...new Set([...request.participants, log])] : [log];
  return { ...request, participants };
}

/** Writers of global keys involve everyone; checks on them ride along with whoever is involved. */
function participantsOf(
  cluster: ClusterView,
  owners: KeyOwners,
  checks: readonly Check[],
): LogId[] {
  if (cluster.logs.length === 1 || owners.isGlobal) return [...cluster.logs];
  const involved = new Set(owners.logs);
  for (const check of checks) addCheck(cluster, check, involved);
  if (involved.size === 0) involved.add(firstLog(cluster.logs));
  return [...involved];
}

function addCheck(cluster: ClusterView, check: Check, involved: Set<LogId>): void {
  if ("key" in check) {
    if (!isGlobalKey(check.key)) involved.add(ownerOf(cluster.ranges.map, check.key));
    return;
  }
  for (const log of ownersOf(cluster.ranges.map, check.span)) involved.add(log);
}

/** The participant that owns most of the keys writes the entry: fewest keys have to be held. */
function chooseCoordinator(cluster: ClusterView, request: CommitRequest, owners: KeyOwners): LogId {
  const [only] = request.participants;
  if (only !== undefined && request.participants.length === 1) return only;
  if (request.notifications !== undefined) return firstLog(cluster.logs);
  let best: { log: LogId; owned: number } | undefined;
  for (const log of cluster.logs) {
    if (!request.participants.includes(log)) continue;
    const owned = owners.countOf(log);
    if (best === undefined || owned > best.owned) best = { log, owned };
  }
  if (best === undefined) throw new RangeError("a commit needs a participant");
  return best.log;
}

/** The answer was lost: the coordinator, or its successor, knows from the log what became of it. */
async function resolveOutcome(
  cluster: ClusterView,
  ports: CommitPorts,
  coordinator: LogId,
  request: CommitRequest,
): Promise<CommitResult> {
  const { transaction } = request;
  const giveUp = ports.clock.monotonicMicros() + ports.outcomePatienceMicros;
  for (let pause = 10_000; ports.clock.monotonicMicros() < giveUp; pause = nextPause(pause)) {
    const answer = await askOutcome(cluster, coordinator, request);
    if (answer.outcome === "committed")
      return { verdict: "committed", timestamp: answer.timestamp };
    if (answer.outcome === "aborted") {
      return { verdict: "aborted", reason: "the coordinator did not commit it" };
    }
    await ports.clock.sleep(pause * (0.5 + ports.random.next()));
  }
  throw new SqlError("08007", "the outcome of the transaction is unknown", {
    detail: `The coordinator of transaction ${transaction} could not be reached.`,
    hint: "Check whether its effects are there before repeating it.",
  });
}

/** A takeover takes about a second: not much is to be added to it. */
const OUTCOME_PAUSE_MICROS_MAX = 150_000;

function nextPause(pause: number): number {
  return Math.min(pause * 2, OUTCOME_PAUSE_MICROS_MAX);
}

async function askOutcome(
  cluster: ClusterView,
  coordinator: LogId,
  { transaction, snapshot, sent = snapshot }: CommitRequest,
): Promise<Outcome> {
  try {
    return await cluster.adjudicator(coordinator).outcome(transaction, laterOf(snapshot, sent));
  } catch (error) {
    if (isServiceError(error)) return { outcome: "unknown" };
    throw error;
  }
}
