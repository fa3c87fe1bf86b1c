/** Requests about shards as JSON: keys are characters up to 255, and undefined is left out. */
import type {
  MaybePromise,
  ShardCommand,
  ShardKeeper,
  ShardMap,
  ShardMapSource,
  ShardReport,
} from "@firstlight/common";
import { ServiceError, andThen } from "@firstlight/common";
import { malformed } from "./adjudicator.ts";

export type ShardRequest =
  | { readonly kind: "map"; readonly known: number }
  | { readonly kind: "report" }
  | { readonly kind: "change"; readonly command: ShardCommand };

export interface ShardAnswer {
  /** Of "map", if there is a newer one, and of "change". */
  readonly map?: ShardMap;
  readonly report?: ShardReport;
}

export function toShardMessage(message: ShardRequest | ShardAnswer): string {
  return JSON.stringify(message);
}

export function fromShardRequest(body: string): ShardRequest {
  return parsed<ShardRequest>(body);
}

export function fromShardAnswer(body: string): ShardAnswer {
  return parsed<ShardAnswer>(body);
}

function parsed<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    throw malformed("message about shards");
  }
}

/** Whoever knows the map tells it; the rest is asked of a storage replica. */
export function answerShards(
  source: ShardMapSource | ShardKeeper,
  request: ShardRequest,
): MaybePromise<ShardAnswer> {
  const withMap = (map: ShardMap | undefined): ShardAnswer => (map === undefined ? {} : { map });
  if (request.kind === "map") return andThen(source.shardMap(request.known), withMap);
  if (!("shardReport" in source)) {
    throw new ServiceError("unavailable", "this process holds no shards");
  }
  if (request.kind === "change") return source.changeShards(request.command).then(withMap);
  return andThen(source.shardReport(), (report) => ({ report }));
}
