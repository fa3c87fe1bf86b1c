/** The real ports for one process. */
import { join } from "node:path";
import type { Clock, NodeRuntime } from "@firstlight/common";
import { NO_METRICS } from "@firstlight/common";
import { GrpcNetwork } from "@firstlight/protocol";
import { LmdbDisk } from "../adapters/lmdb-disk.ts";
import type { LogLevel } from "../adapters/pino-log.ts";
import { pinoLog } from "../adapters/pino-log.ts";
import { routedNetwork } from "../adapters/routed-network.ts";
import { LocalServerFiles } from "../adapters/server-files.ts";
import { SystemClock } from "../adapters/system-clock.ts";
import { WallClock } from "../adapters/wall-clock.ts";
import { SystemRandom } from "../adapters/system-random.ts";
import { TemporaryDirectory } from "../adapters/temporary-directory.ts";
import { WorkerThreads } from "../adapters/worker-threads.ts";

export interface RuntimeOptions {
  readonly name: string;
  readonly directory: string;
  readonly logLevel: LogLevel;
  readonly anchorMicros: number;
  /** Of the wall clock; undefined: the anchor's clock is everybody's. */
  readonly clockErrorMicros?: number | undefined;
}

function clockOf({ anchorMicros, clockErrorMicros }: RuntimeOptions): Clock {
  return clockErrorMicros === undefined
    ? new SystemClock(anchorMicros)
    : new WallClock(clockErrorMicros);
}

export function clusterRuntime(options: RuntimeOptions): NodeRuntime {
  return {
    clock: clockOf(options),
    random: new SystemRandom(),
    network: routedNetwork(new GrpcNetwork(), options.directory),
    disk: new LmdbDisk(options.directory),
    temporaryFiles: new TemporaryDirectory(join(options.directory, "temporary")),
    serverFiles: new LocalServerFiles(options.directory),
    threads: new WorkerThreads(),
    log: pinoLog(options.logLevel, options.name),
    metrics: NO_METRICS,
  };
}
