/** Everything that a service may touch outside itself. */
import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Log, Metrics } from "./log.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { ServerFiles } from "./server-files.ts";
import type { TemporaryFiles } from "./temporary-files.ts";

export interface NodeRuntime {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly disk: Disk;
  readonly temporaryFiles: TemporaryFiles;
  /** Undefined where clients may not name files of the machine. */
  readonly serverFiles?: ServerFiles;
  readonly log: Log;
  readonly metrics: Metrics;
}
