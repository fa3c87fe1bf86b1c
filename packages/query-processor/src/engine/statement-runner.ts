/**
 * Plans to results: a statement that has been prepared is admitted, confirmed against the schema that
 * holds, planned anew where that is another one, and started. Schema changes and what they run inside
 * themselves, and COPY's side of a table.
 */
import { StatementAdmission } from "../admission/statement-admission.ts";
import type { ResultColumn } from "../bind/query-tree.ts";
import type { DdlContext } from "../ddl/ddl-context.ts";
import type { Execution } from "../execute/executable.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import { mayEverything } from "./authorize.ts";
import { copiedColumns, copyToStatement, refuseCopySource } from "./copy-query.ts";
import { copyTarget } from "./copy-target.ts";
import { ddlContext } from "./ddl-context-of.ts";
import type {
  CopyRequest,
  CopyTarget,
  EngineTransaction,
  PreparedQuery,
  SessionContext,
} from "./engine.ts";
import { OnlineServices } from "./online-services.ts";
import type { PlanChoice } from "./plan-choice.ts";
import type { PlanServices } from "./plan-execution.ts";
import { startPlan } from "./plan-execution.ts";
import { planForValues } from "./plan-for-values.ts";
import { PlanSuccessors } from "./plan-successors.ts";
import type { PreparedPlan, PreparedUtility } from "./prepared.ts";
import { asPrepared } from "./prepared.ts";
import { EmptyExecution } from "./query-execution.ts";
import { userError } from "./service-failure.ts";
import { SessionTransaction, own } from "./session-transaction.ts";
import type { StatementPlanner } from "./statement-planner.ts";
import { verifySchema } from "./statement-planner.ts";
import type { MaybePromise } from "@firstlight/common";
import { andThen, isPromise } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";

const INNER_ROWS = 1_000;

export interface RunnerParts {
  readonly planner: StatementPlanner;
  readonly sequences: SequenceBlocks;
  readonly online: OnlineServices;
  readonly admission: StatementAdmission;
}

export class StatementRunner {
  readonly #planner: StatementPlanner;
  readonly #sequences: SequenceBlocks;
  readonly #online: OnlineServices;
  readonly #admission: StatementAdmission;
  readonly #successors = new PlanSuccessors();

  constructor({ planner, sequences, online, admission }: RunnerParts) {
    this.#planner = planner;
    this.#sequences = sequences;
    this.#online = online;
    this.#admission = admission;
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
      jobs: this.#online.jobs,
      session,
      transaction: ours,
      parameters: prepared.literals?.values ?? parameters,
      pauses,
      replan: (plan: PreparedPlan): MaybePromise<PreparedPlan> =>
        andThen(verifySchema(ours), () => this.#planner.replan(session, ours, plan, onColumns)),
    };
    if (mayEverything(ours.schema.image, session.user, prepared.access)) {
      return this.#startQuery(services, prepared, onColumns);
    }
    // Whether it may is asked of the schema that holds.
    return andThen(verifySchema(ours), () => this.#startQuery(services, prepared, onColumns));
  }

  #startQuery(
    services: PlanServices,
    prepared: PreparedPlan,
    onColumns: ((columns: readonly ResultColumn[]) => void) | undefined,
  ): MaybePromise<Execution> {
    const { transaction: ours } = services;
    if (!prepared.confirmsSchemaFirst || ours.schema.kv.catalogVerified) {
      return this.#startOn(services, prepared, onColumns);
    }
    return andThen(verifySchema(ours), () => this.#startOn(services, prepared, onColumns));
  }

  /** On the transaction's image, whichever the statement was planned on. */
  #startOn(
    services: PlanServices,
    prepared: PreparedPlan,
    onColumns: ((columns: readonly ResultColumn[]) => void) | undefined,
  ): MaybePromise<Execution> {
    const { session, transaction: ours } = services;
    const { choice } = prepared;
    if (prepared.image === ours.schema.image) {
      return startPlan(services, this.#forValues(services, prepared, choice));
    }
    const successors = this.#successors.of(prepared, session.evaluation([]).format);
    const known = successors.get(prepared);
    if (known?.image === ours.schema.image) {
      return startPlan(services, this.#forValues(services, known, choice));
    }
    const fresh = this.#planner.replan(session, ours, prepared, onColumns);
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
      const about = { values: parameters, reading: generic.reading };
      return this.#planner.planAfresh(session, transaction, generic.statement, types, about).plan;
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
    const inner = (tag: string, node: ParseNode, rows?: Row[]): Promise<number> =>
      this.#runInner(session, transaction, { tag, node, source: "", text: "" }, rows);
    const run: DdlContext["run"] = (tag, node) => inner(tag, node);
    const rows: DdlContext["rows"] = async (tag, node) => {
      const yielded: Row[] = [];
      await inner(tag, node, yielded);
      return yielded;
    };
    const online = this.#online.forSession(session, (own) => this.#ddlContext(session, own));
    const sequences = this.#sequences;
    return ddlContext({ session, sequences, online, run, rows }, transaction.schema);
  }

  /** A statement that a utility statement is made of; what it yields is added to `rows`. */
  async #runInner(
    session: SessionContext,
    transaction: SessionTransaction,
    statement: ParsedStatement,
    rows?: Row[],
  ): Promise<number> {
    const { plan } = this.#planner.planAfresh(session, transaction, statement, []);
    const services = {
      sequences: this.#sequences,
      session,
      transaction,
      parameters: [],
      replan: (outdated: PreparedPlan): PreparedPlan => outdated,
    };
    const execution = startPlan(services, { ...plan, takesSequenceValues: true });
    try {
      for (;;) {
        const batch = await execution.next(INNER_ROWS);
        if (batch === undefined) break;
        rows?.push(...batch);
        session.interrupts.check();
      }
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
    await verifySchema(ours);
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
    return andThen(verifySchema(own(transaction)), () => {
      const context = this.#ddlContext(session, own(transaction));
      refuseCopySource(context, relation);
      const names = copiedColumns(context, relation, columns);
      return this.#planner.prepare(session, transaction, copyToStatement(relation, names), []);
    });
  }
}
