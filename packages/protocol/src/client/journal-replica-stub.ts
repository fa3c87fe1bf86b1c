/** A journal replica in another process. */
import type {
  Incarnations,
  JournalReplica,
  LogId,
  ReadResult,
  ReplicaAppend,
  ReplicaAppendReply,
  ReplicaJoin,
  ReplicaJoinReply,
  ReplicaPromiseReply,
  ReplicaState,
  Subscription,
  TailListener,
} from "@firstlight/common";
import { malformed } from "../convert/adjudicator.ts";
import {
  entriesBytes,
  fromAppendReply,
  fromEntry,
  fromJoinReply,
  fromPromiseReply,
  fromReadReply,
  fromState,
  toAppend,
} from "../convert/journal.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export class JournalReplicaStub implements JournalReplica {
  readonly #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
  }

  async append(request: ReplicaAppend): Promise<ReplicaAppendReply> {
    const bytes = entriesBytes(request.entries);
    const frame = await this.#client.call({ append: toAppend(request) }, bytes);
    if (!frame.appendReply) throw malformed("answer to append");
    return fromAppendReply(frame.appendReply);
  }

  async promise(log: LogId, epoch: number, members: Incarnations): Promise<ReplicaPromiseReply> {
    const frame = await this.#client.call({ promise: { log, epoch, members: [...members] } });
    if (!frame.promiseReply) throw malformed("answer to promise");
    return fromPromiseReply(frame.promiseReply);
  }

  async state(log: LogId): Promise<ReplicaState> {
    const frame = await this.#client.call({ state: { log } });
    if (!frame.stateReply) throw malformed("answer to state");
    return fromState(frame.stateReply);
  }

  async read(
    log: LogId,
    from: number,
    maxBytes: number,
    uncommitted: boolean,
  ): Promise<ReadResult> {
    const frame = await this.#client.call({ readLog: { log, from, maxBytes, uncommitted } });
    if (!frame.readLogReply) throw malformed("answer to read");
    return fromReadReply(frame.readLogReply);
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    return this.#client.stream(
      { tail: { log, from } },
      {
        onFrame: (frame) => {
          if (frame.tailEntries) listener.onEntries(frame.tailEntries.entries.map(fromEntry));
        },
        onPiece: () => listener.onProgress(),
        onEnd: (error) => listener.onEnd(error),
      },
    );
  }

  async trim(log: LogId, upTo: number): Promise<void> {
    await this.#client.call({ trim: { log, upTo } });
  }

  async join(request: ReplicaJoin): Promise<ReplicaJoinReply> {
    const frame = await this.#client.call({ join: { ...request } });
    if (!frame.joinReply) throw malformed("answer to join");
    return fromJoinReply(frame.joinReply);
  }
}
