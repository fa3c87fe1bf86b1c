/**
 * The state of one client's session, and what its statements need of it. The message loop and the
 * statements work on it; nothing in it outlives the connection.
 */
import type { SqlError } from "@firstlight/common";
import type {
  ConflictReport,
  ListedLock,
  MaybePromise,
  NodeRuntime,
  SqlErrorFields,
  Timer,
} from "@firstlight/common";
import type { Datum, EvaluationContext, FormatSettings, SessionFacts } from "@firstlight/sql";
import type {
  ListedCursor,
  ListedSession,
  ListedStatement,
  SettingFacts,
} from "../catalog/catalog.ts";
import type { CursorPosition, Engine, SessionContext } from "../engine/engine.ts";
import { SessionLocks } from "../locks/session-locks.ts";
import type { ChannelListener } from "../notify/channel-listener.ts";
import { SeenSchema } from "../engine/seen-schema.ts";
import { TemporaryObjects } from "../engine/temporary-objects.ts";
import type { Framer } from "../wire/framer.ts";
import {
  noticeResponse,
  notificationResponse,
  parameterStatus,
  readyForQuery,
} from "../wire/messages.ts";
import type { MessageReader } from "../wire/message-reader.ts";
import type { Output } from "../wire/output.ts";
import { encodedCodecs } from "../wire/encoded-codec.ts";
import type { CodecByOid, CodecInputSettings } from "../wire/value-codec.ts";
import type { PlannerSettings } from "../plan/planner-settings.ts";
import {
  clusterActivity,
  clusterLocks,
  clusterSessions,
  sessionsInDatabase,
  signalAnywhere,
} from "./cluster-sessions.ts";
import { AutocommitUnits } from "./autocommit-units.ts";
import type { Connection } from "./connection.ts";
import { SessionTurn, StatementInterrupts, statementTimeout } from "./interrupts.ts";
import { Portal } from "./portal.ts";
import type { PortalFields } from "./portal.ts";
import type { SpillSpace } from "../spill/spill-space.ts";
import { PortalTable } from "./portal-table.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import { SessionRandom } from "./session-random.ts";
import {
  cursorPosition,
  listedCursor,
  listedSession,
  listedStatement,
} from "./session-listings.ts";
import { SessionFactsView } from "./session-facts.ts";
import { lockingSession } from "./locking-session.ts";
import { transactionSetting } from "./transaction-setting.ts";
import { SessionSettings } from "./session-settings.ts";
import { pastSnapshot } from "./past-snapshot.ts";
import { StatementEvaluation, postgresTime } from "./statement-evaluation.ts";
import { isSent } from "./message-levels.ts";
import type { GatheringBudget } from "../execute/gathering-budget.ts";
import { spillSpaceOf } from "./session-memory.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";
import { countEnd } from "../statistics/activity-counters.ts";
import type { ActivityCounters, ActivityReport } from "../statistics/activity-counters.ts";
import { TransactionBlock } from "./transaction-block.ts";
import type { SchemaTurns } from "./schema-turns.ts";
import type { TransactionOutcomes } from "./transaction-outcomes.ts";
import { TransactionNumbers } from "./transaction-numbers.ts";
import { locksLost, tooManyNotifications, tooManyOf } from "./session-errors.ts";
import type { Utility } from "./utility.ts";

/** Output beyond this is sent while the statement still runs. */
const SEND_THRESHOLD = 64 * 1024;

export interface DatabaseQuestion {
  readonly database: number;
  readonly terminate: boolean;
}

export interface SessionIdentity {
  readonly user: string;
  readonly database: string;
  readonly databaseOid: number;
  readonly pid: number;
  /** Microseconds since the Unix epoch. */
  readonly serverStart: number;
  /** Of all sessions of this server, as are the next two. */
  readonly outcomes: TransactionOutcomes;
  readonly schemaTurns: SchemaTurns;
  readonly gathering: GatheringBudget;
  /** To another session of this server; false when there is none. */
  signal(pid: number, signal: "cancel" | "terminate"): boolean;
  /** Every session of this server. */
  sessions(): Iterable<Session>;
  /** Sessions of this server in a database, but for one; they are ended if asked. */
  countIn(where: DatabaseQuestion, except: number): number;
}

export interface SessionParts {
  readonly runtime: NodeRuntime;
  readonly engine: Engine;
  readonly codecs: CodecByOid;
  readonly framer: Framer;
  readonly reader: MessageReader;
  readonly output: Output;
  readonly connection: Connection;
  /** Statements that the session carries out itself, by parse tag. */
  readonly utilities: ReadonlyMap<string, Utility>;
  /** What the server says of itself: settings that are the same in all its sessions. */
  readonly serverSettings: ReadonlyMap<string, string>;
}

export class Session implements SessionContext {
  readonly runtime: NodeRuntime;
  readonly engine: Engine;
  readonly framer: Framer;
  readonly reader: MessageReader;
  readonly output: Output;
  readonly connection: Connection;
  readonly utilities: ReadonlyMap<string, Utility>;
  readonly database: string;
  readonly databaseOid: number;
  readonly identity: SessionIdentity;
  readonly random: SessionRandom;
  readonly transactionNumbers: TransactionNumbers;
  readonly settings: SessionSettings;
  readonly block: TransactionBlock;
  readonly units: AutocommitUnits;
  readonly facts: SessionFacts;
  readonly temporary: TemporaryObjects;
  readonly statements: Map<string, PreparedStatement> = new Map();
  readonly portals: PortalTable = new PortalTable();
  interrupts: StatementInterrupts;
  readonly turn: SessionTurn;
  /** Whether a statement runs that a cancel request would hit. */
  active = false;
  /** The server shuts down: the session ends before its next message. */
  terminating = false;
  /** The connection is as old as it may be: it ends when no transaction is open. */
  isExpired = false;
  /** How old a transaction may be; Infinity: as old as it likes. */
  readonly ageMicros: number;
  /** Microseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Since when nothing has run. */
  idleSince: number;
  /** What the client sent and runs now. */
  currentQuery = "";
  /** Statements of the Query message that is being run: VACUUM must be alone. */
  statementsInMessage = 1;
  /**
   * A portal that was asked to describe itself: answered with its first rows if it is run next, as
   * its columns are certain only then, else before anything else is.
   */
  describing: Portal | undefined;
  /** Sends the description of rows whose first ones are being made: notices come after it. */
  describeFirst: (() => void) | undefined;
  readonly #codecs: CodecByOid;
  #portalNumber = 0;
  #statementStart: number;
  #spillSpace: SpillSpace | undefined;
  #listener: ChannelListener | undefined;
  readonly #seen: SeenSchema | undefined;
  #locks: SessionLocks | undefined;
  #transactionStart = 0;
  #timeout: Timer | undefined;
  #inputFormat: FormatSettings | undefined;
  #inputSettings: CodecInputSettings | undefined;

  constructor(parts: SessionParts, identity: SessionIdentity) {
    this.runtime = parts.runtime;
    this.engine = parts.engine;
    this.#codecs = parts.codecs;
    this.ageMicros = parts.engine.profile.limits.value("age") * 1_000_000;
    this.framer = parts.framer;
    this.reader = parts.reader;
    this.output = parts.output;
    this.connection = parts.connection;
    this.utilities = parts.utilities;
    this.settings = new SessionSettings(parts.serverSettings, (characters) => {
      this.reader.characters = characters;
      this.output.characters = characters;
    });
    this.database = identity.database;
    this.databaseOid = identity.databaseOid;
    this.identity = identity;
    this.startedAt = this.runtime.clock.now().latest;
    this.idleSince = this.startedAt;
    this.#statementStart = this.startedAt;
    this.random = new SessionRandom(this.runtime.random);
    this.transactionNumbers = new TransactionNumbers(
      this.runtime.clock,
      identity.pid,
      identity.outcomes,
    );
    this.temporary = new TemporaryObjects(identity.pid);
    const { outdatedSessions } = this.engine.profile.conflicts;
    this.#seen = outdatedSessions ? new SeenSchema() : undefined;
    const listener = (): ChannelListener => this.#listen();
    const ends = this.engine.activity?.database(this.databaseOid);
    this.block = new TransactionBlock(
      (readOnly, serializable, snapshot) => {
        const { temporary, databaseOid: database } = this;
        return this.engine.begin({
          readOnly,
          serializable,
          snapshot: snapshot ?? pastSnapshot(this),
          temporary,
          database,
          listener,
          seen: this.#seen,
        });
      },
      () => {
        this.#transactionStart = this.#statementStart;
        this.transactionNumbers.begin();
      },
      this.settings,
      {
        mark: () => this.#locks?.mark() ?? 0,
        rollbackTo: (mark) => this.#locks?.rollbackTo(mark),
      },
      (outcome) => {
        this.transactionNumbers.ended(outcome);
        if (ends !== undefined) countEnd(ends, outcome);
      },
    );
    this.units = new AutocommitUnits(this);
    this.facts = new SessionFactsView(this, identity.pid);
    this.turn = new SessionTurn(this.runtime.clock);
    this.interrupts = new StatementInterrupts(this.runtime.clock, Infinity, this.turn);
  }

  get codecs(): CodecByOid {
    const { characters } = this.settings.derived;
    return characters === undefined ? this.#codecs : encodedCodecs(this.#codecs, characters);
  }

  get transactionTime(): bigint {
    return postgresTime(this.#transactionStart);
  }

  get statementTime(): bigint {
    return postgresTime(this.#statementStart);
  }

  /** For pg_prepared_statements. */
  listStatements(): readonly ListedStatement[] {
    return [...this.statements.values()].filter((each) => each.name !== "").map(listedStatement);
  }

  /** For pg_stat_activity. */
  listSessions(): MaybePromise<readonly ListedSession[]> {
    return clusterSessions(this);
  }

  /** For pg_locks. */
  listLocks(): MaybePromise<readonly ListedLock[]> {
    return clusterLocks(this);
  }

  listActivity(): MaybePromise<readonly ActivityReport[]> {
    return clusterActivity(this);
  }

  listConflicts(): MaybePromise<readonly ConflictReport[]> {
    return this.engine.lostConflicts?.() ?? [];
  }

  get activity(): ActivityCounters | undefined {
    return this.engine.activity;
  }

  signal(pid: number, signal: "cancel" | "terminate"): MaybePromise<boolean> {
    return signalAnywhere(this, pid, signal);
  }

  sessionsIn(database: number, terminate: boolean): Promise<number> {
    return sessionsInDatabase(this, { database, terminate });
  }

  /** Made with the first advisory lock. */
  get locks(): SessionLocks | undefined {
    const { membership } = this.engine;
    if (membership === undefined) return undefined;
    const lost = (): void => {
      this.#end(locksLost());
    };
    this.#locks ??= new SessionLocks(membership, this.runtime.clock, lockingSession(this, lost));
    return this.#locks;
  }

  get knownLocks(): SessionLocks | undefined {
    return this.#locks;
  }

  localSessions(): readonly ListedSession[] {
    return Array.from(this.identity.sessions(), (each) =>
      listedSession(each, each !== this && each.connection.waitsForInput),
    );
  }

  /** For pg_settings. */
  settingFacts(name: string): SettingFacts | undefined {
    const own = transactionSetting(this, name);
    const facts = this.settings.facts(name);
    return own === undefined || facts === undefined ? facts : { ...facts, value: own };
  }

  /** For pg_cursors. */
  listCursors(): readonly ListedCursor[] {
    return this.portals.all().flatMap(listedCursor);
  }

  cursor(name: string): CursorPosition | undefined {
    const portal = this.portals.get(name);
    return portal === undefined ? undefined : cursorPosition(portal);
  }

  /** Who the session acts as: what SET ROLE or SET SESSION AUTHORIZATION said last. */
  get user(): string {
    const { role, sessionUser } = this.settings.derived;
    return role ?? sessionUser ?? this.identity.user;
  }

  get sessionUser(): string {
    return this.settings.derived.sessionUser ?? this.identity.user;
  }

  get searchPath(): readonly string[] {
    return this.settings.derived.searchPath;
  }

  /** Of this session's queries and cursors together. */
  get spillSpace(): SpillSpace {
    return (this.#spillSpace ??= spillSpaceOf(this));
  }

  get isOnlyStatement(): boolean {
    return this.statementsInMessage === 1;
  }

  get inBlock(): boolean {
    return this.block.state === "block";
  }

  get memoryLimitBytes(): number {
    return this.settings.derived.memoryLimitBytes;
  }

  get planner(): PlannerSettings {
    return this.settings.derived.planner;
  }

  evaluation(parameters: readonly Datum[]): EvaluationContext {
    return new StatementEvaluation(
      {
        clock: this.runtime.clock,
        random: this.random,
        interrupts: this.interrupts,
        facts: this.facts,
        format: this.settings.derived.format,
        transactionStart: this.#transactionStart,
        statementStart: this.#statementStart,
      },
      parameters,
    );
  }

  /** Made anew only when a setting changes; `now` is asked for by few values. */
  get inputSettings(): CodecInputSettings {
    const { format } = this.settings.derived;
    if (this.#inputSettings !== undefined && this.#inputFormat === format) {
      return this.#inputSettings;
    }
    const transactionTime = (): bigint => postgresTime(this.#transactionStart);
    const settings: CodecInputSettings = {
      ...format,
      get now() {
        return transactionTime();
      },
    };
    this.#inputFormat = format;
    this.#inputSettings = settings;
    return settings;
  }

  notice(
    severity: "NOTICE" | "WARNING" | "INFO",
    sqlstate: string,
    message: string,
    fields: SqlErrorFields = {},
  ): void {
    if (!isSent(severity, this.settings.derived.minimumMessageLevel)) return;
    this.describeFirst?.();
    noticeResponse(this.output, { severity, sqlstate, message, fields });
  }

  warning(sqlstate: string, message: string): void {
    this.notice("WARNING", sqlstate, message);
  }

  /** A statement begins: it can be cancelled until `endStatement`. */
  beginStatement(): void {
    const { clock } = this.runtime;
    this.#statementStart = clock.now().latest;
    this.interrupts = new StatementInterrupts(clock, Infinity, this.turn);
    this.active = true;
    this.limitTime();
  }

  endStatement(): void {
    this.active = false;
    this.#locks?.abandonWait();
    this.#timeout?.cancel();
    this.#timeout = undefined;
  }

  /** Starts statement_timeout unless it runs: a SET may have come earlier in the same message. */
  limitTime(): void {
    const micros = this.settings.derived.statementTimeoutMicros;
    if (micros === 0 || this.interrupts.hasDeadline) return;
    this.endIn(micros, statementTimeout);
  }

  /** The statement ends with this error after so long, if it has not ended before. */
  endIn(micros: number, late: () => SqlError): void {
    const { clock } = this.runtime;
    if (!this.interrupts.setDeadline(clock.monotonicMicros() + micros, late)) return;
    this.#timeout?.cancel();
    this.#timeout = clock.after(micros, () => {
      this.cancel(late());
    });
  }

  /** Stops the statement that runs, if one does. */
  cancel(reason: SqlError): void {
    if (!this.active) return;
    this.interrupts.cancel(reason);
    // COPY FROM STDIN waits for the client, not for a promise.
    this.connection.interruptInput(reason);
  }

  /** Waits for engine work, unless the statement is cancelled first. */
  *wait<T>(promise: Promise<T>): Task<T> {
    return yield* settled(this.interrupts.guard(promise));
  }

  get hasMuchOutput(): boolean {
    return this.output.size >= SEND_THRESHOLD;
  }

  /** Sends what has gathered when it is much, and waits for a client that is behind. */
  *relieve(): Task<void> {
    const { output, connection } = this;
    if (!this.hasMuchOutput || this.units.keepsHold(output.size)) return;
    output.release();
    connection.flush();
    if (connection.blocked) yield* this.wait(connection.drained());
  }

  reportSettings(): void {
    this.settings.reportChanges((name, value) => {
      parameterStatus(this.output, name, value);
    });
  }

  #listen(): ChannelListener {
    this.#listener ??= this.engine.listener({
      database: this.databaseOid,
      arrived: () => {
        this.#notificationsArrived();
      },
      overrun: () => {
        this.#overrun();
      },
    });
    return this.#listener;
  }

  /** Undefined for a session that has never listened or notified. */
  get listener(): ChannelListener | undefined {
    return this.#listener;
  }

  notify(channel: string, payload: string): void {
    const { pid } = this.identity;
    const { notifications } = this.block.transaction;
    notifications.notify({ pid, database: this.databaseOid, channel, payload });
  }

  /** Between transactions, BEFORE ReadyForQuery: what the session itself notified of is among it. */
  *deliverNotifications(listener: ChannelListener): Task<void> {
    if (this.block.state !== "idle") return;
    const settling = listener.settle();
    if (settling !== undefined) yield* settled(settling);
    for (const each of listener.take()) notificationResponse(this.output, each);
  }

  /** An idle session is told at once, one that works when it is done. */
  #notificationsArrived(): void {
    const { connection, output } = this;
    if (this.block.state !== "idle" || !connection.waitsForInput) return;
    if (connection.blocked) {
      void connection.drained().then(() => {
        if (this.#listener?.hasQueued === true) this.#notificationsArrived();
      });
      return;
    }
    for (const each of this.#listener?.take() ?? []) notificationResponse(output, each);
    output.release();
    connection.flush();
  }

  #overrun(): void {
    this.#end(tooManyNotifications());
  }

  #end(error: SqlError): void {
    this.terminating = true;
    this.cancel(error);
    this.connection.interruptInput(error);
  }

  ready(): void {
    this.reportSettings();
    readyForQuery(this.output, this.block.status);
    this.output.release();
  }

  newPortal(fields: PortalFields): Portal {
    return new Portal(++this.#portalNumber, fields);
  }

  get portalNumber(): number {
    return this.#portalNumber;
  }

  addStatement(statement: PreparedStatement): void {
    const limit = this.settings.derived.preparedStatementsMax;
    if (this.statements.size >= limit) {
      throw tooManyOf("prepared statements", limit, "firstlight.max_prepared_statements");
    }
    statement.preparedAt = postgresTime(this.#statementStart);
    this.statements.set(statement.name, statement);
  }

  addPortal(portal: Portal): void {
    const limit = this.settings.derived.portalsMax;
    if (this.portals.size >= limit) throw tooManyOf("portals", limit, "firstlight.max_portals");
    this.portals.get(portal.name)?.close();
    this.portals.set(portal);
  }

  closePortal(name: string): void {
    const portal = this.portals.get(name);
    if (portal === undefined) return;
    this.portals.delete(name);
    portal.close();
  }

  /** Portals end with their transaction, those after a savepoint with its rolling back. */
  closePortals(after: number = 0): void {
    if (this.portals.size === 0) return;
    for (const portal of this.portals.all()) {
      if (portal.number > after && !portal.isCommitted) this.closePortal(portal.name);
    }
  }

  /** The transaction has committed: what WITH HOLD keeps is the session's now. */
  keepHeldPortals(): void {
    if (this.portals.size === 0) return;
    for (const portal of this.portals.all()) portal.isCommitted ||= portal.isHeld;
    this.closePortals();
  }

  /** A statement failed with `error`: what it had begun is undone. */
  fail(): void {
    this.units.clear();
    this.block.fail();
    if (this.block.state === "idle") this.closePortals();
  }

  dispose(): void {
    this.units.clear();
    for (const { name } of this.portals.all()) this.closePortal(name);
    this.block.rollback();
    this.#listener?.close();
    this.#locks?.close();
  }
}
