/** `firstlight cluster`: starts the local cluster's processes and stays to watch them. */
import { join } from "node:path";
import { lockDirectory, lockHolder } from "../adapters/process-lock.ts";
import { replacedJournals } from "../cluster/cluster-file.ts";
import { Launcher } from "../cluster/launcher.ts";
import type { ClusterOptions } from "../command-line/options.ts";
import { UsageError } from "../command-line/options.ts";
import { addedMembers } from "../cluster/cluster-file.ts";
import { PORTS_USED, localCluster, withReplacements } from "../cluster/layout.ts";
import { chosenProfile } from "./checked-options.ts";
import { openDataDirectory } from "./data-directory.ts";
import { stopOnSignal } from "./signals.ts";
import { certificateNames, tlsOf } from "./access.ts";
import { prepareTls } from "./tls.ts";

const STAY_MILLIS = 1 << 30;

/** Processes of a launcher that was killed go on without it. */
function refuseLivingMembers({ dataDirectory, basePort }: ClusterOptions): void {
  const layout = localCluster(basePort, addedMembers(dataDirectory));
  for (const { name } of withReplacements(layout, replacedJournals(dataDirectory)).members) {
    const pid = lockHolder(join(dataDirectory, name));
    if (pid === undefined) continue;
    throw new Error(`${name} of ${dataDirectory} still runs as process ${pid}; stop it first`);
  }
}

export async function runClusterCommand(options: ClusterOptions): Promise<void> {
  if (options.basePort === 0 || options.basePort + PORTS_USED > 65_536) {
    throw new UsageError(`--base-port needs ${PORTS_USED} ports from it on`);
  }
  // Found out here, and not in each process.
  const { isDsql } = chosenProfile(options.profile);
  openDataDirectory(options.dataDirectory);
  const lock = lockDirectory(options.dataDirectory);
  refuseLivingMembers(options);
  // Before there are several processes that would each make one.
  prepareTls(tlsOf(options.tls, options.access, isDsql), {
    directory: options.dataDirectory,
    host: "127.0.0.1",
    names: certificateNames(options.access, isDsql),
  });
  const launcher = new Launcher(options);
  stopOnSignal(async () => {
    await launcher.stop();
    lock.release();
  });
  try {
    await launcher.start();
  } catch (error) {
    await launcher.stop();
    throw error;
  }
  setInterval(() => {}, STAY_MILLIS);
}
