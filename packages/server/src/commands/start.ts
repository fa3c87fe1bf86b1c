/** `firstlight start`: the embedded database. */
import { join } from "node:path";
import type { Clock, Log, NodeRuntime } from "@firstlight/common";
import { NO_METRICS } from "@firstlight/common";
import { openControlEndpoint } from "../adapters/control-endpoint.ts";
import { LmdbDisk } from "../adapters/lmdb-disk.ts";
import { NO_NETWORK } from "../adapters/no-network.ts";
import { pinoLog } from "../adapters/pino-log.ts";
import { lockDirectory } from "../adapters/process-lock.ts";
import { boundHeapGrowth } from "../adapters/heap-growth.ts";
import { giveMemoryBackAtRest } from "../adapters/resting-heap.ts";
import { LocalServerFiles } from "../adapters/server-files.ts";
import { SystemClock } from "../adapters/system-clock.ts";
import { SystemRandom } from "../adapters/system-random.ts";
import { TestClock } from "../adapters/test-clock.ts";
import { TemporaryDirectory } from "../adapters/temporary-directory.ts";
import { WorkerThreads } from "../adapters/worker-threads.ts";
import type { HttpListener } from "../adapters/http-listener.ts";
import type { StartOptions } from "../command-line/options.ts";
import { UsageError } from "../command-line/options.ts";
import type { ClusterRegistry } from "../control-plane/cluster-registry.ts";
import type { EmbeddedDatabase } from "../embedded-database.ts";
import { openEmbeddedDatabase } from "../embedded-database.ts";
import { TestControls } from "../testing/test-controls.ts";
import { chosenInjection, chosenProfile } from "./checked-options.ts";
import { openDataDirectory } from "./data-directory.ts";
import { stopOnDefect, stopOnSignal } from "./signals.ts";
import { certificateNames, openAccess, tlsOf } from "./access.ts";
import type { Access } from "./access.ts";
import { CONTROL_HOST, serveControlPlane } from "./control-plane.ts";
import { greeting } from "./greeting.ts";
import { isLoopback, offerTls } from "./tls.ts";

type TlsOffer = ReturnType<typeof offerTls>;

function embeddedRuntime(options: StartOptions, clock: Clock): NodeRuntime {
  return {
    clock,
    random: new SystemRandom(),
    network: NO_NETWORK,
    disk: new LmdbDisk(options.dataDirectory),
    temporaryFiles: new TemporaryDirectory(join(options.dataDirectory, "temporary")),
    serverFiles: new LocalServerFiles(options.dataDirectory),
    threads: new WorkerThreads(),
    log: pinoLog(options.logLevel, "firstlight"),
    metrics: NO_METRICS,
  };
}

export function listenFailure(error: unknown, host: string, port: number): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE")
    return new Error(`port ${port} on ${host} is in use; choose another with --port`);
  if (code === "EACCES") return new Error(`not allowed to listen on port ${port} of ${host}`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new Error(`${host} is no address of this machine`);
  return error instanceof Error ? error : new Error(String(error));
}

export async function runStartCommand(options: StartOptions): Promise<void> {
  const { host, port, dataDirectory } = options;
  const profile = chosenProfile(options.profile);
  const inject = chosenInjection(options.testing?.inject ?? "");
  openDataDirectory(dataDirectory);
  const lock = lockDirectory(dataDirectory);
  const { testing } = options;
  const clock = testing && new TestClock(new SystemClock(), testing.clockSpeed);
  const runtime = embeddedRuntime(options, clock ?? new SystemClock());
  const fail = (reason: string): void => {
    process.stderr.write(`firstlight: ${reason}\n`);
    process.exit(70);
  };
  stopOnDefect((error) => runtime.log.error("a defect ends the process", { error }));
  const access = accessFor(options, runtime, profile.isDsql);
  const tls = tlsFor(options, runtime, profile.isDsql);
  const { analyzes, connectionsMax, messageBytesMax, retentionMicros } = options;
  const limits = { connectionsMax, messageBytesMax, retentionMicros };
  const forTests = clock && { inject, clock: clock.paced };
  const server = await openEmbeddedDatabase(
    runtime,
    { host, port, access: access.rules, analyzes, tls, ...limits, profile, forTests },
    fail,
  ).catch((error: unknown) => {
    throw listenFailure(error, host, port);
  });
  const { hooks } = server;
  const control =
    hooks &&
    clock &&
    (await openControlEndpoint(dataDirectory, new TestControls(hooks, clock, access.registry)));
  const { log } = runtime;
  const controlPlane = await openClusters(access.registry, server, { options, tls, log });
  stopOnSignal(async () => {
    await controlPlane?.close();
    await control?.close();
    await access.registry?.settled();
    await server.stop();
    lock.release();
  });
  boundHeapGrowth();
  giveMemoryBackAtRest();
  const controlPort = controlPlane?.port;
  process.stdout.write(greeting(options, { server, access, controlPort }));
}

function accessFor(options: StartOptions, { random, log }: NodeRuntime, isDsql: boolean): Access {
  const { access, tls, host, dataDirectory: directory } = options;
  const trust = options.allowUnauthenticated || isLoopback(host);
  if (access.auth === "trust" && !trust) {
    throw new UsageError("--auth trust beyond loopback takes --allow-unauthenticated");
  }
  return openAccess({ options: access, isDsql, trust, tls, directory, random, log });
}

function tlsFor(options: StartOptions, { log }: NodeRuntime, isDsql: boolean): TlsOffer {
  const { access, tls, host, dataDirectory: directory } = options;
  const names = certificateNames(access, isDsql);
  return offerTls(tlsOf(tls, access, isDsql), { directory, host, names }, log);
}

async function openClusters(
  registry: ClusterRegistry | undefined,
  server: EmbeddedDatabase,
  about: { readonly options: StartOptions; readonly tls: TlsOffer; readonly log: Log },
): Promise<HttpListener | undefined> {
  registry?.open(server.databases);
  const port = about.options.access.controlPort;
  if (registry === undefined || port === undefined) return undefined;
  return serveControlPlane(registry, port, about).catch(async (error: unknown) => {
    await server.stop();
    throw listenFailure(error, CONTROL_HOST, port);
  });
}
