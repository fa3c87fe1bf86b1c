/** `firstlight role`: one process of a local cluster, as cluster.json describes it. */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { sharedAnchor } from "../adapters/system-clock.ts";
import { lockDirectory } from "../adapters/process-lock.ts";
import type { ClusterFile } from "../cluster/cluster-file.ts";
import { profileChoice, readClusterFile, recordProcess } from "../cluster/cluster-file.ts";
import type { ClusterLayout, Member } from "../cluster/layout.ts";
import { findProfile } from "@firstlight/query-processor";
import { localCluster, membersOf } from "../cluster/layout.ts";
import type { RunningRole } from "../cluster/role-process.ts";
import { clusterView, runService } from "../cluster/role-process.ts";
import type { RoleOptions } from "../command-line.ts";
import { UsageError } from "../command-line.ts";
import { startSqlServer } from "../sql-server.ts";
import { clusterRuntime } from "./runtime.ts";
import { stopOnDefect, stopOnSignal } from "./signals.ts";
import { listenFailure } from "./start.ts";
import type { OfferedTls } from "./tls.ts";
import { offerTls } from "./tls.ts";

type Runtime = ReturnType<typeof clusterRuntime>;

async function runQueryProcessor(
  runtime: Runtime,
  layout: ClusterLayout,
  member: Member,
  file: ClusterFile,
  tls: OfferedTls | undefined,
): Promise<RunningRole> {
  const place = membersOf(layout, "query-processor").indexOf(member);
  const cluster = clusterView(runtime, layout, place);
  const [host = "", portText = ""] = member.address.split(":");
  const port = Number(portText);
  const options = {
    host,
    port,
    trust: true,
    analyzes: true,
    tls,
    number: place + 1,
    profile: findProfile(profileChoice(file)),
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

function tlsOf(file: ClusterFile, directory: string, { log }: Runtime): OfferedTls | undefined {
  const options = { mode: undefined, certificatePath: undefined, keyPath: undefined, ...file.tls };
  return offerTls(options, { directory, host: "127.0.0.1", log });
}

export async function runRoleCommand(options: RoleOptions): Promise<void> {
  const directory = resolve(options.dataDirectory);
  if (!existsSync(join(directory, "cluster.json"))) {
    throw new UsageError(`${directory} holds no cluster.json; start one with "firstlight cluster"`);
  }
  const file = readClusterFile(directory);
  const layout = localCluster(file.basePort);
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
  });
  stopOnDefect((error) => runtime.log.error("a defect ends the process", { error }));
  const fatal = (reason: string): void => {
    runtime.log.error("the service cannot go on", { reason });
    process.exit(70);
  };
  const running =
    member.role === "query-processor"
      ? await runQueryProcessor(runtime, layout, member, file, tlsOf(file, directory, runtime))
      : await runService(runtime, layout, member, { directory: own, onFatal: fatal });
  stopOnSignal(async () => {
    await running.stop();
    lock.release();
  });
  process.send?.("ready");
}
