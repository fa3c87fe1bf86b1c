/**
 * The state of one client's session, and what its statements need of it. The message loop and the
 * statements work on it; nothing in it outlives the connection.
 */
import type {
  ListedCursor,
  ListedSession,
  ListedStatement,
  SettingFacts,
} from "../catalog/catalog.ts";
import type { CursorPosition, Engine, SessionContext } from "../engine/engine.ts";
import { SeenSchema } from "../engine/seen-schema.ts";
import { TemporaryObjects } from "../engine/temporary-objects.ts";
import { SessionLocks } from "../locks/session-locks.ts";
import type { ChannelListener } from "../notify/channel-listener.ts";
import type { PlannerSettings } from "../plan/planner-settings.ts";
import type { SpillSpace } from "../spill/spill-space.ts";
import { countEnd } from "../statistics/activity-counters.ts";
import type { ActivityCounters, ActivityReport } from "../statistics/activity-counters.ts";
import { encodedCodecs } from "../wire/encoded-codec.ts";
import type { Framer } from "../wire/framer.ts";
import type { MessageReader } from "../wire/message-reader.ts";
import { noticeResponse, parameterStatus, readyForQuery } from "../wire/messages.ts";
import type { Output } from "../wire/output.ts";
import type { CodecByOid, CodecInputSettings } from "../wire/value-codec.ts";
import { AutocommitUnits } from "./autocommit-units.ts";
import { BlockTurn } from "./block-turn.ts";
import {
  clusterActivity,
  clusterLocks,
  clusterSessions,
  sessionsInDatabase,
  signalAnywhere,
} from "./cluster-sessions.ts";
import type { Connection } from "./connection.ts";
import { SessionTurn, StatementInterrupts } from "./interrupts.ts";
import { lockingSession } from "./locking-session.ts";
import { isSent } from "./message-levels.ts";
import { pastSnapshot } from "./past-snapshot.ts";
import { PortalTable } from "./portal-table.ts";
import { Portal } from "./portal.ts";
import type { PortalFields } from "./portal.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import { RunningStatement } from "./running-statement.ts";
import { locksLost, tooManyOf } from "./session-errors.ts";
import { SessionFactsView } from "./session-facts.ts";
import {
  cursorPosition,
  listedCursor,
  listedSession,
  listedStatement,
} from "./session-listings.ts";
import { spillSpaceOf } from "./session-memory.ts";
import { SessionNotifications } from "./session-notifications.ts";
import type { SessionIdentity, SessionParts } from "./session-parts.ts";
import { SessionRandom } from "./session-random.ts";
import { SessionSettings } from "./session-settings.ts";
import { StatementEvaluation, postgresTime } from "./statement-evaluation.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";
import { TransactionBlock } from "./transaction-block.ts";
import { TransactionNumbers } from "./transaction-numbers.ts";
import { transactionSetting } from "./transaction-setting.ts";
import type { Utility } from "./utility.ts";
import type {
  ConflictReport,
  ListedLock,
  MaybePromise,
  NodeRuntime,
  SqlError,
  SqlErrorFields,
} from "@firstlight/common";
import type { Datum, EvaluationContext, FormatSettings, SessionFacts } from "@firstlight/sql";

/** `now` of input, read when it is asked for; on a prototype, so that sessions share a shape. */
class TransactionTime {
  readonly #start: () => number;

  constructor(start: () => number) {
    this.#start = start;
  }

  get now(): bigint {
    return postgresTime(this.#start());
  }
}

/** Output beyond this is sent while the statement still runs. */
const SEND_THRESHOLD = 64 * 1024;

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
  readonly blockTurn: BlockTurn;
  readonly notifications: SessionNotifications;
  readonly facts: SessionFacts;
  readonly temporary: TemporaryObjects;
  readonly statements: Map<string, PreparedStatement> = new Map();
  readonly portals: PortalTable = new PortalTable();
  readonly running: RunningStatement;
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
  #spillSpace: SpillSpace | undefined;
  readonly #seen: SeenSchema | undefined;
  #locks: SessionLocks | undefined;
  #transactionStart = 0;
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
    this.running = new RunningStatement(this, this.startedAt);
    this.random = new SessionRandom(this.runtime.random);
    this.transactionNumbers = new TransactionNumbers(
      this.runtime.clock,
      identity.pid,
      identity.outcomes,
    );
    this.temporary = new TemporaryObjects(identity.pid);
    const { outdatedSessions } = this.engine.profile.conflicts;
    this.#seen = outdatedSessions ? new SeenSchema() : undefined;
    this.notifications = new SessionNotifications(this, (error) => {
      this.#end(error);
    });
    const listener = (): ChannelListener => this.notifications.listen();
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
        this.#transactionStart = this.running.startedAt;
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
        this.blockTurn.ended(outcome === "committed");
      },
    );
    this.units = new AutocommitUnits(this);
    this.blockTurn = new BlockTurn(this);
    this.facts = new SessionFactsView(this, identity.pid);
  }

  get codecs(): CodecByOid {
    const { characters } = this.settings.derived;
    return characters === undefined ? this.#codecs : encodedCodecs(this.#codecs, characters);
  }

  get transactionTime(): bigint {
    return postgresTime(this.#transactionStart);
  }

  get statementTime(): bigint {
    return postgresTime(this.running.startedAt);
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
        statementStart: this.running.startedAt,
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
    const settings = Object.assign(new TransactionTime(() => this.#transactionStart), format);
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

  get interrupts(): StatementInterrupts {
    return this.running.interrupts;
  }

  get turn(): SessionTurn {
    return this.running.turn;
  }

  /** Whether a statement runs that a cancel request would hit. */
  get active(): boolean {
    return this.running.active;
  }

  beginStatement(): void {
    this.running.begin();
  }

  endStatement(): void {
    this.running.end();
    this.#locks?.abandonWait();
  }

  limitTime(): void {
    this.running.limitTime();
  }

  endIn(micros: number, late: () => SqlError): void {
    this.running.endIn(micros, late);
  }

  /** Stops the statement that runs, if one does. */
  cancel(reason: SqlError): void {
    this.running.cancel(reason);
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

  /** Undefined for a session that has never listened or notified. */
  get listener(): ChannelListener | undefined {
    return this.notifications.listener;
  }

  notify(channel: string, payload: string): void {
    const { pid } = this.identity;
    const { notifications } = this.block.transaction;
    notifications.notify({ pid, database: this.databaseOid, channel, payload });
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
    statement.preparedAt = postgresTime(this.running.startedAt);
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
    this.listener?.close();
    this.#locks?.close();
  }
}
