/** `firstlight role`: one process of a local cluster, as cluster.json describes it. */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BalanceSettings } from "@firstlight/adjudicator";
import { boundHeapGrowth } from "../adapters/heap-growth.ts";
import { giveMemoryBackAtRest } from "../adapters/resting-heap.ts";
import { sharedAnchor } from "../adapters/system-clock.ts";
import { lockDirectory } from "../adapters/process-lock.ts";
import type { ClusterFile } from "../cluster/cluster-file.ts";
import { layoutOf, readClusterFile, recordProcess } from "../cluster/cluster-file.ts";
import { runService } from "../cluster/role-process.ts";
import { watchClock } from "../cluster/watched-clock.ts";
import type { RoleOptions } from "../command-line/options.ts";
import { UsageError } from "../command-line/options.ts";
import { clusterRuntime } from "./runtime.ts";
import { stopOnDefect, stopOnSignal, stopWithParent } from "./signals.ts";

/** When adjudicators move ranges by load. */
function balanceOf({ balances, balanceFrom }: ClusterFile): Partial<BalanceSettings> {
  if (balances === false) return { factor: Infinity };
  return balanceFrom === undefined ? {} : { commitsMin: balanceFrom };
}

export async function runRoleCommand(options: RoleOptions): Promise<void> {
  const directory = resolve(options.dataDirectory);
  if (!existsSync(join(directory, "cluster.json"))) {
    throw new UsageError(`${directory} holds no cluster.json; start one with "firstlight cluster"`);
  }
  const file = readClusterFile(directory);
  const layout = layoutOf(file);
  const member = layout.members.find((each) => each.name === options.name);
  if (member === undefined) throw new UsageError(`the cluster has no member "${options.name}"`);
  const own = join(directory, member.name);
  mkdirSync(own, { recursive: true });
  const lock = lockDirectory(own);
  // Before it is ready, which may take other processes: it can be found and stopped meanwhile.
  recordProcess(directory, member.name, process.pid);
  const runtime = clusterRuntime({
    name: member.name,
    directory: own,
    logLevel: options.logLevel,
    anchorMicros: sharedAnchor(directory),
    clockErrorMicros: file.clockErrorMicros,
  });
  stopOnDefect((error) => runtime.log.error("a defect ends the process", { error }));
  const fatal = (reason: string): void => {
    runtime.log.error("the service cannot go on", { reason });
    process.exit(70);
  };
  const watch =
    file.clockErrorMicros === undefined ? undefined : watchClock(runtime, layout, member, fatal);
  const running =
    member.role === "query-processor"
      ? await (
          await import("../cluster/query-processor-process.ts")
        ).runQueryProcessor(runtime, layout, member, file, directory)
      : await runService(runtime, layout, member, {
          directory: own,
          onFatal: fatal,
          balance: balanceOf(file),
          retentionMicros: file.retentionMicros,
        });
  stopOnSignal(async () => {
    watch?.stop();
    await running.stop();
    lock.release();
  });
  if (member.role === "query-processor") {
    boundHeapGrowth();
    giveMemoryBackAtRest();
  }
  process.send?.("ready");
  stopWithParent();
}
