/** An adjudicator in another process. */
import type {
  Adjudicator,
  CommitReply,
  CommitRequest,
  Decision,
  Heartbeat,
  Outcome,
  PrepareReply,
  PrepareRequest,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import {
  commitReplyFrom,
  fromHeartbeat,
  fromOutcome,
  malformed,
  prepareReplyFrom,
  toCommit,
  toDecision,
  toPrepare,
} from "../convert/adjudicator.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

function commitBytes(request: CommitRequest): number {
  let bytes = 0;
  for (const { key, value } of request.mutations) bytes += key.length + (value?.length ?? 0) + 8;
  return bytes;
}

export class AdjudicatorStub implements Adjudicator {
  readonly #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
  }

  async commit(request: CommitRequest): Promise<CommitReply> {
    const frame = await this.#client.call({ commit: toCommit(request) }, commitBytes(request));
    if (!frame.verdictReply) throw malformed("answer to commit");
    return commitReplyFrom(frame.verdictReply);
  }

  async prepare(request: PrepareRequest): Promise<PrepareReply> {
    const frame = await this.#client.call({ prepare: toPrepare(request) });
    if (!frame.verdictReply) throw malformed("answer to prepare");
    return prepareReplyFrom(frame.verdictReply);
  }

  async decide(decision: Decision): Promise<void> {
    await this.#client.call({ decide: toDecision(decision) });
  }

  async outcome(transaction: TransactionId): Promise<Outcome> {
    const frame = await this.#client.call({ outcome: { transaction } });
    if (!frame.outcomeReply) throw malformed("answer to outcome");
    return fromOutcome(frame.outcomeReply);
  }

  async heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    const frame = await this.#client.call({ heartbeat: { atLeast } });
    if (!frame.heartbeatReply) throw malformed("answer to heartbeat");
    return fromHeartbeat(frame.heartbeatReply);
  }
}
