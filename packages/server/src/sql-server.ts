/** A query processor's outside: engine, sessions and the TCP port. */
import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { NodeRuntime } from "@firstlight/common";
import type {
  AccessRules,
  ClusterView,
  CommitPorts,
  Injector,
  Profile,
  ServerLimits,
} from "@firstlight/query-processor";
import {
  DEFAULT_SERVER_LIMITS,
  LargeCommits,
  SessionServer,
  SqlEngine,
  WriteBudget,
  loadParser,
  warmUp,
} from "@firstlight/query-processor";
import { registerBuiltins, typeByOid } from "@firstlight/sql";
import type { TcpListener } from "./adapters/tcp-listener.ts";
import { listenTcp } from "./adapters/tcp-listener.ts";
import type { DatabaseSpace } from "./control-plane/cluster-registry.ts";
import type { TlsServer } from "./adapters/tls/tls-server.ts";

export interface SqlServerOptions {
  readonly host: string;
  readonly port: number;
  /** Who gets a session. */
  readonly access: Partial<AccessRules>;
  /** Whether tables are analyzed by themselves as they change. */
  readonly analyzes: boolean;
  /** Undefined: no connection can be encrypted. */
  readonly tls?: { readonly server: TlsServer } | undefined;
  readonly connectionsMax?: number | undefined;
  readonly messageBytesMax?: number | undefined;
  /** Absent: the default one. */
  readonly profile?: Profile | undefined;
  /** Tells the query processors of one cluster apart. */
  readonly number?: number;
  /** Makes transactions fail on purpose. */
  readonly injector?: Injector | undefined;
  /** Its storage answers at once: statements are run before the first connection. */
  readonly warmsUp?: boolean;
}

export interface SqlServer {
  readonly port: number;
  readonly sequences: SqlEngine["sequences"];
  /** What its commits are made with. */
  readonly ports: CommitPorts;
  /** Databases that the server itself makes and drops. */
  readonly databases: DatabaseSpace;
  /** Finishes statements in flight, then closes all sessions. */
  stop(): Promise<void>;
}

const TRANSACTION_LIMITS = { writeBytesMax: 1 << 30, pageBytes: 256 << 10 };
const OUTCOME_PATIENCE_MICROS = 15_000_000;
const PLANS_MAX = 2_000;
/** Of V8's heap: what values of aggregates may take past what queries may hold. */
const GATHERED_PART = 4;
/** Of the machine's memory: what open transactions have written. A commit takes one's twice more. */
const WRITTEN_PART = 4;
const WRITTEN_BYTES_MIN = 256 << 20;
/** Of V8's heap: what of it is not packed. */
const WRITTEN_HEAP_PART = 0.5;
/** Sockets of those that are about to be refused. */
const SPARE_SOCKETS = 100;

/** As the command line says, else as the profile does. */
function serverLimits(
  { connectionsMax, messageBytesMax }: SqlServerOptions,
  { limits }: Profile,
): ServerLimits {
  const finite = (value: number, otherwise: number): number =>
    Number.isFinite(value) ? value : otherwise;
  const { connectionsMax: connections, messageBytesMax: bytes } = DEFAULT_SERVER_LIMITS;
  return {
    ...DEFAULT_SERVER_LIMITS,
    connectionsMax: connectionsMax ?? finite(limits.value("connections"), connections),
    messageBytesMax: messageBytesMax ?? finite(limits.value("message"), bytes),
    // What is gathered is held twice when it becomes a value, and once more as its text.
    gatheredBytesMax: Math.floor(getHeapStatistics().heap_size_limit / GATHERED_PART),
    ...(Number.isFinite(limits.value("connections")) ? { superuserReserved: 0 } : {}),
  };
}

/** Of the container, where it is in one. */
function memoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

function writeBudget(): WriteBudget {
  return new WriteBudget({
    bytes: Math.max(WRITTEN_BYTES_MIN, Math.floor(memoryBytes() / WRITTEN_PART)),
    heapBytes: Math.floor(getHeapStatistics().heap_size_limit * WRITTEN_HEAP_PART),
  });
}

export async function startSqlServer(
  runtime: NodeRuntime,
  cluster: ClusterView,
  options: SqlServerOptions,
): Promise<SqlServer> {
  registerBuiltins();
  await loadParser();
  const ports = {
    clock: runtime.clock,
    random: runtime.random,
    outcomePatienceMicros: OUTCOME_PATIENCE_MICROS,
    largeCommits: new LargeCommits(),
  };
  const engine = new SqlEngine({
    cluster,
    ports,
    limits: { ...TRANSACTION_LIMITS, budget: writeBudget() },
    plansMax: PLANS_MAX,
    log: runtime.log,
    metrics: runtime.metrics,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    injector: options.injector,
  });
  if (options.warmsUp === true) await warmUp(engine, runtime);
  if (options.analyzes) engine.startAnalyzing();
  engine.startJobs();
  const { host, port, tls } = options;
  const limits = serverLimits(options, engine.profile);
  const sessions = new SessionServer(runtime, engine, limits, {
    codecs: typeByOid,
    access: options.access,
    settings: new Map([
      ["listen_addresses", host],
      ["port", String(port)],
      ["ssl", tls === undefined ? "off" : "on"],
    ]),
    number: options.number ?? 0,
  });
  const socketsMax = limits.connectionsMax + limits.strangersMax + SPARE_SOCKETS;
  const listener: TcpListener = await listenTcp(
    { host, port, socketsMax, tls: tls?.server },
    (socket) => {
      sessions.accept(socket);
    },
  );
  return {
    port: listener.port,
    sequences: engine.sequences,
    ports,
    databases: {
      names: () => engine.databases.names(),
      create: (name) => engine.databases.create(name),
      drop: async (name) => {
        await sessions.endSessionsIn(name);
        await engine.databases.drop(name);
      },
    },
    stop: async () => {
      engine.stop();
      const closed = listener.close();
      await sessions.drain();
      await closed;
    },
  };
}
