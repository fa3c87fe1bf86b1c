/** `firstlight start`: the embedded database. */
import { join } from "node:path";
import { accessSync, constants, mkdirSync } from "node:fs";
import type { NodeRuntime } from "@firstlight/common";
import { NO_METRICS } from "@firstlight/common";
import { findProfile } from "@firstlight/query-processor";
import { LmdbDisk } from "../adapters/lmdb-disk.ts";
import { NO_NETWORK } from "../adapters/no-network.ts";
import { pinoLog } from "../adapters/pino-log.ts";
import { lockDirectory } from "../adapters/process-lock.ts";
import { LocalServerFiles } from "../adapters/server-files.ts";
import { SystemClock } from "../adapters/system-clock.ts";
import { SystemRandom } from "../adapters/system-random.ts";
import { TemporaryDirectory } from "../adapters/temporary-directory.ts";
import type { StartOptions } from "../command-line.ts";
import { startEmbedded } from "../embedded.ts";
import { startSqlServer } from "../sql-server.ts";
import { stopOnDefect, stopOnSignal } from "./signals.ts";
import { isLoopback, offerTls } from "./tls.ts";

/** One clear line for what is wrong with the directory. */
export function openDataDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.R_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the data directory ${directory} cannot be used: ${reason}`, { cause: error });
  }
}

function embeddedRuntime(options: StartOptions): NodeRuntime {
  return {
    clock: new SystemClock(),
    random: new SystemRandom(),
    network: NO_NETWORK,
    disk: new LmdbDisk(options.dataDirectory),
    temporaryFiles: new TemporaryDirectory(join(options.dataDirectory, "temporary")),
    serverFiles: new LocalServerFiles(options.dataDirectory),
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
  openDataDirectory(dataDirectory);
  const lock = lockDirectory(dataDirectory);
  const runtime = embeddedRuntime(options);
  const fail = (reason: string): void => {
    process.stderr.write(`firstlight: ${reason}\n`);
    process.exit(70);
  };
  stopOnDefect((error) => runtime.log.error("a defect ends the process", { error }));
  const tls = offerTls(options.tls, { directory: dataDirectory, host, log: runtime.log });
  const services = await startEmbedded(runtime, fail);
  const trust = options.allowUnauthenticated || isLoopback(host);
  const server = await startSqlServer(runtime, services.cluster, {
    host,
    port,
    trust,
    analyzes: options.analyzes,
    tls,
    connectionsMax: options.connectionsMax,
    messageBytesMax: options.messageBytesMax,
    profile: findProfile(options.profile),
  }).catch(async (error: unknown) => {
    await services.stop();
    throw listenFailure(error, host, port);
  });
  stopOnSignal(async () => {
    await server.stop();
    await services.stop();
    lock.release();
  });
  const shown = host.includes(":") ? `[${host}]` : host;
  process.stdout.write(`ready: psql postgresql://postgres@${shown}:${server.port}/postgres\n`);
}
