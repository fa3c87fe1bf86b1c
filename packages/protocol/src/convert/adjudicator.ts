/** Adjudicator messages between contract and wire. Only here do wire values become keys and ids. */
import type {
  Check,
  CommitReply,
  CommitRequest,
  Conflict,
  ConflictReport,
  Decision,
  Heartbeat,
  Intent,
  MaybePromise,
  Outcome,
  PrepareReply,
  PrepareRequest,
} from "@firstlight/common";
import {
  MutationPacker,
  PackedMutations,
  ServiceError,
  decodeRangeMap,
  encodeRangeMap,
  keyFromBytes,
  keyToBytes,
  logId,
  numbered,
  packMutations,
  packNotifications,
  timestamp,
  transactionId,
  unpackMutations,
  unpackNotifications,
  withoutNumber,
} from "@firstlight/common";
import type { Check as WireCheck, Check__Output } from "../gen/firstlight/v1/Check.ts";
import type {
  CommitRequest as WireCommit,
  CommitRequest__Output,
} from "../gen/firstlight/v1/CommitRequest.ts";
import type { Conflict as WireConflict, Conflict__Output } from "../gen/firstlight/v1/Conflict.ts";
import type {
  ConflictReport as WireReport,
  ConflictReport__Output,
} from "../gen/firstlight/v1/ConflictReport.ts";
import type { Decision as WireDecision, Decision__Output } from "../gen/firstlight/v1/Decision.ts";
import type {
  Heartbeat as WireHeartbeat,
  Heartbeat__Output,
} from "../gen/firstlight/v1/Heartbeat.ts";
import type { Intent__Output } from "../gen/firstlight/v1/Intent.ts";
import { Intent as WireIntent } from "../gen/firstlight/v1/Intent.ts";
import type { OutcomeReply, OutcomeReply__Output } from "../gen/firstlight/v1/OutcomeReply.ts";
import { _firstlight_v1_OutcomeReply_Outcome as WireOutcome } from "../gen/firstlight/v1/OutcomeReply.ts";
import type {
  PrepareRequest as WirePrepare,
  PrepareRequest__Output,
} from "../gen/firstlight/v1/PrepareRequest.ts";
import { Verdict } from "../gen/firstlight/v1/Verdict.ts";
import type { VerdictReply, VerdictReply__Output } from "../gen/firstlight/v1/VerdictReply.ts";

/** A message that this version does not understand. */
export function malformed(what: string): ServiceError {
  return new ServiceError("unavailable", `malformed message: ${what}`);
}

const INTENTS: readonly (Intent | undefined)[] = [undefined, "X", "U", "K", "R", "D"];

function intentFrom(wire: Intent__Output): Intent {
  const intent = INTENTS[wire];
  if (intent === undefined) throw malformed("intent");
  return intent;
}

function toCheck(check: Check): WireCheck {
  if ("key" in check) return { start: keyToBytes(check.key), intent: WireIntent[check.intent] };
  const { span, intent } = check;
  return { start: keyToBytes(span.start), end: keyToBytes(span.end), intent: WireIntent[intent] };
}

function fromCheck(check: Check__Output): Check {
  const intent = intentFrom(check.intent);
  const start = keyFromBytes(check.start);
  if (check._end === "end" && check.end !== undefined) {
    return { span: { start, end: keyFromBytes(check.end) }, intent: "R" };
  }
  if (intent === "X" || intent === "K" || intent === "R") return { key: start, intent };
  throw malformed("intent of a check");
}

export function toCommit(request: CommitRequest): WireCommit {
  const { notifications } = request;
  return {
    ...(notifications === undefined ? {} : { notifications: packNotifications(notifications) }),
    transaction: request.transaction,
    snapshot: request.snapshot,
    sent: request.sent ?? 0,
    mutations:
      request.packed === undefined
        ? packMutations(request.mutations)
        : numbered(request.packed, request.mutations.length),
    checks: request.checks.map(toCheck),
    participants: [...request.participants],
  };
}

/** Bytes that are packed or unpacked in one turn of the event loop. */
const TURN_BYTES = 1 << 20;
const TURN_MUTATIONS = 8_192;

/** Others have their turn. */
export type Turn = () => Promise<void>;

/** With its mutations packed, if they are many: packing all of them at once would take long. */
export function packLarge(request: CommitRequest, turn: Turn): MaybePromise<CommitRequest> {
  if (request.packed !== undefined || request.mutations.length <= TURN_MUTATIONS) return request;
  return packInTurns(request, turn);
}

async function packInTurns(request: CommitRequest, turn: Turn): Promise<CommitRequest> {
  const { mutations } = request;
  const packer = new MutationPacker();
  for (let at = 0; at < mutations.length; at += TURN_MUTATIONS) {
    packer.add(mutations.slice(at, at + TURN_MUTATIONS));
    await turn();
  }
  return { ...request, packed: packer.finish() };
}

export function fromCommit(wire: CommitRequest__Output, turn?: Turn): MaybePromise<CommitRequest> {
  const request = commitFrom(wire);
  if (turn === undefined || wire.mutations.length <= TURN_BYTES) {
    return { ...request, mutations: unpackMutations(wire.mutations) };
  }
  return unpackInTurns(request, wire.mutations, turn);
}

async function unpackInTurns(
  request: CommitRequest,
  numberedBytes: Uint8Array,
  turn: Turn,
): Promise<CommitRequest> {
  const { packed, count } = withoutNumber(numberedBytes);
  const mutations = new PackedMutations(packed, count);
  while (mutations.check(TURN_BYTES)) await turn();
  return { ...request, mutations, packed };
}

/** All but the mutations. */
function commitFrom(request: CommitRequest__Output): CommitRequest {
  const { notifications } = request;
  return {
    ...(request._notifications === "notifications" && notifications !== undefined
      ? { notifications: unpackNotifications(notifications) }
      : {}),
    transaction: transactionId(request.transaction),
    snapshot: timestamp(request.snapshot),
    ...(request.sent === 0 ? {} : { sent: timestamp(request.sent) }),
    mutations: [],
    checks: request.checks.map(fromCheck),
    participants: request.participants.map(logId),
  };
}

export function toPrepare(request: PrepareRequest): WirePrepare {
  return {
    transaction: request.transaction,
    coordinator: request.coordinator,
    snapshot: request.snapshot,
    writes: packMutations(request.writes.map((write) => ({ ...write, value: undefined }))),
    checks: request.checks.map(toCheck),
    ...(request.ranges === undefined ? {} : { ranges: encodeRangeMap(request.ranges) }),
  };
}

export function fromPrepare(request: PrepareRequest__Output): PrepareRequest {
  const { ranges } = request;
  return {
    transaction: transactionId(request.transaction),
    coordinator: logId(request.coordinator),
    snapshot: timestamp(request.snapshot),
    writes: unpackMutations(request.writes).map(({ key, intent }) => ({ key, intent })),
    checks: request.checks.map(fromCheck),
    ...(request._ranges === "ranges" && ranges !== undefined
      ? { ranges: decodeRangeMap(ranges) }
      : {}),
  };
}

function toConflict(conflict: Conflict): WireConflict {
  const { key, intent, winnerIntent, winnerTimestamp } = conflict;
  const wire = {
    key: keyToBytes(key),
    intent: WireIntent[intent],
    winnerIntent: WireIntent[winnerIntent],
  };
  return winnerTimestamp === undefined ? wire : { ...wire, winnerTimestamp };
}

function fromConflict(conflict: Conflict__Output): Conflict {
  const known = conflict._winnerTimestamp === "winnerTimestamp";
  return {
    key: keyFromBytes(conflict.key),
    intent: intentFrom(conflict.intent),
    winnerIntent: intentFrom(conflict.winnerIntent),
    winnerTimestamp: known ? timestamp(conflict.winnerTimestamp ?? 0) : undefined,
  };
}

export function toVerdict(reply: CommitReply | PrepareReply): VerdictReply {
  switch (reply.verdict) {
    case "committed":
      return { verdict: Verdict.COMMITTED, timestamp: reply.timestamp };
    case "prepared":
      return { verdict: Verdict.PREPARED, timestamp: reply.lowerBound, leaseEnd: reply.leaseEnd };
    case "conflict":
      return { verdict: Verdict.CONFLICT, conflict: toConflict(reply.conflict) };
    case "tooOld":
      return { verdict: Verdict.TOO_OLD, floor: reply.floor };
    case "aborted":
      return { verdict: Verdict.ABORTED, reason: reply.reason };
    case "moved":
      return { verdict: Verdict.MOVED, ranges: encodeRangeMap(reply.ranges) };
  }
}

type Refusal = Exclude<CommitReply, { readonly verdict: "committed" }>;

function refusalFrom(reply: VerdictReply__Output): Refusal {
  if (reply.verdict === Verdict.CONFLICT && reply.conflict) {
    return { verdict: "conflict", conflict: fromConflict(reply.conflict) };
  }
  if (reply.verdict === Verdict.TOO_OLD)
    return { verdict: "tooOld", floor: timestamp(reply.floor) };
  if (reply.verdict === Verdict.ABORTED) return { verdict: "aborted", reason: reply.reason };
  if (reply.verdict === Verdict.MOVED) {
    return { verdict: "moved", ranges: decodeRangeMap(reply.ranges) };
  }
  throw malformed("verdict");
}

export function commitReplyFrom(reply: VerdictReply__Output): CommitReply {
  if (reply.verdict !== Verdict.COMMITTED) return refusalFrom(reply);
  return { verdict: "committed", timestamp: timestamp(reply.timestamp) };
}

export function prepareReplyFrom(reply: VerdictReply__Output): PrepareReply {
  if (reply.verdict !== Verdict.PREPARED) return refusalFrom(reply);
  const lowerBound = timestamp(reply.timestamp);
  return { verdict: "prepared", lowerBound, leaseEnd: timestamp(reply.leaseEnd) };
}

export function toDecision(decision: Decision): WireDecision {
  const { transaction, outcome, timestamp: at } = decision;
  return { transaction, committed: outcome === "committed", timestamp: at };
}

export function fromDecision(decision: Decision__Output): Decision {
  return {
    transaction: transactionId(decision.transaction),
    outcome: decision.committed ? "committed" : "aborted",
    timestamp: timestamp(decision.timestamp),
  };
}

export function toOutcome(outcome: Outcome): OutcomeReply {
  if (outcome.outcome === "committed") {
    return { outcome: WireOutcome.COMMITTED, timestamp: outcome.timestamp };
  }
  return { outcome: outcome.outcome === "aborted" ? WireOutcome.ABORTED : WireOutcome.UNKNOWN };
}

export function fromOutcome(reply: OutcomeReply__Output): Outcome {
  if (reply.outcome === WireOutcome.COMMITTED) {
    return { outcome: "committed", timestamp: timestamp(reply.timestamp) };
  }
  return { outcome: reply.outcome === WireOutcome.ABORTED ? "aborted" : "unknown" };
}

export function toHeartbeat(heartbeat: Heartbeat): WireHeartbeat {
  const { log, epoch, watermark, index } = heartbeat;
  return { log, epoch, watermark, index };
}

export function fromHeartbeat(heartbeat: Heartbeat__Output): Heartbeat {
  const { log, epoch, watermark, index } = heartbeat;
  return { log: logId(log), epoch, watermark: timestamp(watermark), index };
}

export function toReport({ log, recent, hottest }: ConflictReport): WireReport {
  return {
    log,
    recent: recent.map(({ at, ...conflict }) => ({ at, conflict: toConflict(conflict) })),
    hottest: hottest.map(({ key, ...counts }) => ({ key: keyToBytes(key), ...counts })),
  };
}

export function fromReport({ log, recent, hottest }: ConflictReport__Output): ConflictReport {
  return {
    log: logId(log),
    recent: recent.map(({ at, conflict }) => {
      if (!conflict) throw malformed("lost conflict");
      return { ...fromConflict(conflict), at: timestamp(at) };
    }),
    hottest: hottest.map(({ key, conflicts, overestimate, lastAt }) => ({
      key: keyFromBytes(key),
      conflicts,
      overestimate,
      lastAt: timestamp(lastAt),
    })),
  };
}
