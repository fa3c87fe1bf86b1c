/**
 * The process of a query processor. Loaded by no other role: SQL takes most of the time in which a
 * process starts, and most of its memory.
 */
import { join } from "node:path";
import type { NodeRuntime } from "@firstlight/common";
import { logsOf } from "@firstlight/common";
import type { ClusterView } from "@firstlight/query-processor";
import { ShardedStorage, findProfile, measuredView } from "@firstlight/query-processor";
import type { TlsOptions } from "../command-line/options.ts";
import { certificateNames, openAccess, tlsOf } from "../commands/access.ts";
import type { clusterRuntime } from "../commands/runtime.ts";
import { listenFailure } from "../commands/start.ts";
import { offerTls } from "../commands/tls.ts";
import { startSqlServer } from "../sql-server.ts";
import { ClusterConnections } from "./cluster-connections.ts";
import type { ClusterFile } from "./cluster-file.ts";
import { accessOf, profileChoice } from "./cluster-file.ts";
import type { ClusterLayout, Member } from "./layout.ts";
import { membersOf } from "./layout.ts";
import type { RunningRole } from "./role-process.ts";

/** The cluster as a query processor sees it: snapshots from the clock (design.md, Time). */
function clusterView(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  home: number,
): { readonly view: ClusterView; close(): void } {
  const connections = new ClusterConnections(runtime, layout);
  const journal = connections.journal();
  const storage = new ShardedStorage({
    directory: connections.shards,
    storageOf: (name) => connections.storageOf(name),
    clock: runtime.clock,
    home,
  });
  const view: ClusterView = {
    registrar: { service: connections.registrar(), isAlone: false },
    tailLog: (log, from, listener) => journal.tail(log, from, listener),
    storage,
    rowFormat: "encoded",
    logs: logsOf(layout.topology.adjudicators),
    ranges: connections.directory.ranges,
    adjudicator: (log) => connections.adjudicator(log),
    takeSnapshot: () => runtime.clock.now().latest,
  };
  return {
    view: measuredView(view, runtime.clock, (spans) => storage.partsOf(spans)),
    close: () => connections.close(),
  };
}

export async function runQueryProcessor(
  runtime: ReturnType<typeof clusterRuntime>,
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
