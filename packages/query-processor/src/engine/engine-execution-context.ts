/**
 * What a plan's execution is given. A class, because an object literal with accessors would get a
 * hidden class of its own for every statement, which also keeps the statement alive for long.
 */
import type { Key, MaybePromise, SqlErrorFields } from "@firstlight/common";
import { SqlError, andThen } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { SessionView } from "../catalog/catalog.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { SequenceDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type {
  Executable,
  ExecutionContext,
  Interrupts,
  NestedOptions,
} from "../execute/executable.ts";
import type { LargeObjectHost } from "../large-objects/large-object-host.ts";
import type { InternalStatements } from "../execute/internal-statements.ts";
import type { ReferenceQueue } from "../execute/references/reference-queue.ts";
import type { DeferredCheck, DeferredConstraints } from "../transaction/deferred-constraints.ts";
import { RIGHT } from "../privileges/rights.ts";
import { checkSequence, isIdentity } from "../privileges/sequence-access.ts";
import { internalPlan } from "./internal-plans.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import { SequenceBlockNeeded } from "../sequences/sequence-blocks.ts";
import type { RelationActivity } from "../statistics/activity-counters.ts";
import type { SpillSpace } from "../spill/spill-space.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { BoundQuery } from "../bind/query-tree.ts";
import type { JobRunner } from "../online/job-runner.ts";
import { authorizeQuery } from "./authorize.ts";
import { cursorKey } from "./cursor-key.ts";
import { EngineEvaluation } from "./engine-evaluation.ts";
import type { SessionContext } from "./engine.ts";
import { dropLargeObjectComment } from "./large-object-comment.ts";
import type { SchemaTransaction } from "./schema-transaction.ts";
import type { SequenceSession } from "./sequence-session.ts";

export interface ContextParts {
  readonly session: SessionContext;
  readonly transaction: Transaction;
  readonly deferred: DeferredConstraints;
  readonly image: CatalogImage;
  readonly schema: SchemaTransaction;
  readonly searchPath: readonly string[];
  readonly parameters: readonly Datum[];
  readonly blocks: SequenceBlocks;
  readonly sequences: SequenceSession;
  /** Absent where no procedure is called. */
  readonly jobs?: JobRunner | undefined;
  readonly pauses?: boolean;
  readonly depth?: number;
  readonly currentUser?: string;
  /** Of the statement on whose behalf this one runs. */
  readonly references?: ReferenceQueue;
}

function notASequence(oid: number, name: string | undefined): SqlError {
  if (name === undefined) {
    return new SqlError("42P01", `could not open relation with OID ${oid}`);
  }
  return new SqlError("42809", `"${name}" is not a sequence`);
}

export class EngineExecutionContext implements ExecutionContext, InternalStatements {
  readonly transaction: Transaction;
  readonly catalog: CatalogImage;
  readonly evaluation: EngineEvaluation;
  readonly interrupts: Interrupts;
  readonly memoryLimitBytes: number;
  readonly spillSpace: SpillSpace;
  readonly parameters: readonly Datum[];
  readonly depth: number;
  readonly pauses: boolean;
  readonly references: ReferenceQueue | undefined;
  readonly #parts: ContextParts;

  constructor(parts: ContextParts) {
    const { session, parameters } = parts;
    this.transaction = parts.transaction;
    this.catalog = parts.image;
    this.evaluation = new EngineEvaluation(session.evaluation(parameters), parts);
    this.interrupts = session.interrupts;
    this.memoryLimitBytes = session.memoryLimitBytes;
    this.spillSpace = session.spillSpace;
    this.parameters = parameters;
    this.depth = parts.depth ?? 0;
    this.pauses = parts.pauses === true;
    this.references = parts.references;
    this.#parts = parts;
  }

  get activity(): RelationActivity | undefined {
    return this.#parts.session.activity?.in(this.catalog.database);
  }

  nested({ parameters, transaction, searchPath, owner }: NestedOptions): ExecutionContext {
    const role = owner === undefined ? undefined : this.catalog.objects.get(owner);
    return new EngineExecutionContext({
      ...this.#parts,
      parameters,
      transaction,
      searchPath: searchPath ?? this.#parts.searchPath,
      depth: this.depth + 1,
      pauses: false,
      ...(role?.kind === "role" ? { currentUser: role.name } : {}),
    });
  }

  authorize(query: BoundQuery): void {
    const { currentUser, session } = this.#parts;
    authorizeQuery(query, this.catalog, currentUser ?? session.user);
  }

  async waitForJob(id: string): Promise<boolean | undefined> {
    const job = await this.#parts.jobs?.follow(id, () => this.interrupts.check());
    return job && job.status === "completed";
  }

  /** Made when it is asked for: few statements read virtual relations. */
  get sessionView(): SessionView {
    const { session, searchPath, sequences } = this.#parts;
    const { user, database } = session;
    const facts = this.evaluation.session;
    return {
      user,
      database,
      searchPath,
      backendPid: facts?.backendPid ?? 0,
      setting: (name) => facts?.getSetting(name),
      listStatements: () => session.listStatements?.() ?? [],
      listCursors: () => session.listCursors?.() ?? [],
      settingFacts: (name) => session.settingFacts?.(name),
      listSessions: () => sequences.errands.once("sessions", () => session.listSessions?.() ?? []),
      listLocks: () => sequences.errands.once("locks", () => session.listLocks?.() ?? []),
      listConflicts: () =>
        sequences.errands.once("conflicts", () => session.listConflicts?.() ?? []),
      listActivity: () => sequences.errands.once("activity", () => session.listActivity?.() ?? []),
    };
  }

  /** Made when it is asked for: few statements call functions of large objects. */
  get largeObjects(): LargeObjectHost {
    const { schema, session, currentUser } = this.#parts;
    const setting = this.evaluation.session?.getSetting("lo_compat_privileges");
    return {
      catalog: this.catalog,
      open: schema.openObjects,
      role: this.catalog.roleByName(currentUser ?? session.user)?.oid ?? 0,
      ignoresPrivileges: setting === "on",
      dropComment: (oid) => dropLargeObjectComment(schema, oid),
    };
  }

  /** This object: it is asked for by few statements, and made for none. */
  get internal(): InternalStatements {
    return this;
  }

  prepare(text: string, paramTypes: readonly number[]): Executable {
    return internalPlan(this.catalog, this.evaluation, text, paramTypes);
  }

  nestedFor(parameters: readonly Datum[], references: ReferenceQueue): ExecutionContext {
    return new EngineExecutionContext({ ...this.#parts, parameters, references });
  }

  isDeferred(constraint: number): boolean | undefined {
    return this.#parts.deferred.isDeferred(constraint);
  }

  defer(check: DeferredCheck): void {
    this.#parts.deferred.add(check);
  }

  notice(
    severity: "NOTICE" | "WARNING" | "INFO",
    sqlstate: string,
    message: string,
    fields?: SqlErrorFields,
  ): void {
    this.#parts.session.notice(severity, sqlstate, message, fields);
  }

  sequenceRow(oid: number): MaybePromise<Row> {
    const object = this.catalog.objects.get(oid);
    if (object?.kind !== "sequence") throw new TypeError("not a sequence");
    return andThen(this.#parts.blocks.position(object), ({ value, left, called }) => [
      value,
      left,
      called,
    ]);
  }

  cursorKey(cursor: string, table: TableDescriptor): Key {
    return cursorKey(this.#parts.session, cursor, table);
  }

  nextSequenceValue(oid: number): MaybePromise<bigint> {
    const object = this.catalog.objects.get(oid);
    if (object?.kind !== "sequence") throw notASequence(oid, this.catalog.relationByOid(oid)?.name);
    const { currentUser, session } = this.#parts;
    const user = currentUser ?? session.user;
    if (this.catalog.roleByName(user)?.superuser !== true && !isIdentity(this.catalog, object)) {
      checkSequence(this.catalog, object, user, RIGHT.usage | RIGHT.update);
    }
    return this.#nextValue(object);
  }

  #nextValue(sequence: SequenceDescriptor): MaybePromise<bigint> {
    const { sequences, blocks } = this.#parts;
    try {
      return sequences.next(sequence);
    } catch (error) {
      if (!(error instanceof SequenceBlockNeeded)) throw error;
      return blocks.refill(sequence).then(() => this.#nextValue(sequence));
    }
  }
}
