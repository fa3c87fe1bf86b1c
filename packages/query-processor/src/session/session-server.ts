/**
 * Every session of one query processor: admits connections up to a bound, routes cancel requests,
 * and ends sessions gracefully. One client's misbehaviour ends its own connection and nothing else.
 */
import { SqlError } from "@firstlight/common";
import type { NodeRuntime, Timer } from "@firstlight/common";
import type { Engine } from "../engine/engine.ts";
import { DroppedConnection } from "../inject/injected-error.ts";
import { Framer } from "../wire/framer.ts";
import { InputBudget } from "../wire/input-budget.ts";
import { MessageReader } from "../wire/message-reader.ts";
import { errorResponse } from "../wire/messages.ts";
import { Output } from "../wire/output.ts";
import type { CodecByOid } from "../wire/value-codec.ts";
import type { ClientSocket } from "./client-socket.ts";
import { Connection } from "./connection.ts";
import { GATHERING_BYTES, GatheringBudget } from "../execute/gathering-budget.ts";
import { ConnectionLimits } from "./connection-limits.ts";
import { adminShutdown, userCancel } from "./interrupts.ts";
import type { DatabaseQuestion, OtherSessions, SessionParts } from "./session-parts.ts";
import type { Session } from "./session.ts";
import { sessionLoop } from "./session-loop.ts";
import { startSession } from "./session-startup.ts";
import type { AccessRules, Visitor } from "./session-startup.ts";
import { SchemaTurns } from "./schema-turns.ts";
import { TransactionOutcomes } from "./transaction-outcomes.ts";
import type { Task } from "./task.ts";
import { UTILITIES } from "./utilities.ts";

export interface ServerLimits {
  readonly connectionsMax: number;
  readonly authenticationTimeoutMicros: number;
  /** The largest message a client may send, in bytes. */
  readonly messageBytesMax: number;
  /** Memory for messages that have arrived in part, over all connections. */
  readonly inputBytesMax: number;
  /** Memory for single values past what a query may hold, over all sessions. */
  readonly gatheredBytesMax: number;
  /** Of connectionsMax, those that only superusers get. */
  readonly superuserReserved: number;
  /** Connections that have not logged in yet; past it the oldest of them is ended. */
  readonly strangersMax: number;
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  connectionsMax: 1000,
  superuserReserved: 3,
  strangersMax: 1000,
  authenticationTimeoutMicros: 60_000_000,
  messageBytesMax: 256 * 2 ** 20,
  inputBytesMax: 2 ** 30,
  gatheredBytesMax: GATHERING_BYTES,
};

export interface ServerOptions {
  readonly codecs: CodecByOid;
  /** How clients prove who they are; without other rules roles without password are believed. */
  readonly access?: Partial<AccessRules>;
  /** Values of settings that describe this server: "port", "ssl" and such. */
  readonly settings?: ReadonlyMap<string, string>;
  /** Of the query processors of a cluster each has its own: sessions are told apart by their pid. */
  readonly number?: number;
}

const OPEN: AccessRules = {
  proof: { kind: "password", trust: true },
  requiresTls: false,
  requiresServerName: false,
  clusters: undefined,
};

interface Backend {
  readonly secret: number;
  readonly connection: Connection;
  session: Session | undefined;
  /** Who was given a session. */
  visitor: Visitor | undefined;
}

/** Well below what process supervisors wait before they kill. */
const DRAIN_PATIENCE_MICROS = 3_000_000;

const ENDING_POLL_MICROS = 10_000;

/** Pids are positive 32-bit integers. */
const PIDS_EACH = 1 << 20;
const QUERY_PROCESSORS_MAX = 1 << 11;

export class SessionServer {
  readonly #runtime: NodeRuntime;
  readonly #engine: Engine;
  readonly #limits: ServerLimits;
  readonly #options: ServerOptions;
  readonly #access: AccessRules;
  /** Microseconds since the Unix epoch. */
  readonly #started: number;
  readonly #outcomes = new TransactionOutcomes();
  readonly #schemaTurns = new SchemaTurns();
  readonly #gathering: GatheringBudget;
  readonly #inputBudget: InputBudget;
  readonly #connectionLimits: ConnectionLimits;
  readonly #serverSettings: ReadonlyMap<string, string>;
  readonly #backends = new Map<number, Backend>();
  readonly #others: OtherSessions = {
    signal: (target, signal) => this.#signal(target, signal),
    sessions: () => this.#sessions(),
    countIn: (where, except) => this.#countIn(where, except),
  };
  /** Those of them that have not logged in, the oldest first. */
  readonly #strangers = new Set<number>();
  readonly #firstPid: number;
  #nextPid: number;
  #draining = false;
  #whenEmpty: (() => void)[] = [];

  constructor(runtime: NodeRuntime, engine: Engine, limits: ServerLimits, options: ServerOptions) {
    this.#runtime = runtime;
    this.#engine = engine;
    this.#limits = limits;
    this.#options = options;
    this.#access = { ...OPEN, ...options.access };
    this.#firstPid = ((options.number ?? 0) % QUERY_PROCESSORS_MAX) * PIDS_EACH;
    this.#nextPid = this.#firstPid + 1;
    this.#started = runtime.clock.now().latest;
    this.#inputBudget = new InputBudget(limits.inputBytesMax);
    this.#gathering = new GatheringBudget(limits.gatheredBytesMax);
    this.#connectionLimits = new ConnectionLimits(runtime.clock, engine.profile.limits);
    this.#serverSettings = new Map([
      ["max_connections", String(limits.connectionsMax)],
      ["firstlight.max_message_size", String(Math.floor(limits.messageBytesMax / 1024))],
      ["superuser_reserved_connections", String(limits.superuserReserved)],
      ["authentication_timeout", String(limits.authenticationTimeoutMicros / 1_000_000)],
      ...(options.settings ?? []),
      ...engine.profile.settings,
    ]);
    this.#join();
  }

  /** What other query processors ask of this one. */
  #join(): void {
    const { membership } = this.#engine;
    if (membership === undefined) return;
    membership.on("sessions", () => {
      const [any] = this.#sessions();
      return any?.localSessions() ?? [];
    });
    membership.on("activity", () => this.#engine.activity?.report());
    membership.on("sessionsIn", (body) => this.#countIn(body as DatabaseQuestion));
    membership.on("signal", (body) => {
      const { pid, signal } = body as { pid: number; signal: "cancel" | "terminate" };
      return this.#signal(pid, signal);
    });
    membership.start();
  }

  get connections(): number {
    return this.#backends.size;
  }

  accept(socket: ClientSocket): void {
    const pid = this.#newPid();
    const { tooLong } = this.#connectionLimits;
    const framer = new Framer(this.#limits.messageBytesMax, this.#inputBudget, tooLong);
    const output = new Output();
    const connection = new Connection(socket, framer, output, {
      lost: () => {
        backend.session?.cancel(connectionLost());
      },
      closed: () => {
        framer.close();
        this.#closed(pid);
      },
      failed: (error) => {
        if (error instanceof DroppedConnection) connection.abandon();
        else this.#failed(output, error);
      },
    });
    const secret = Buffer.from(this.#runtime.random.bytes(4)).readInt32BE(0);
    const backend: Backend = { secret, connection, session: undefined, visitor: undefined };
    this.#backends.set(pid, backend);
    this.#meetStranger(pid);
    const parts: SessionParts = {
      runtime: this.#runtime,
      engine: this.#engine,
      codecs: this.#options.codecs,
      framer,
      reader: new MessageReader(),
      output,
      connection,
      utilities: UTILITIES,
      serverSettings: this.#serverSettings,
    };
    this.#runtime.metrics.count("session.connections_accepted");
    connection.start(this.#serve(parts, backend, pid));
  }

  /** Positive, not in use, and never 0. */
  #newPid(): number {
    do {
      const isLast = (this.#nextPid + 1) % PIDS_EACH === 0;
      this.#nextPid = isLast ? this.#firstPid + 1 : this.#nextPid + 1;
    } while (this.#backends.has(this.#nextPid));
    return this.#nextPid;
  }

  /** Whoever keeps a connection open without logging in makes room for who comes later. */
  #meetStranger(pid: number): void {
    const strangers = this.#strangers;
    strangers.add(pid);
    if (strangers.size <= this.#limits.strangersMax) return;
    const [oldest = pid] = strangers;
    strangers.delete(oldest);
    this.#end(oldest, tooManyStrangers());
  }

  /** Ends a connection that has no session yet, whatever it waits for. */
  #end(pid: number, reason: SqlError): void {
    const connection = this.#backends.get(pid)?.connection;
    if (connection?.waitsForInput === true) connection.interruptInput(reason);
    else connection?.abandon();
  }

  /** What only the beginning of a session needs is let go of with it. */
  *#begin(parts: SessionParts, backend: Backend, pid: number): Task<Session | undefined> {
    const timer = this.#authenticationTimer(pid);
    try {
      return yield* startSession(parts, {
        access: this.#access,
        pid,
        secret: backend.secret,
        serverStart: this.#started,
        outcomes: this.#outcomes,
        schemaTurns: this.#schemaTurns,
        gathering: this.#gathering,
        ...this.#others,
        cancel: (target, secret) => {
          this.#cancel(target, secret);
        },
        checkOpen: () => {
          if (this.#draining) throw shuttingDown();
          this.#connectionLimits.checkRate();
        },
        admit: (visitor) => {
          this.#admit(visitor);
          backend.visitor = visitor;
          this.#strangers.delete(pid);
        },
      });
    } finally {
      timer.cancel();
    }
  }

  *#serve(parts: SessionParts, backend: Backend, pid: number): Task<void> {
    const session = yield* this.#begin(parts, backend, pid);
    if (session === undefined) return;
    backend.session = session;
    session.terminating = this.#draining;
    const age = this.#connectionLimits.watchAge({
      expire: () => expire(session),
      end: () => session.connection.abandon(),
    });
    try {
      yield* sessionLoop(session);
    } finally {
      age?.cancel();
      session.dispose();
    }
  }

  #admit(visitor: Visitor): void {
    if (this.#draining) throw shuttingDown();
    const { connectionsMax, superuserReserved } = this.#limits;
    const free = connectionsMax - (this.#backends.size - this.#strangers.size);
    if (free <= 0) {
      throw this.#connectionLimits.tooMany() ?? tooMany("sorry, too many clients already");
    }
    if (visitor.superuser) return;
    if (free <= superuserReserved) {
      const whom = "roles with the SUPERUSER attribute";
      throw tooMany(`remaining connection slots are reserved for ${whom}`);
    }
    this.#checkRoleLimit(visitor);
    this.#checkDatabaseLimit(visitor);
  }

  /** Of the sessions of this query processor, as all limits are. */
  #checkDatabaseLimit({ database: { oid, name, connectionLimit = -1 } }: Visitor): void {
    if (connectionLimit < 0) return;
    let open = 0;
    for (const { visitor } of this.#backends.values()) if (visitor?.database.oid === oid) open++;
    if (open >= connectionLimit) throw tooMany(`too many connections for database "${name}"`);
  }

  #checkRoleLimit({ user, connectionLimit = -1 }: Visitor): void {
    if (connectionLimit < 0) return;
    let open = 0;
    for (const { visitor } of this.#backends.values()) if (visitor?.user === user) open++;
    if (open >= connectionLimit) throw tooMany(`too many connections for role "${user}"`);
  }

  #authenticationTimer(pid: number): Timer {
    return this.#runtime.clock.after(this.#limits.authenticationTimeoutMicros, () => {
      const text = "canceling authentication due to timeout";
      this.#end(pid, new SqlError("57014", text, { severity: "FATAL" }));
    });
  }

  *#sessions(): Iterable<Session> {
    for (const { session } of this.#backends.values()) if (session !== undefined) yield session;
  }

  #countIn({ database, terminate }: DatabaseQuestion, except?: number): number {
    let count = 0;
    for (const { databaseOid, identity } of this.#sessions()) {
      if (databaseOid !== database || identity.pid === except) continue;
      count++;
      if (terminate) this.#signal(identity.pid, "terminate");
    }
    return count;
  }

  /**
   * Ends the sessions that are in a database of this name; resolves when they have ended, or after
   * some seconds.
   */
  async endSessionsIn(database: string): Promise<void> {
    const { clock } = this.#runtime;
    const patience = clock.monotonicMicros() + DRAIN_PATIENCE_MICROS;
    for (;;) {
      const inside = [...this.#backends].filter(
        ([, { visitor }]) => visitor?.database.name === database,
      );
      if (inside.length === 0 || clock.monotonicMicros() > patience) return;
      for (const [pid] of inside) this.#signal(pid, "terminate");
      await clock.sleep(ENDING_POLL_MICROS);
    }
  }

  #signal(pid: number, signal: "cancel" | "terminate"): boolean {
    const backend = this.#backends.get(pid);
    if (backend?.session === undefined) return false;
    if (signal === "cancel") backend.session.cancel(userCancel());
    else {
      backend.session.terminating = true;
      backend.session.cancel(adminShutdown());
      backend.connection.interruptInput(adminShutdown());
    }
    return true;
  }

  #cancel(pid: number, secret: number): void {
    const backend = this.#backends.get(pid);
    if (backend === undefined || backend.secret !== secret) return;
    backend.session?.cancel(userCancel());
  }

  /** What a task did not survive: the client is told, the connection ends. */
  #failed(output: Output, error: unknown): void {
    const fatal = error instanceof SqlError ? error : undefined;
    if (fatal === undefined) {
      this.#runtime.log.error("a session ended by an internal error", { error });
    }
    errorResponse(output, {
      severity: "FATAL",
      sqlstate: fatal?.sqlstate ?? "XX000",
      message: fatal?.message ?? "internal error",
      fields: fatal?.fields ?? {},
    });
  }

  #closed(pid: number): void {
    this.#backends.delete(pid);
    this.#strangers.delete(pid);
    if (this.#backends.size > 0) return;
    const listeners = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const listener of listeners) listener();
  }

  /**
   * Lets every statement that runs come to its end, then ends its session with 57P01. What has not
   * ended after `patienceMicros`, a client that does not read included, is ended then.
   */
  async drain(patienceMicros: number = DRAIN_PATIENCE_MICROS): Promise<void> {
    this.#draining = true;
    for (const [pid, { session, connection }] of this.#backends) {
      if (session === undefined) {
        this.#end(pid, shuttingDown());
        continue;
      }
      session.terminating = true;
      connection.interruptInput(adminShutdown());
    }
    if (this.#backends.size === 0) return;
    const timer = this.#runtime.clock.after(patienceMicros, () => {
      this.#abandon();
    });
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
    timer.cancel();
  }

  /** Ends every session now, statements that run included. */
  async close(): Promise<void> {
    const drained = this.drain();
    this.#abandon();
    await drained;
  }

  /** A commit that is under way still comes to its end; nothing else does. */
  #abandon(): void {
    for (const { session, connection } of this.#backends.values()) {
      session?.cancel(adminShutdown());
      connection.stopWaitingForClient();
    }
  }
}

/** It ends without a word: at once, or when its transaction has. */
function expire(session: Session): void {
  session.isExpired = true;
  session.terminating = true;
  if (session.connection.waitsForInput && session.block.status === "I") {
    session.connection.abandon();
  }
}

function tooMany(message: string): SqlError {
  return new SqlError("53300", message, { severity: "FATAL" });
}

function tooManyStrangers(): SqlError {
  return tooMany("too many connections that have not logged in");
}

function shuttingDown(): SqlError {
  return new SqlError("57P03", "the database system is shutting down", { severity: "FATAL" });
}

function connectionLost(): SqlError {
  return new SqlError("08006", "connection to client lost", { severity: "FATAL" });
}
