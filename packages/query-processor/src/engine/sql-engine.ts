/**
 * The SQL engine of one query processor: parses, binds, plans with a cache per catalog image, runs
 * statements in transactions, and changes schemas. Plans are made on the newest image known here;
 * storage refuses reads on an outdated one, and then the statement is planned again (I10).
 */
import type { ConflictReport, MaybePromise } from "@firstlight/common";
import { SqlError, andThen, isPromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import { CatalogLoader } from "../catalog/catalog-loader.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { objectNamer, registeredObjectOid } from "../catalog-functions/registered-objects.ts";
import type { DdlContext } from "../ddl/ddl-context.ts";
import { planUtility } from "../ddl/dispatch.ts";
import type { Execution } from "../execute/executable.ts";
import type { ParsedStatement, ParseNode } from "../parse/parsed-statement.ts";
import type { JobRunner } from "../online/job-runner.ts";
import { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { TransactionLimits } from "../transaction/kv-transaction.ts";
import type { CallableRoutine } from "./callable-routine.ts";
import { callableRoutine } from "./callable-routine.ts";
import { copyTarget, copiedColumns, refuseCopySource, copyToStatement } from "./copy-source.ts";
import { schemaChanged } from "./conflict-error.ts";
import type {
  BeginOptions,
  CopyRequest,
  CopyTarget,
  Engine,
  LoginFacts,
  EngineTransaction,
  PreparedQuery,
  SessionContext,
} from "./engine.ts";
import { ddlContext } from "./ddl-context-of.ts";
import { makePlan } from "./make-plan.ts";
import { loginFacts } from "./login-facts.ts";
import { NormalizedStatements, literalTypes, literalValues } from "./normalized-statements.ts";
import { ActivityCounters } from "../statistics/activity-counters.ts";
import { ChangedRows } from "../statistics/changed-rows.ts";
import { StatisticsKeeper } from "../statistics/statistics-keeper.ts";
import { FIRST_DATABASE } from "../catalog/builtin-objects.ts";
import { conflictReports } from "../cluster/conflict-reports.ts";
import { Membership } from "../cluster/membership.ts";
import { ChannelListener } from "../notify/channel-listener.ts";
import type { ListeningSession } from "../notify/channel-listener.ts";
import { NotificationHub } from "../notify/notification-hub.ts";
import { StatementAdmission } from "../admission/statement-admission.ts";
import { ParameterTests } from "../plan/parameter-tests.ts";
import { FIRSTLIGHT } from "../profile/firstlight.ts";
import { systemCatalogOf } from "../profile/find-system-catalog.ts";
import type { Profile } from "../profile/profile.ts";
import type { Injector } from "../inject/injector.ts";
import type { ServiceDatabases } from "./service-databases.ts";
import { PlanCache } from "./plan-cache.ts";
import type { PlanChoice } from "./plan-choice.ts";
import { PlanSuccessors } from "./plan-successors.ts";
import { planKey } from "./plan-key.ts";
import { planForValues } from "./plan-for-values.ts";
import type { MadePlan, PlanArguments } from "./planning-steps.ts";
import { LONG_TEXT, asFarAsAllowed, atOnce } from "./planning-steps.ts";
import type { OnlineOptions } from "./online-services.ts";
import { OnlineServices } from "./online-services.ts";
import { mayEverything } from "./authorize.ts";
import type { PlanServices } from "./plan-execution.ts";
import { startPlan } from "./plan-execution.ts";
import type { Prepared, PreparedPlan, PreparedUtility } from "./prepared.ts";
import { QUERY_TAGS } from "./query-commands.ts";
import { asPrepared } from "./prepared.ts";
import { EmptyExecution } from "./query-execution.ts";
import { effectivePath } from "./search-path.ts";
import { selectInto } from "./select-into.ts";
import { forgetSequences } from "./sequence-session.ts";
import { changedColumns, sameColumns } from "./result-columns.ts";
import { refuseServiceStatement } from "./service-statements.ts";
import type { RoleFacts } from "./role-facts.ts";
import { roleFacts } from "./role-facts.ts";
import { SessionTransaction, own } from "./session-transaction.ts";
import type { TransactionServices } from "./session-transaction.ts";
import { rethrowForUser, userError } from "./service-failure.ts";

export interface EngineOptions extends OnlineOptions {
  readonly limits: TransactionLimits;
  readonly plansMax: number;
  /** Absent: the default one. */
  readonly profile?: Profile;
  /** Makes transactions of sessions fail on purpose. */
  readonly injector?: Injector | undefined;
}

const INNER_ROWS = 1_000;

export class SqlEngine implements Engine {
  readonly profile: Profile;
  readonly #options: EngineOptions;
  readonly #loader: CatalogLoader;
  readonly #sequences: SequenceBlocks;
  readonly #normalized = new NormalizedStatements();
  readonly #plans = new WeakMap<CatalogImage, PlanCache<PreparedPlan>>();
  readonly #successors = new PlanSuccessors();
  readonly #changed = new ChangedRows();
  readonly activity: ActivityCounters = new ActivityCounters(this.#changed);
  readonly #keeper: StatisticsKeeper;
  readonly #online: OnlineServices;
  readonly #services: TransactionServices;
  /** Of those that a session begins. */
  readonly #sessionServices: TransactionServices;
  readonly #hub: NotificationHub;
  readonly #admission: StatementAdmission;
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
      const parts = { registrar: service, isAlone, clock, random, log: options.log };
      this.membership = new Membership(parts);
    }
    this.#services = this.#transactionServices();
    const limits = { ...options.limits, profile: this.profile.limits };
    this.#sessionServices = { ...this.#services, injector: options.injector, limits };
    this.#sequences = new SequenceBlocks(options.cluster, options.ports, this.membership);
    this.#hub = new NotificationHub({
      cluster: options.cluster,
      clock: options.ports.clock,
      patienceMicros: options.ports.outcomePatienceMicros,
      log: options.log,
    });
    const { cluster, log, metrics } = options;
    this.#admission = new StatementAdmission({ cluster, clock: options.ports.clock, log, metrics });
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
    return this.#normalized.parse(text);
  }

  begin(options: BeginOptions): SessionTransaction {
    if (options.listener === undefined) return new SessionTransaction(this.#services, options);
    this.#options.injector?.atBegin(() => schemaChanged(this.#loader.latest(FIRST_DATABASE)));
    return new SessionTransaction(this.#sessionServices, options);
  }

  prepare(
    session: SessionContext,
    transaction: EngineTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
  ): MaybePromise<Prepared> {
    if (!QUERY_TAGS.has(statement.tag)) return this.#prepareUtility(statement);
    const into = selectInto(statement);
    if (into !== undefined) return this.#prepareUtility(into);
    const ours = own(transaction);
    const { normalized } = statement;
    if (normalized === undefined) return this.#prepareQuery(session, ours, statement, paramTypes);
    const exact = (): MaybePromise<Prepared> =>
      this.#prepareQuery(session, ours, normalized.exact(), paramTypes);
    return paramTypes.length > 0 ? exact() : this.#prepareShared(session, ours, statement, exact);
  }

  /** Any trouble with the shared form is left to the statement as it was written. */
  #prepareShared(
    session: SessionContext,
    transaction: SessionTransaction,
    statement: ParsedStatement,
    exact: () => MaybePromise<Prepared>,
  ): MaybePromise<Prepared> {
    const { normalized } = statement;
    if (normalized === undefined) return exact();
    const giveUp = (error: unknown): MaybePromise<Prepared> => {
      if (!(error instanceof SqlError)) throw error;
      this.#normalized.giveUp(normalized.key);
      return exact();
    };
    let plan: MaybePromise<PreparedPlan>;
    try {
      plan = this.#plan(session, transaction, statement, literalTypes(normalized));
    } catch (error) {
      return giveUp(error);
    }
    if (!isPromise(plan)) return this.#withLiterals(session, statement, plan, exact);
    return plan.then((known) => this.#withLiterals(session, statement, known, exact), giveUp);
  }

  #withLiterals(
    session: SessionContext,
    statement: ParsedStatement,
    plan: PreparedPlan,
    exact: () => MaybePromise<Prepared>,
  ): MaybePromise<Prepared> {
    const { normalized } = statement;
    if (normalized === undefined) return plan;
    const { wantsLiterals, callsWriters } = plan.executable;
    if (wantsLiterals || callsWriters === true) return exact();
    try {
      const { format, transactionTime } = session.evaluation([]);
      const settings = { ...format, now: transactionTime };
      const literals = literalValues(normalized, plan.paramTypes, settings);
      // Planned anew it is this statement, not the one that the plan was made for.
      return { ...plan, statement, paramTypes: [], literals };
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return exact();
    }
  }

  #prepareUtility(statement: ParsedStatement): PreparedUtility {
    refuseServiceStatement(this.profile, statement);
    const plan = planUtility(statement);
    const { command, readsOnly, outsideTransactionOnly } = plan;
    const { tag } = statement;
    const shape = { tag, paramTypes: [], columns: plan.columns };
    const changesSchema = !readsOnly;
    return {
      kind: "utility",
      plan,
      command,
      readsOnly,
      changesSchema,
      outsideTransactionOnly,
      ...shape,
    };
  }

  /** An error on an image that was not confirmed yet may be due to a schema change elsewhere. */
  #prepareQuery(
    session: SessionContext,
    transaction: SessionTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
  ): MaybePromise<PreparedPlan> {
    const verified = (error: unknown): MaybePromise<PreparedPlan> => {
      if (!(error instanceof SqlError) || transaction.schema.kv.catalogVerified) throw error;
      return andThen(this.#verify(transaction), (replaced) => {
        if (!replaced) throw error;
        return this.#plan(session, transaction, statement, paramTypes);
      });
    };
    try {
      const plan = this.#plan(session, transaction, statement, paramTypes);
      return isPromise(plan) ? plan.catch(verified) : plan;
    } catch (error) {
      return verified(error);
    }
  }

  #verify(transaction: SessionTransaction): MaybePromise<boolean> {
    try {
      const verified = transaction.schema.verify();
      return isPromise(verified) ? verified.catch(rethrowForUser) : verified;
    } catch (error) {
      throw userError(error);
    }
  }

  #plan(
    session: SessionContext,
    transaction: SessionTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
  ): MaybePromise<PreparedPlan> {
    if (statement.source.length > LONG_TEXT) {
      return this.#planLong(session, transaction, statement, paramTypes, { pauses: true });
    }
    const image = transaction.schema.image;
    const searchPath = effectivePath(session, image);
    const base = session.evaluation([]);
    const key = session.planner.key + planKey(statement, paramTypes, searchPath, base.format);
    const cache = this.#cacheOf(image);
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const about = { tests: new ParameterTests(), pauses: true };
    const steps = this.#planSteps(session, transaction, statement, paramTypes, about);
    const made = asFarAsAllowed(session.interrupts, steps);
    const kept = ({ plan, keeps }: MadePlan): PreparedPlan => {
      if (keeps) cache.set(key, plan);
      return plan;
    };
    return isPromise(made) ? made.then(kept) : kept(made);
  }

  /** Texts of this length are bulk loads and long lists, which do not repeat. */
  async #planLong(...about: PlanArguments): Promise<PreparedPlan> {
    const [{ interrupts }] = about;
    return (await asFarAsAllowed(interrupts, this.#planSteps(...about))).plan;
  }

  #planAfresh(...about: PlanArguments): MadePlan {
    return atOnce(this.#planSteps(...about));
  }

  #planSteps(...given: PlanArguments): Generator<void, MadePlan> {
    const remote = this.#options.cluster.rowFormat === "encoded";
    return makePlan({ sequences: this.#sequences, remote }, ...given);
  }

  #cacheOf(image: CatalogImage): PlanCache<PreparedPlan> {
    let cache = this.#plans.get(image);
    if (cache === undefined) {
      cache = new PlanCache(this.#options.plansMax);
      this.#plans.set(image, cache);
    }
    return cache;
  }

  execute(
    session: SessionContext,
    transaction: EngineTransaction,
    query: PreparedQuery,
    parameters: readonly Datum[],
    onColumns?: (columns: readonly ResultColumn[]) => void,
    pauses = false,
  ): MaybePromise<Execution> {
    const prepared = asPrepared(query);
    const ours = own(transaction);
    const waiting = this.#admission.admit(session, ours, prepared) ?? ours.confirmSeen(prepared);
    if (isPromise(waiting)) {
      return waiting.then(() =>
        this.execute(session, transaction, query, parameters, onColumns, pauses),
      );
    }
    if (prepared.kind === "utility") return this.#runUtility(session, ours, prepared);
    const services = {
      sequences: this.#sequences,
      jobs: this.jobs,
      session,
      transaction: ours,
      parameters: prepared.literals ?? parameters,
      pauses,
      replan: (plan: PreparedPlan): MaybePromise<PreparedPlan> =>
        andThen(this.#verify(ours), () => this.#replan(session, ours, plan, onColumns)),
    };
    if (mayEverything(ours.schema.image, session.user)) {
      return this.#startQuery(services, prepared, onColumns);
    }
    // Whether it may is asked of the schema that holds.
    return andThen(this.#verify(ours), () => this.#startQuery(services, prepared, onColumns));
  }

  #startQuery(
    services: PlanServices,
    prepared: PreparedPlan,
    onColumns: ((columns: readonly ResultColumn[]) => void) | undefined,
  ): MaybePromise<Execution> {
    const { session, transaction: ours } = services;
    if (prepared.confirmsSchemaFirst && !ours.schema.kv.catalogVerified) {
      return andThen(services.replan(prepared), (plan) => startPlan(services, plan));
    }
    const { choice } = prepared;
    if (prepared.image === ours.schema.image) {
      return startPlan(services, this.#forValues(services, prepared, choice));
    }
    const successors = this.#successors.of(session.evaluation([]).format);
    const known = successors.get(prepared);
    if (known?.image === ours.schema.image) {
      return startPlan(services, this.#forValues(services, known, choice));
    }
    const fresh = this.#replan(session, ours, prepared, onColumns);
    return andThen(fresh, (plan) => {
      if (onColumns === undefined) successors.set(prepared, plan);
      return startPlan(services, this.#forValues(services, plan, choice));
    });
  }

  /** The plan for these parameters: another one where statistics say that it makes a difference. */
  #forValues(
    { session, transaction, parameters }: PlanServices,
    generic: PreparedPlan,
    choice: PlanChoice | undefined,
  ): PreparedPlan {
    if (choice === undefined && generic.executable.tests === undefined) return generic;
    return planForValues({ session, parameters, choice }, generic, (types) => {
      const about = { values: parameters };
      return this.#planAfresh(session, transaction, generic.statement, types, about).plan;
    });
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
    return (type, text) => registeredObjectOid({ image, searchPath, session }, type, text);
  }

  /**
   * The same statement on the transaction's own image; its result must look the same. Literals that
   * were read by the outdated schema, labels of enums among them, are read anew: as written.
   */
  #replan(
    session: SessionContext,
    transaction: SessionTransaction,
    outdated: PreparedPlan,
    onColumns: ((columns: readonly ResultColumn[]) => void) | undefined,
  ): MaybePromise<PreparedPlan> {
    const { normalized } = outdated.statement;
    const [statement, types] =
      outdated.literals === undefined || normalized === undefined
        ? [outdated.statement, outdated.declaredTypes]
        : [normalized.exact(), []];
    const plan = this.#prepareQuery(session, transaction, statement, types);
    return andThen(plan, (fresh) => {
      if (onColumns !== undefined && fresh.columns !== undefined) onColumns(fresh.columns);
      else if (!sameColumns(outdated, fresh)) throw changedColumns();
      return fresh;
    });
  }

  /** DDL must not see an outdated schema: it is confirmed first. */
  async #runUtility(
    session: SessionContext,
    transaction: SessionTransaction,
    utility: PreparedUtility,
  ): Promise<Execution> {
    try {
      if (!utility.readsOnly) {
        await transaction.schema.verify();
        transaction.forgetSeen();
      }
      const context = this.#ddlContext(session, transaction);
      return new EmptyExecution(await utility.plan.run(context));
    } catch (error) {
      throw userError(error);
    }
  }

  #ddlContext(session: SessionContext, transaction: SessionTransaction): DdlContext {
    const run = (tag: string, node: ParseNode): Promise<number> =>
      this.#runInner(session, transaction, { tag, node, source: "", text: "" });
    const online = this.#online.forSession(session, (own) => this.#ddlContext(session, own));
    const sequences = this.#sequences;
    return ddlContext({ session, sequences, online, run }, transaction.schema);
  }

  /** A statement that a utility statement is made of. */
  async #runInner(
    session: SessionContext,
    transaction: SessionTransaction,
    statement: ParsedStatement,
  ): Promise<number> {
    const { plan } = this.#planAfresh(session, transaction, statement, []);
    const services = {
      sequences: this.#sequences,
      session,
      transaction,
      parameters: [],
      replan: (outdated: PreparedPlan): PreparedPlan => outdated,
    };
    const execution = startPlan(services, { ...plan, takesSequenceValues: true });
    try {
      while ((await execution.next(INNER_ROWS)) !== undefined) session.interrupts.check();
      return execution.rowCount;
    } finally {
      execution.close();
    }
  }

  async copyFrom(
    session: SessionContext,
    transaction: EngineTransaction,
    request: CopyRequest,
  ): Promise<CopyTarget> {
    const ours = own(transaction);
    await this.#verify(ours);
    await ours.confirmSeen();
    const sequences = this.#sequences;
    const context = this.#ddlContext(session, ours);
    const target = copyTarget({ session, transaction: ours, sequences, context }, request);
    await this.#admission.admitRelied(session, ours);
    return target;
  }

  copyToQuery(
    session: SessionContext,
    transaction: EngineTransaction,
    relation: readonly string[],
    columns: readonly string[] | undefined,
  ): MaybePromise<PreparedQuery> {
    return andThen(this.confirmSchema(transaction), () => {
      const context = this.#ddlContext(session, own(transaction));
      refuseCopySource(context, relation);
      const names = copiedColumns(context, relation, columns);
      return this.prepare(session, transaction, copyToStatement(relation, names), []);
    });
  }

  confirmSchema(transaction: EngineTransaction): MaybePromise<void> {
    return andThen(this.#verify(own(transaction)), () => undefined);
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
