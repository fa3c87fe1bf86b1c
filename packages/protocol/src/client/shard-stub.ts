/** What another process knows of the shard map, and a storage replica of its shards. */
import type { ShardCommand, ShardKeeper, ShardMap, ShardReport } from "@firstlight/common";
import { malformed } from "../convert/adjudicator.ts";
import type { ShardAnswer, ShardRequest } from "../convert/shards.ts";
import { fromShardAnswer, toShardMessage } from "../convert/shards.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export class ShardStub implements ShardKeeper {
  readonly #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
  }

  async shardMap(known: number): Promise<ShardMap | undefined> {
    const { map } = await this.#ask({ kind: "map", known });
    return map;
  }

  async shardReport(): Promise<ShardReport> {
    const { report } = await this.#ask({ kind: "report" });
    if (report === undefined) throw malformed("report of shards");
    return report;
  }

  async changeShards(command: ShardCommand): Promise<ShardMap> {
    const { map } = await this.#ask({ kind: "change", command });
    if (map === undefined) throw malformed("answer to a change of shards");
    return map;
  }

  async #ask(request: ShardRequest): Promise<ShardAnswer> {
    const frame = await this.#client.call({ shards: { body: toShardMessage(request) } });
    if (!frame.shardsReply) throw malformed("answer about shards");
    return fromShardAnswer(frame.shardsReply.body);
  }
}
