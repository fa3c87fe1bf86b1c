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
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import {
  SqlError,
  isGlobalKey,
  isServiceError,
  notificationLog,
  rangeOf,
  schemaFenceKey,
  transactionId,
} from "@firstlight/common";
import type { ClusterView } from "./cluster-view.ts";
import { userError } from "../engine/service-failure.ts";
import type { KvTransaction } from "./kv-transaction.ts";
import type { WriteEntry } from "./write-set.ts";
import { isTemporaryKey } from "./temporary-keys.ts";

export interface CommitPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** How long to ask for the outcome of a commit whose answer was lost, in microseconds. */
  readonly outcomePatienceMicros: number;
}

export type CommitResult =
  | { readonly verdict: "committed"; readonly timestamp: Timestamp }
  | Exclude<CommitReply, { verdict: "committed" }>;

/** The step of a table, by its OID, that plans of the transaction were made on. */
export type OnlineStepOf = (table: number) => number;

export function newTransactionId(random: Random): TransactionId {
  return transactionId(Buffer.from(random.bytes(16)).toString("hex"));
}

/**
 * Throws 08007 if the outcome cannot be learned; 53000 if a bound was reached, 53100 if the disk is
 * full, and nothing done.
 */
export async function commitTransaction(
  cluster: ClusterView,
  ports: CommitPorts,
  transaction: KvTransaction,
  onlineStepOf: OnlineStepOf = () => 0,
): Promise<CommitResult> {
  const { request, coordinator } = await buildRequest(cluster, ports, transaction, onlineStepOf);
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
    return resolveOutcome(cluster, ports, coordinator, request.transaction);
  }
}

/** Whether others are to see any of it: writes to temporary relations stay with the session. */
export function writesShared({ writes }: KvTransaction): boolean {
  for (const key of writes.sampleKeys()) if (!isTemporaryKey(key)) return true;
  return false;
}

/** Mutations gathered in one turn of the event loop. */
const GATHERED_PER_TURN = 8_192;

interface Routed {
  readonly request: CommitRequest;
  readonly coordinator: LogId;
}

async function buildRequest(
  cluster: ClusterView,
  { clock, random }: CommitPorts,
  transaction: KvTransaction,
  onlineStepOf: OnlineStepOf,
): Promise<Routed> {
  const mutations: Mutation[] = [];
  const owners = new KeyOwners(cluster);
  let left = GATHERED_PER_TURN;
  for (const batch of transaction.writes.batches()) {
    for (const mutation of batch) {
      if (isTemporaryKey(mutation.key)) continue;
      owners.add(mutation.key);
      mutations.push(mutation.delta === undefined ? mutation : asSent(mutation));
    }
    left -= batch.length;
    if (left > 0) continue;
    left = GATHERED_PER_TURN;
    await new Promise<void>((resolve) => clock.endOfTick(resolve));
  }
  const checks = transaction.commitChecks();
  for (const table of transaction.dependencies) {
    checks.push({ key: schemaFenceKey(table, onlineStepOf(table)), intent: "R" });
  }
  for (const key of transaction.dependencyKeys) checks.push({ key, intent: "R" });
  const plain = {
    transaction: newTransactionId(random),
    snapshot: transaction.snapshot,
    mutations,
    checks,
    participants: participantsOf(cluster, owners, checks),
  };
  const request = transaction.notifies ? notifying(cluster, plain, transaction) : plain;
  return { request, coordinator: chooseCoordinator(cluster, request, owners) };
}

/** Of a row that is only added to, what is added. */
function asSent({ key, delta, intent }: WriteEntry): Mutation {
  return { key, value: delta, intent };
}

/** How many of a transaction's keys each adjudicator owns. */
class KeyOwners {
  readonly #ranges: ClusterView["adjudicators"];
  readonly #owned = new Map<LogId, number>();
  isGlobal = false;

  constructor({ adjudicators }: ClusterView) {
    this.#ranges = adjudicators;
  }

  add(key: Key): void {
    if (this.#ranges.length === 1) return;
    if (isGlobalKey(key)) {
      this.isGlobal = true;
      return;
    }
    const { log } = rangeOf(this.#ranges, key);
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
function notifying(
  cluster: ClusterView,
  request: CommitRequest,
  transaction: KvTransaction,
): CommitRequest {
  const log = notificationLog(cluster.adjudicators);
  const { notifications } = transaction.notifications;
  const writes = request.mutations.length > 0 || request.checks.length > 0;
  const participants = writes ? [...new Set([...request.participants, log])] : [log];
  return { ...request, participants, notifications };
}

/** Writers of global keys involve everyone; checks on them ride along with whoever is involved. */
function participantsOf(
  cluster: ClusterView,
  owners: KeyOwners,
  checks: readonly Check[],
): LogId[] {
  const [first] = cluster.adjudicators;
  if (first !== undefined && cluster.adjudicators.length === 1) return [first.log];
  if (owners.isGlobal) return cluster.adjudicators.map((range) => range.log);
  const involved = new Set(owners.logs);
  for (const check of checks) addCheck(cluster, check, involved);
  if (involved.size === 0 && first !== undefined) involved.add(first.log);
  return [...involved];
}

function addCheck(cluster: ClusterView, check: Check, involved: Set<LogId>): void {
  if ("key" in check) {
    if (!isGlobalKey(check.key)) involved.add(rangeOf(cluster.adjudicators, check.key).log);
    return;
  }
  for (const range of cluster.adjudicators) {
    if (range.span.start < check.span.end && check.span.start < range.span.end) {
      involved.add(range.log);
    }
  }
}

/** The participant that owns most of the keys writes the entry: fewest keys have to be held. */
function chooseCoordinator(cluster: ClusterView, request: CommitRequest, owners: KeyOwners): LogId {
  const [only] = request.participants;
  if (only !== undefined && request.participants.length === 1) return only;
  if (request.notifications !== undefined) return notificationLog(cluster.adjudicators);
  let best: { log: LogId; owned: number } | undefined;
  for (const { log } of cluster.adjudicators) {
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
  transaction: TransactionId,
): Promise<CommitResult> {
  const giveUp = ports.clock.monotonicMicros() + ports.outcomePatienceMicros;
  for (let pause = 10_000; ports.clock.monotonicMicros() < giveUp; pause = nextPause(pause)) {
    const answer = await askOutcome(cluster, coordinator, transaction);
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
  transaction: TransactionId,
): Promise<Outcome> {
  try {
    return await cluster.adjudicator(coordinator).outcome(transaction);
  } catch (error) {
    if (isServiceError(error)) return { outcome: "unknown" };
    throw error;
  }
}
