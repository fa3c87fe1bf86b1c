/**
 * Statements to plans: the shared form of statements that differ in literals only, a cache per
 * catalog image, planning anew on the image that holds. Plans are made on the newest image known
 * here; an error on one that was not confirmed yet may be due to a schema change elsewhere.
 */
import type { ResultColumn } from "../bind/query-tree.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { makesTemporary, planUtility } from "../ddl/dispatch.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { ParameterTests } from "../plan/parameter-tests.ts";
import type { Profile } from "../profile/profile.ts";
import { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { EngineTransaction, SessionContext } from "./engine.ts";
import { makePlan } from "./make-plan.ts";
import type { LiteralReading } from "./literal-reading.ts";
import { keepValues, readingOn } from "./literal-reading.ts";
import { NormalizedStatements, literalTypes, literalValues } from "./normalized-statements.ts";
import { PlanCache } from "./plan-cache.ts";
import { planKey } from "./plan-key.ts";
import type { MadePlan, PlanArguments } from "./planning-steps.ts";
import { LONG_TEXT, asFarAsAllowed, atOnce } from "./planning-steps.ts";
import type { Prepared, PreparedPlan, PreparedUtility } from "./prepared.ts";
import { QUERY_TAGS } from "./query-commands.ts";
import { changedColumns, sameColumns } from "./result-columns.ts";
import { effectivePath } from "./search-path.ts";
import { explainedCreation } from "./explained-creation.ts";
import { selectInto } from "./select-into.ts";
import { rethrowForUser, userError } from "./service-failure.ts";
import { refuseServiceStatement } from "./service-statements.ts";
import { SessionTransaction, own } from "./session-transaction.ts";
import type { MaybePromise } from "@firstlight/common";
import { SqlError, andThen, isPromise } from "@firstlight/common";

export interface PlannerParts {
  readonly profile: Profile;
  readonly sequences: SequenceBlocks;
  /** Rows come encoded from other processes. */
  readonly remote: boolean;
  readonly plansMax: number;
}

/** Makes sure that the transaction's image is the catalog at its snapshot; true if it was not. */
export function verifySchema(transaction: SessionTransaction): MaybePromise<boolean> {
  try {
    const verified = transaction.schema.verify();
    return isPromise(verified) ? verified.catch(rethrowForUser) : verified;
  } catch (error) {
    throw userError(error);
  }
}

export class StatementPlanner {
  readonly #parts: PlannerParts;
  readonly #normalized = new NormalizedStatements();
  readonly #plans = new WeakMap<CatalogImage, PlanCache<PreparedPlan>>();

  constructor(parts: PlannerParts) {
    this.#parts = parts;
  }

  parse(text: string): readonly ParsedStatement[] {
    return this.#normalized.parse(text);
  }

  prepare(
    session: SessionContext,
    transaction: EngineTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
  ): MaybePromise<Prepared> {
    if (!QUERY_TAGS.has(statement.tag)) return this.#prepareUtility(statement);
    const into = selectInto(statement) ?? explainedCreation(statement);
    if (into !== undefined) return this.#prepareUtility(into);
    const ours = own(transaction);
    const { normalized } = statement;
    if (normalized === undefined) return this.#prepareQuery(session, ours, statement, paramTypes);
    const exact = (): MaybePromise<Prepared> =>
      this.#prepareQuery(session, ours, normalized.exact(), paramTypes);
    const hasLiterals = normalized.literals.length > 0;
    if (hasLiterals && paramTypes.length > 0) return exact();
    const types = hasLiterals ? literalTypes(normalized) : paramTypes;
    return this.#prepareShared(session, ours, statement, types, exact);
  }

  /** Any trouble with the shared form is left to the statement as it was written. */
  #prepareShared(
    session: SessionContext,
    transaction: SessionTransaction,
    statement: ParsedStatement,
    types: readonly number[],
    exact: () => MaybePromise<Prepared>,
  ): MaybePromise<Prepared> {
    const { normalized } = statement;
    if (normalized === undefined) return exact();
    // What is an error as written, too, says nothing about the shape.
    const giveUp = (error: unknown): MaybePromise<Prepared> => {
      if (!(error instanceof SqlError)) throw error;
      return andThen(exact(), (prepared) => {
        this.#normalized.giveUp(normalized.key);
        return prepared;
      });
    };
    let plan: MaybePromise<PreparedPlan>;
    try {
      plan = this.#plan(session, transaction, statement, types);
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
    // Planned anew it is this statement, not the one that the plan was made for.
    if (normalized.literals.length === 0) return { ...plan, statement };
    const { wantsLiterals, callsWriters } = plan.executable;
    if (callsWriters === true) this.#normalized.giveUp(normalized.key);
    if (wantsLiterals || callsWriters === true) return exact();
    try {
      const { format, transactionTime } = session.evaluation([]);
      const settings = { ...format, now: transactionTime };
      const values = literalValues(normalized, plan.paramTypes, settings);
      const literals = { values, types: plan.paramTypes };
      return { ...plan, statement, paramTypes: [], literals };
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return exact();
    }
  }

  #prepareUtility(statement: ParsedStatement): PreparedUtility {
    refuseServiceStatement(this.#parts.profile, statement);
    const plan = planUtility(statement);
    const { command, readsOnly, outsideTransactionOnly } = plan;
    const { tag } = statement;
    const shape = { tag, paramTypes: [], columns: plan.columns };
    const changesSchema = !readsOnly && !makesTemporary(statement);
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
    reading?: LiteralReading,
  ): MaybePromise<PreparedPlan> {
    const verified = (error: unknown): MaybePromise<PreparedPlan> => {
      if (!(error instanceof SqlError) || transaction.schema.kv.catalogVerified) throw error;
      return andThen(verifySchema(transaction), (replaced) => {
        if (!replaced) throw error;
        return this.#plan(session, transaction, statement, paramTypes, reading);
      });
    };
    try {
      const plan = this.#plan(session, transaction, statement, paramTypes, reading);
      return isPromise(plan) ? plan.catch(verified) : plan;
    } catch (error) {
      return verified(error);
    }
  }

  #plan(
    session: SessionContext,
    transaction: SessionTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
    reading?: LiteralReading,
  ): MaybePromise<PreparedPlan> {
    if (statement.source.length > LONG_TEXT) {
      return this.#planLong(session, transaction, statement, paramTypes, { pauses: true, reading });
    }
    const image = transaction.schema.image;
    const searchPath = effectivePath(session, image);
    const { format } = reading ?? session.evaluation([]);
    const readBy = { format, isAgain: reading !== undefined };
    const key = session.planner.key + planKey(statement, paramTypes, searchPath, readBy);
    const cache = this.#cacheOf(image);
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const about = { tests: new ParameterTests(), pauses: true, reading };
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

  /** Without looking for a plan that is there, and in one go. */
  planAfresh(...about: PlanArguments): MadePlan {
    return atOnce(this.#planSteps(...about));
  }

  #planSteps(...given: PlanArguments): Generator<void, MadePlan> {
    const { sequences, remote } = this.#parts;
    return makePlan({ sequences, remote }, ...given);
  }

  #cacheOf(image: CatalogImage): PlanCache<PreparedPlan> {
    let cache = this.#plans.get(image);
    if (cache === undefined) {
      cache = new PlanCache(this.#parts.plansMax);
      this.#plans.set(image, cache);
    }
    return cache;
  }

  /** The same statement on the transaction's own image; its result must look the same. */
  replan(
    session: SessionContext,
    transaction: SessionTransaction,
    outdated: PreparedPlan,
    onColumns: ((columns: readonly ResultColumn[]) => void) | undefined,
  ): MaybePromise<PreparedPlan> {
    return andThen(this.#again(session, transaction, outdated), (fresh) => {
      if (onColumns !== undefined && fresh.columns !== undefined) onColumns(fresh.columns);
      else if (!sameColumns(outdated, fresh)) throw changedColumns();
      return fresh;
    });
  }

  #again(
    session: SessionContext,
    transaction: SessionTransaction,
    outdated: PreparedPlan,
  ): MaybePromise<PreparedPlan> {
    const { statement, declaredTypes, literals, choice } = outdated;
    // Without a name it was analysed just now, on an image that its snapshot may not have.
    const { image } = transaction.schema;
    const reading = choice === undefined ? undefined : readingOn(outdated, image);
    const { normalized } = statement;
    if (literals === undefined || normalized === undefined) {
      return this.#prepareQuery(session, transaction, statement, declaredTypes, reading);
    }
    const exact = (): MaybePromise<PreparedPlan> =>
      this.#prepareQuery(session, transaction, normalized.exact(), [], reading);
    if (reading === undefined) return exact();
    const shared = this.#prepareQuery(session, transaction, statement, declaredTypes, reading);
    return andThen(shared, (fresh) => {
      const { wantsLiterals, callsWriters } = fresh.executable;
      const isShared = !wantsLiterals && callsWriters !== true;
      if (!isShared || !keepValues(literals.types, fresh.paramTypes)) return exact();
      return { ...fresh, statement, paramTypes: [], literals };
    });
  }
}
