/** Everything that a service may touch outside itself. */
import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Log, Metrics } from "./log.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { ServerFiles } from "./server-files.ts";
import type { TemporaryFiles } from "./temporary-files.ts";
import type { Threads } from "./threads.ts";

export interface NodeRuntime {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly disk: Disk;
  readonly temporaryFiles: TemporaryFiles;
  /** Undefined where clients may not name files of the machine. */
  readonly serverFiles?: ServerFiles;
  /** Undefined where everything is computed on the event loop. */
  readonly threads?: Threads;
  readonly log: Log;
  readonly metrics: Metrics;
}
