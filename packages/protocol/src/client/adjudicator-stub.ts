/** An adjudicator of one log in another process. */
import type {
  Adjudicator,
  CommitReply,
  CommitRequest,
  ConflictReport,
  Decision,
  Heartbeat,
  LogId,
  Outcome,
  PrepareReply,
  PrepareRequest,
  RangeMap,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import { decodeRangeMap } from "@firstlight/common";
import {
  commitReplyFrom,
  fromHeartbeat,
  fromOutcome,
  fromReport,
  malformed,
  packLarge,
  prepareReplyFrom,
  toCommit,
  toDecision,
  toPrepare,
} from "../convert/adjudicator.ts";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

function commitBytes(request: CommitRequest): number {
  if (request.packed !== undefined) return request.packed.length;
  let bytes = 0;
  for (const { key, value } of request.mutations) bytes += key.length + (value?.length ?? 0) + 8;
  return bytes;
}

export class AdjudicatorStub implements Adjudicator {
  readonly #client: RpcClient;
  readonly #log: LogId | undefined;

  /** `log`: which of the logs that the process may serve; undefined where it serves one only. */
  constructor(client: RpcClient, log?: LogId) {
    this.#client = client;
    this.#log = log;
  }

  #call(body: Frame, bytes = 0): Promise<Frame__Output> {
    if (this.#log !== undefined) body.log = this.#log;
    return this.#client.call(body, bytes);
  }

  async commit(request: CommitRequest): Promise<CommitReply> {
    const packed = packLarge(request, this.#client.turn);
    const sent = packed instanceof Promise ? await packed : packed;
    const frame = await this.#call({ commit: toCommit(sent) }, commitBytes(sent));
    if (!frame.verdictReply) throw malformed("answer to commit");
    return commitReplyFrom(frame.verdictReply);
  }

  async prepare(request: PrepareRequest): Promise<PrepareReply> {
    const frame = await this.#call({ prepare: toPrepare(request) });
    if (!frame.verdictReply) throw malformed("answer to prepare");
    return prepareReplyFrom(frame.verdictReply);
  }

  async decide(decision: Decision): Promise<void> {
    await this.#call({ decide: toDecision(decision) });
  }

  async outcome(transaction: TransactionId, after?: Timestamp): Promise<Outcome> {
    const frame = await this.#call({ outcome: { transaction, after: after ?? 0 } });
    if (!frame.outcomeReply) throw malformed("answer to outcome");
    return fromOutcome(frame.outcomeReply);
  }

  async heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    const frame = await this.#call({ heartbeat: { atLeast } });
    if (!frame.heartbeatReply) throw malformed("answer to heartbeat");
    return fromHeartbeat(frame.heartbeatReply);
  }

  async ranges(atLeast: Timestamp): Promise<RangeMap> {
    const frame = await this.#call({ ranges: { atLeast } });
    if (!frame.rangesReply) throw malformed("answer to ranges");
    return decodeRangeMap(frame.rangesReply.ranges);
  }

  async conflicts(): Promise<ConflictReport> {
    const frame = await this.#call({ conflicts: {} });
    if (!frame.conflictsReply) throw malformed("answer to conflicts");
    return fromReport(frame.conflictsReply);
  }
}
