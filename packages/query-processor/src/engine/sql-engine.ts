/**
 * The SQL engine of one query processor: what it is made of, and what sessions ask of it. Statements
 * are planned by statement-planner.ts and run by statement-runner.ts; storage refuses reads on an
 * outdated catalog image, and then the statement is planned again (I10).
 */
import { StatementAdmission } from "../admission/statement-admission.ts";
import type { ResultColumn } from "../bind/query-tree.ts";
import { objectNamer, registeredObjectOid } from "../catalog-functions/registered-objects.ts";
import { FIRST_DATABASE } from "../catalog/builtin-objects.ts";
import { CatalogLoader } from "../catalog/catalog-loader.ts";
import { conflictReports } from "../cluster/conflict-reports.ts";
import { Membership } from "../cluster/membership.ts";
import type { Execution } from "../execute/executable.ts";
import type { Injector } from "../inject/injector.ts";
import { ChannelListener } from "../notify/channel-listener.ts";
import type { ListeningSession } from "../notify/channel-listener.ts";
import { NotificationHub } from "../notify/notification-hub.ts";
import type { JobRunner } from "../online/job-runner.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { systemCatalogOf } from "../profile/find-system-catalog.ts";
import { FIRSTLIGHT } from "../profile/firstlight.ts";
import type { Profile } from "../profile/profile.ts";
import { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import { ActivityCounters } from "../statistics/activity-counters.ts";
import { ChangedRows } from "../statistics/changed-rows.ts";
import { StatisticsKeeper } from "../statistics/statistics-keeper.ts";
import type { TransactionLimits } from "../transaction/kv-transaction.ts";
import type { CallableRoutine } from "./callable-routine.ts";
import { callableRoutine } from "./callable-routine.ts";
import { schemaChanged } from "./conflict-error.ts";
import type {
  BeginOptions,
  CopyRequest,
  CopyTarget,
  Engine,
  EngineTransaction,
  LoginFacts,
  PreparedQuery,
  SessionContext,
} from "./engine.ts";
import { loginFacts } from "./login-facts.ts";
import type { OnlineOptions } from "./online-services.ts";
import { OnlineServices } from "./online-services.ts";
import type { Prepared } from "./prepared.ts";
import type { RoleFacts } from "./role-facts.ts";
import { roleFacts } from "./role-facts.ts";
import { effectivePath } from "./search-path.ts";
import { forgetSequences } from "./sequence-session.ts";
import type { ServiceDatabases } from "./service-databases.ts";
import { rethrowForUser } from "./service-failure.ts";
import { SessionTransaction, own } from "./session-transaction.ts";
import type { TransactionServices } from "./session-transaction.ts";
import { StatementPlanner, verifySchema } from "./statement-planner.ts";
import { StatementRunner } from "./statement-runner.ts";
import type { ConflictReport, MaybePromise } from "@firstlight/common";
import { andThen, isPromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";

export interface EngineOptions extends OnlineOptions {
  readonly limits: TransactionLimits;
  readonly plansMax: number;
  /** Absent: the default one. */
  readonly profile?: Profile;
  /** Makes transactions of sessions fail on purpose. */
  readonly injector?: Injector | undefined;
}

export class SqlEngine implements Engine {
  readonly profile: Profile;
  readonly #options: EngineOptions;
  readonly #loader: CatalogLoader;
  readonly #sequences: SequenceBlocks;
  readonly #changed = new ChangedRows();
  readonly activity: ActivityCounters = new ActivityCounters(this.#changed);
  readonly #keeper: StatisticsKeeper;
  readonly #online: OnlineServices;
  readonly #services: TransactionServices;
  /** Of those that a session begins. */
  readonly #sessionServices: TransactionServices;
  readonly #hub: NotificationHub;
  readonly #planner: StatementPlanner;
  readonly #runner: StatementRunner;
  readonly membership: Membership | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.profile = options.profile ?? FIRSTLIGHT;
    this.#loader = new CatalogLoader(
      options.cluster.storage,
      systemCatalogOf(this.profile),
      this.profile,
    );
    const { registrar } = options.cluster;
    if (registrar !== undefined) {
      const { service, isAlone } = registrar;
      const { clock, random } = options.ports;
      const { log, onlineBugs: bugs } = options;
      const parts = { registrar: service, isAlone, clock, random, log, bugs };
      this.membership = new Membership(parts);
    }
    this.#services = this.#transactionServices();
    const limits = { ...options.limits, profile: this.profile.limits };
    this.#sessionServices = { ...this.#services, injector: options.injector, limits };
    const { cluster: view, ports, onlineBugs } = options;
    this.#sequences = new SequenceBlocks(view, ports, this.membership, onlineBugs);
    this.#hub = new NotificationHub({
      cluster: options.cluster,
      clock: options.ports.clock,
      patienceMicros: options.ports.outcomePatienceMicros,
      log: options.log,
    });
    const { cluster, log, metrics } = options;
    this.#keeper = new StatisticsKeeper({
      cluster: options.cluster,
      ports: options.ports,
      loader: this.#loader,
      changed: this.#changed,
      log: options.log,
      begin: (database) => this.begin({ readOnly: false, database }),
      ...(this.profile.isDsql
        ? { submit: (table, own) => this.#online.submitAnalyze(table, own) }
        : {}),
    });
    this.#online = new OnlineServices(options, this.#sequences, (database = FIRST_DATABASE) =>
      this.begin({ readOnly: false, database }),
    );
    const { profile } = this;
    const sequences = this.#sequences;
    const remote = cluster.rowFormat === "encoded";
    this.#planner = new StatementPlanner({
      profile,
      sequences,
      remote,
      plansMax: options.plansMax,
    });
    this.#runner = new StatementRunner({
      planner: this.#planner,
      sequences,
      online: this.#online,
      admission: new StatementAdmission({ cluster, clock: options.ports.clock, log, metrics }),
    });
  }

  lostConflicts(): Promise<readonly ConflictReport[]> {
    const { cluster, ports } = this.#options;
    return conflictReports(cluster, ports.clock);
  }

  /** For what puts the whole database back to an earlier state. */
  get sequences(): SequenceBlocks {
    return this.#sequences;
  }

  /** Of transactions of the system itself. */
  #transactionServices(): TransactionServices {
    const { cluster, ports, limits, onlineBugs } = this.#options;
    return {
      cluster,
      ports,
      limits,
      loader: this.#loader,
      changed: this.#changed,
      skipsFences: onlineBugs?.has("outdatedWritersPass") ?? false,
      submitted: (jobs) => jobs.forEach((job) => this.jobs.run(job)),
    };
  }

  get jobs(): JobRunner {
    return this.#online.jobs;
  }

  /** Databases that the server itself makes and drops. */
  get databases(): ServiceDatabases {
    return this.#online.databases;
  }

  /** From now on jobs are taken over whose query processor has died. */
  startJobs(): void {
    this.#online.jobs.start();
  }

  /** From now on tables are analyzed as they change. */
  startAnalyzing(): void {
    this.#keeper.start();
  }

  stop(): void {
    this.#keeper.stop();
    this.membership?.stop();
    this.#online.jobs.stop();
  }

  listener(session: ListeningSession): ChannelListener {
    return new ChannelListener(session, this.#hub);
  }

  parse(text: string): readonly ParsedStatement[] {
    return this.#planner.parse(text);
  }

  prepare(
    session: SessionContext,
    transaction: EngineTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
  ): MaybePromise<Prepared> {
    return this.#planner.prepare(session, transaction, statement, paramTypes);
  }

  execute(
    session: SessionContext,
    transaction: EngineTransaction,
    query: PreparedQuery,
    parameters: readonly Datum[],
    onColumns?: (columns: readonly ResultColumn[]) => void,
    pauses = false,
  ): MaybePromise<Execution> {
    return this.#runner.execute(session, transaction, query, parameters, onColumns, pauses);
  }

  copyFrom(
    session: SessionContext,
    transaction: EngineTransaction,
    request: CopyRequest,
  ): Promise<CopyTarget> {
    return this.#runner.copyFrom(session, transaction, request);
  }

  copyToQuery(
    session: SessionContext,
    transaction: EngineTransaction,
    relation: readonly string[],
    columns: readonly string[] | undefined,
  ): MaybePromise<PreparedQuery> {
    return this.#runner.copyToQuery(session, transaction, relation, columns);
  }

  begin(options: BeginOptions): SessionTransaction {
    if (options.listener === undefined) return new SessionTransaction(this.#services, options);
    this.#options.injector?.atBegin(() => schemaChanged(this.#loader.latest(FIRST_DATABASE)));
    return new SessionTransaction(this.#sessionServices, options);
  }

  forgetSequences(session: SessionContext): void {
    forgetSequences(session);
  }

  routineByOid(transaction: EngineTransaction, oid: number): CallableRoutine | undefined {
    return callableRoutine(own(transaction).schema.image, oid);
  }

  objectNames(
    session: SessionContext,
    transaction: EngineTransaction,
  ): (type: number, oid: number) => string | undefined {
    const { image } = own(transaction).schema;
    const searchPath = effectivePath(session, image);
    return objectNamer({ image, searchPath }, session.evaluation([]).format);
  }

  objectOids(
    session: SessionContext,
    transaction: EngineTransaction,
  ): (type: number, text: string) => number | undefined {
    const { image } = own(transaction).schema;
    const searchPath = effectivePath(session, image);
    const asked = { database: session.database, currentUser: session.user };
    return (type, text) => registeredObjectOid({ image, searchPath, session: asked }, type, text);
  }

  confirmSchema(transaction: EngineTransaction): MaybePromise<void> {
    return andThen(verifySchema(own(transaction)), () => undefined);
  }

  roleFor(
    transaction: EngineTransaction,
    names: { readonly role: string; readonly member: string },
  ): RoleFacts | undefined {
    return roleFacts(own(transaction).schema.image, names);
  }

  login(names: {
    readonly user: string;
    readonly database: string;
  }): MaybePromise<LoginFacts | undefined> {
    const snapshot = this.#options.cluster.takeSnapshot();
    const loaded = this.#loader.at(snapshot, FIRST_DATABASE);
    return andThen(isPromise(loaded) ? loaded.catch(rethrowForUser) : loaded, (image) =>
      loginFacts(image, names),
    );
  }
}
