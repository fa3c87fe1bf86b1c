/** `firstlight ranges`: shows and changes which adjudicator of a running cluster judges which keys. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RangeMap } from "@firstlight/common";
import {
  indexPrefix,
  isServiceError,
  keyFromLatin1,
  keyToBytes,
  logsOf,
  prefixSpan,
} from "@firstlight/common";
import type { Key, RangeChange, Span } from "@firstlight/common";
import { changeRanges, currentRanges } from "@firstlight/adjudicator";
import { sharedAnchor } from "../adapters/system-clock.ts";
import { ClusterConnections } from "../cluster/cluster-connections.ts";
import { readClusterFile } from "../cluster/cluster-file.ts";
import { localCluster } from "../cluster/layout.ts";
import { UsageError } from "../command-line/options.ts";
import type { RangesOptions } from "../ranges-options.ts";
import { clusterRuntime } from "./runtime.ts";

/** The first bytes of all keys of a relation are those of all its indexes. */
const RELATION_PREFIX_BYTES = 5;

function relationSpan(fileNode: number): Span {
  return prefixSpan(keyFromLatin1(indexPrefix(fileNode, 0).slice(0, RELATION_PREFIX_BYTES)));
}

function hexOf(key: Key): string {
  return keyToBytes(key).toString("hex");
}

function lineOf({ log, span }: RangeMap["ranges"][number]): string {
  return `${log}\t${hexOf(span.start)}\t${hexOf(span.end)}\n`;
}

/** What the options ask for in a cluster with these ranges. */
export function wantedChange(
  { change, at, span, relation, to }: RangesOptions,
  map: RangeMap,
): RangeChange | undefined {
  if (change === undefined) return undefined;
  const related = relation === undefined ? undefined : relationSpan(relation);
  if (change !== "move") {
    const boundary = at ?? related?.start;
    if (boundary === undefined) throw new UsageError(`--at or --relation says where to ${change}`);
    return { kind: change, at: boundary };
  }
  const log = map.ranges.map((range) => range.log).find((each) => each === to) ?? to;
  const first = map.ranges[0]?.span.start;
  const last = map.ranges.at(-1)?.span.end;
  const start = related?.start ?? span.start ?? first;
  const end = related?.end ?? span.end ?? last;
  if (log === undefined) throw new UsageError("--to names the log that the keys are to go to");
  if (start === undefined || end === undefined) throw new UsageError("the cluster has no ranges");
  return { kind: "move", span: { start, end }, to: log };
}

export async function runRangesCommand(options: RangesOptions): Promise<void> {
  const directory = resolve(options.dataDirectory);
  if (!existsSync(join(directory, "cluster.json"))) {
    throw new UsageError(`${directory} holds no cluster.json`);
  }
  const layout = localCluster(readClusterFile(directory).basePort);
  const anchorMicros = sharedAnchor(directory);
  const runtime = clusterRuntime({ name: "ranges", directory, logLevel: "warn", anchorMicros });
  const connections = new ClusterConnections(runtime, layout);
  const logs = logsOf(layout.topology.adjudicators);
  const adjudicator = connections.adjudicator.bind(connections);
  try {
    const { clock, random } = runtime;
    const parts = { clock, random, logs, adjudicator };
    const map = await currentRanges(parts);
    const change = wantedChange(options, map);
    const after = change === undefined ? map : await changeRanges(parts, change);
    process.stdout.write(after.ranges.map(lineOf).join(""));
  } catch (error) {
    if (isServiceError(error)) {
      throw new Error(`the cluster does not answer as it should: ${error.message}`, {
        cause: error,
      });
    }
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  } finally {
    connections.close();
  }
}
