/** `firstlight role`: one process of a local cluster, as cluster.json describes it. */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { sharedAnchor } from "../adapters/system-clock.ts";
import { lockDirectory } from "../adapters/process-lock.ts";
import type { ClusterFile } from "../cluster/cluster-file.ts";
import {
  accessOf,
  layoutOf,
  profileChoice,
  readClusterFile,
  recordProcess,
} from "../cluster/cluster-file.ts";
import type { ClusterLayout, Member } from "../cluster/layout.ts";
import { findProfile } from "@firstlight/query-processor";
import { membersOf } from "../cluster/layout.ts";
import type { RunningRole } from "../cluster/role-process.ts";
import { clusterView, runService } from "../cluster/role-process.ts";
import type { RoleOptions, TlsOptions } from "../command-line.ts";
import { UsageError } from "../command-line.ts";
import { watchClock } from "../cluster/watched-clock.ts";
import { startSqlServer } from "../sql-server.ts";
import { clusterRuntime } from "./runtime.ts";
import { stopOnDefect, stopOnSignal, stopWithParent } from "./signals.ts";
import { listenFailure } from "./start.ts";
import { certificateNames, openAccess, tlsOf } from "./access.ts";
import { offerTls } from "./tls.ts";

type Runtime = ReturnType<typeof clusterRuntime>;

async function runQueryProcessor(
  runtime: Runtime,
  layout: ClusterLayout,
  member: Member,
  file: ClusterFile,
  directory: string,
): Promise<RunningRole> {
  const place = membersOf(layout, "query-processor").indexOf(member);
  const cluster = clusterView(runtime, layout, place);
  const [host = "", portText = ""] = member.address.split(":");
  const port = Number(portText);
  const profile = findProfile(profileChoice(file));
  const { isDsql } = profile;
  const tls = tlsOptions(file);
  const { rules } = openAccess({
    options: accessOf(file),
    isDsql,
    trust: true,
    tls,
    directory: join(directory, member.name),
    random: runtime.random,
    log: runtime.log,
  });
  const options = {
    host,
    port,
    access: rules,
    analyzes: true,
    tls: offerTls(
      tlsOf(tls, accessOf(file), isDsql),
      { directory, host: "127.0.0.1", names: certificateNames(accessOf(file), isDsql) },
      runtime.log,
    ),
    number: place + 1,
    profile,
  };
  const server = await startSqlServer(runtime, cluster.view, options).catch((error: unknown) => {
    throw listenFailure(error, host, port);
  });
  return {
    stop: async () => {
      await server.stop();
      cluster.close();
    },
  };
}

function tlsOptions({ tls }: ClusterFile): TlsOptions {
  return { mode: undefined, certificatePath: undefined, keyPath: undefined, ...tls };
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
      ? await runQueryProcessor(runtime, layout, member, file, directory)
      : await runService(runtime, layout, member, {
          directory: own,
          onFatal: fatal,
          balances: file.balances !== false,
        });
  stopOnSignal(async () => {
    watch?.stop();
    await running.stop();
    lock.release();
  });
  process.send?.("ready");
  stopWithParent();
}
