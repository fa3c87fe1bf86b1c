/**
 * A database within the process that calls: for tests. Without a data directory it lives in memory
 * and is gone with `stop`. Several run side by side, each on a port of its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeRuntime } from "@firstlight/common";
import { NO_METRICS } from "@firstlight/common";
import type { InjectionSpec } from "@firstlight/query-processor";
import { findProfile, parseInjection } from "@firstlight/query-processor";
import { MemoryDisk } from "../adapters/memory-disk.ts";
import { NO_NETWORK } from "../adapters/no-network.ts";
import type { LogLevel } from "../adapters/pino-log.ts";
import { pinoLog } from "../adapters/pino-log.ts";
import { lockDirectory } from "../adapters/process-lock.ts";
import { LocalServerFiles } from "../adapters/server-files.ts";
import { SystemClock } from "../adapters/system-clock.ts";
import { SystemRandom } from "../adapters/system-random.ts";
import { TemporaryDirectory } from "../adapters/temporary-directory.ts";
import { TestClock } from "../adapters/test-clock.ts";
import { openEmbeddedDatabase } from "../embedded-database.ts";
import type { ServiceAccess } from "./service-access.ts";
import { serviceAccess } from "./service-access.ts";
import { TestControls } from "./test-controls.ts";

export interface StartOptions {
  /** A free one by default. */
  readonly port?: number;
  /** Where the data is kept; by default in memory. */
  readonly dataDirectory?: string;
  /** "firstlight", everything; "dsql", what Aurora DSQL does, or as it did then: "dsql-2026.09". */
  readonly profile?: string;
  /** Limits that are other than the profile's: `{ rows: 10 }`. */
  readonly limits?: Readonly<Record<string, number>>;
  /**
   * "open": whoever asks. "service": as Aurora DSQL, encrypted, at the cluster's endpoint, with a
   * token of IAM, for connectors that know no other way. "open" by default.
   */
  readonly access?: "open" | "service";
  /** Failures to inject from the start: `{ oc000: 0.05 }` or "oc000=5%". */
  readonly inject?: InjectionSpec | string;
  /** How fast time goes by, 1 being real; 0: it stands still. */
  readonly clockSpeed?: number;
  /** Of what goes to standard error; "error" by default. */
  readonly logLevel?: LogLevel;
}

/** A running database. `await using` stops it. */
export class Database extends TestControls implements AsyncDisposable {
  readonly host: string = "127.0.0.1";
  readonly port: number;
  /** With access "service": the host that clients ask for; lead it to `host`. */
  readonly endpoint: string | undefined;
  /** With access "service": what clients trust, PEM. */
  readonly certificateAuthority: string | undefined;
  readonly #stop: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  constructor(
    place: { readonly port: number; readonly access: ServiceAccess | undefined },
    parts: ConstructorParameters<typeof TestControls>,
    stop: () => Promise<void>,
  ) {
    super(...parts);
    this.port = place.port;
    this.endpoint = place.access?.endpoint;
    this.certificateAuthority = place.access?.certificateAuthority;
    this.#stop = stop;
  }

  /** For any driver: postgresql://postgres@127.0.0.1:PORT/postgres */
  get url(): string {
    return `postgresql://postgres@${this.host}:${this.port}/postgres`;
  }

  /** Ends all sessions; idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

interface Place {
  readonly directory: string;
  readonly disk: NodeRuntime["disk"];
  leave(): void;
}

function inMemory(): Place {
  const directory = mkdtempSync(join(tmpdir(), "firstlight-"));
  const leave = (): void => rmSync(directory, { recursive: true, force: true });
  return { directory, disk: new MemoryDisk(), leave };
}

/** LMDB is loaded only where there is something to keep. */
async function onDisk(directory: string): Promise<Place> {
  const { LmdbDisk } = await import("../adapters/lmdb-disk.ts");
  const { openDataDirectory } = await import("../commands/data-directory.ts");
  openDataDirectory(directory);
  const lock = lockDirectory(directory);
  return { directory, disk: new LmdbDisk(directory), leave: () => lock.release() };
}

function runtimeOf({ directory, disk }: Place, clock: TestClock, logLevel: LogLevel): NodeRuntime {
  return {
    clock,
    random: new SystemRandom(),
    network: NO_NETWORK,
    disk,
    temporaryFiles: new TemporaryDirectory(join(directory, "temporary")),
    serverFiles: new LocalServerFiles(directory),
    log: pinoLog(logLevel, "firstlight"),
    metrics: NO_METRICS,
  };
}

/** Rejects when the port is taken or the data directory cannot be used. */
export async function start(options: StartOptions = {}): Promise<Database> {
  const { port = 0, dataDirectory, inject = {}, clockSpeed = 1, logLevel = "error" } = options;
  const { profile: name = "firstlight", limits = {} } = options;
  const profile = findProfile({ name, limits: new Map(Object.entries(limits)) });
  const spec = typeof inject === "string" ? parseInjection(inject) : inject;
  const place = dataDirectory === undefined ? inMemory() : await onDisk(dataDirectory);
  const clock = new TestClock(new SystemClock(), clockSpeed);
  const runtime = runtimeOf(place, clock, logLevel);
  try {
    const access =
      options.access === "service" ? serviceAccess(place.directory, runtime) : undefined;
    const database = await openEmbeddedDatabase(
      runtime,
      {
        host: "127.0.0.1",
        port,
        access: access?.rules ?? {},
        tls: access?.tls,
        analyzes: true,
        profile,
        forTests: { inject: spec, clock: clock.paced },
      },
      (reason) => runtime.log.error("the database cannot go on", { reason }),
    );
    const { hooks } = database;
    if (hooks === undefined) throw new TypeError("a database for tests has hooks");
    return new Database({ port: database.port, access }, [hooks, clock], async () => {
      await database.stop();
      place.leave();
    });
  } catch (error) {
    place.leave();
    throw error;
  }
}
