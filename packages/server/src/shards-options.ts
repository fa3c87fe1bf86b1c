/** What `firstlight shards` was asked for. */

/** What a local cluster is told of its shards. */
export interface ShardsOptions {
  readonly dataDirectory: string;
  readonly action: string;
  /** A shard, or a storage replica. */
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Bytes of a key, hexadecimal. */
  readonly at: string | undefined;
  readonly force: boolean;
  readonly port: number | undefined;
  readonly automatic: boolean | undefined;
  readonly bytesMax: number | undefined;
  readonly readsMax: number | undefined;
  readonly pauseSeconds: number | undefined;
  readonly merges: boolean | undefined;
  readonly moves: boolean | undefined;
  readonly movesMax: number | undefined;
}
