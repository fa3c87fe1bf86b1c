/** The embedded database as a whole: services, SQL server, and what tests may do to it. */
import type { Clock, NodeRuntime } from "@firstlight/common";
import type { InjectionSpec } from "@firstlight/query-processor";
import { Checkpoints, Injector } from "@firstlight/query-processor";
import { startEmbedded } from "./embedded.ts";
import type { SqlServer, SqlServerOptions } from "./sql-server.ts";
import { startSqlServer } from "./sql-server.ts";

export interface EmbeddedDatabaseOptions extends Omit<SqlServerOptions, "injector"> {
  /** For how long old versions can be read; undefined: as storage has it. */
  readonly retentionMicros?: number | undefined;
  /** Whether the state can be kept and set back, and failures be injected. */
  readonly forTests?: ForTests | undefined;
}

export interface ForTests {
  readonly inject: InjectionSpec;
  /** Of the services below the sessions, where theirs is another one. */
  readonly clock: Clock;
}

/** Only with `forTests`. */
export interface TestHooks {
  readonly checkpoints: Checkpoints;
  readonly injector: Injector;
}

export interface EmbeddedDatabase {
  readonly port: number;
  readonly hooks: TestHooks | undefined;
  readonly databases: SqlServer["databases"];
  /** Finishes statements in flight, closes all sessions, then the stores. */
  stop(): Promise<void>;
}

/** `onFatal`: the database cannot go on; the process should end. */
export async function openEmbeddedDatabase(
  runtime: NodeRuntime,
  options: EmbeddedDatabaseOptions,
  onFatal: (reason: string) => void,
): Promise<EmbeddedDatabase> {
  const { forTests, retentionMicros } = options;
  const clock = forTests?.clock ?? runtime.clock;
  const storageSettings = retentionMicros === undefined ? {} : { retentionMicros };
  const services = await startEmbedded({ ...runtime, clock }, onFatal, storageSettings);
  const random = (): number => runtime.random.next();
  const injector = forTests === undefined ? undefined : new Injector(random, forTests.inject);
  const checkpointStore =
    injector === undefined ? undefined : await runtime.disk.open("checkpoints");
  const closeStores = async (): Promise<void> => {
    await services.stop();
    await checkpointStore?.close();
  };
  const { cluster } = services;
  const server = await startSqlServer(runtime, cluster, {
    ...options,
    injector,
    warmsUp: true,
  }).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  const { sequences, ports } = server;
  const hooks =
    injector === undefined || checkpointStore === undefined
      ? undefined
      : {
          checkpoints: new Checkpoints({ cluster, ports, store: checkpointStore, sequences }),
          injector,
        };
  return {
    port: server.port,
    databases: server.databases,
    hooks,
    stop: async () => {
      await server.stop();
      await closeStores();
    },
  };
}
