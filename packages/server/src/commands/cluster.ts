/** `firstlight cluster`: starts the local cluster's processes and stays to watch them. */
import { Launcher } from "../cluster/launcher.ts";
import type { ClusterOptions } from "../command-line.ts";
import { UsageError } from "../command-line.ts";
import { PORTS_USED } from "../cluster/layout.ts";
import { openDataDirectory } from "./start.ts";
import { stopOnSignal } from "./signals.ts";

const STAY_MILLIS = 1 << 30;

export async function runClusterCommand(options: ClusterOptions): Promise<void> {
  if (options.basePort === 0 || options.basePort + PORTS_USED > 65_536) {
    throw new UsageError(`--base-port needs ${PORTS_USED} ports from it on`);
  }
  openDataDirectory(options.dataDirectory);
  const launcher = new Launcher(options);
  stopOnSignal(() => launcher.stop());
  try {
    await launcher.start();
  } catch (error) {
    await launcher.stop();
    throw error;
  }
  setInterval(() => {}, STAY_MILLIS);
}
