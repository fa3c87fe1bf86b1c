/**
 * What a statement owes to foreign keys, settled when all of its rows are written: first referential
 * actions, in the order of the changes that ask for them, those of their own changes behind them;
 * AFTER them, on the final state, that every child has its parent and that no parent that went has
 * a child left (NO ACTION). A child's parent gets intent K, so that a transaction that removes it
 * meanwhile conflicts with this one.
 */
import type { Key, MaybePromise } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { IndexLayout } from "../../plan/table-layout.ts";
import { UniqueCheck, deferrableOf } from "./unique-check.ts";
import type { IndexDescriptor, KeySide, TableDescriptor } from "../../catalog/descriptors.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { referencesTo } from "../../catalog/foreign-keys.ts";
import type { ExecutionContext } from "../executable.ts";
import type { InternalStatements } from "../internal-statements.ts";
import { ChildCheck } from "./child-check.ts";
import { CommutingActions } from "./commuting-actions.ts";
import { ParentCheck } from "./parent-check.ts";
import type { ParentChange } from "./referential-action.ts";
import { actionOf, runAction } from "./referential-action.ts";
import { TableReferences } from "./table-references.ts";

/** Changes of parents that are acted on in one go. */
const BATCH_MAX = 1000;
/** Those of other foreign keys that are left for later meanwhile. */
const PASSED_MAX = 20 * BATCH_MAX;
const ROLE_SETTING = "session_replication_role";

/** By the same foreign key, for parents that are all gone or all have other keys. */
function isAlike(a: ParentChange, b: ParentChange): boolean {
  return a.reference === b.reference && (a.next === undefined) === (b.next === undefined);
}

export class ReferenceQueue {
  readonly context: ExecutionContext;
  readonly #tables = new Map<number, TableReferences | undefined>();
  readonly #children = new Map<number, ChildCheck>();
  readonly #keys = new Map<number, UniqueCheck>();
  readonly #parents = new Map<number, ParentCheck>();
  #changes: ParentChange[] = [];
  #commuting: CommutingActions | undefined;

  constructor(context: ExecutionContext) {
    this.context = context;
  }

  get internal(): InternalStatements {
    const { internal } = this.context;
    if (internal === undefined) throw new InvariantError("foreign keys without an engine");
    return internal;
  }

  /** Undefined when no foreign key is on the table or refers to it. */
  of(table: TableDescriptor): TableReferences | undefined {
    if (this.#tables.has(table.oid)) return this.#tables.get(table.oid);
    const keys = (table.foreignKeys ?? []).map((key): Reference => ({ child: table, key }));
    const own = this.#checked(keys, "child");
    const others = this.#checked(referencesTo(this.context.catalog, table.oid), "parent");
    const later = deferrableOf(table);
    const none = own.length === 0 && others.length === 0 && later.length === 0;
    const references = none ? undefined : new TableReferences(this, table, { own, others, later });
    this.#tables.set(table.oid, references);
    return references;
  }

  /**
   * Without those whose triggers are disabled on this side, or in this session. That they are is a part
   * of the schema that the statement relies on.
   */
  #checked(references: readonly Reference[], side: KeySide): readonly Reference[] {
    if (this.#isReplica) return [];
    return references.filter(({ child, key }) => {
      const isOff = key.unchecked?.includes(side) === true;
      if (isOff) this.context.transaction.dependsOn(child.oid);
      return !isOff;
    });
  }

  get #isReplica(): boolean {
    return this.context.evaluation.session?.getSetting(ROLE_SETTING) === "replica";
  }

  /** The row's key of a deferrable constraint, which it may share with another row until the check. */
  keyWritten(table: TableDescriptor, index: IndexLayout, key: Key, values: Row): void {
    const { oid } = index.descriptor;
    let check = this.#keys.get(oid);
    if (check === undefined) {
      check = new UniqueCheck(this.context, table, index.descriptor);
      this.#keys.set(oid, check);
    }
    // Others that take the same key meanwhile conflict.
    this.context.transaction.check({ key, intent: "X" });
    check.add(key, values);
  }

  childWritten(reference: Reference, rowKey: Key, values: readonly Datum[]): void {
    const { key } = reference;
    let check = this.#children.get(key.oid);
    if (check === undefined) {
      this.context.transaction.dependsOn(key.parent);
      check = new ChildCheck(this.context, reference);
      this.#children.set(key.oid, check);
    }
    check.add(rowKey, values);
  }

  parentChanged(change: ParentChange): void {
    this.context.transaction.dependsOn(change.reference.child.oid);
    this.#changes.push(change);
  }

  /** The parent's row of these values may be gone. */
  parentGone(reference: Reference, values: readonly Datum[]): void {
    const { key } = reference;
    let check = this.#parents.get(key.oid);
    if (check === undefined) {
      check = new ParentCheck(this, reference);
      this.#parents.set(key.oid, check);
    }
    check.add(values);
  }

  /** The statement's writes are made; 23503 when a foreign key is violated. */
  async settle(): Promise<void> {
    while (this.#changes.length > 0) await this.#act();
    for (const check of this.#keys.values()) {
      if (this.#isLater(check.index)) {
        const { constraint } = check;
        this.internal.defer({ constraint, table: undefined, run: () => check.run() });
      } else await check.run();
    }
    this.#keys.clear();
    await this.#settle([...this.#children.values()], ({ child }) => child.oid);
    await this.#settle([...this.#parents.values()], ({ key }) => key.parent);
    this.#children.clear();
    this.#parents.clear();
  }

  async #settle(
    checks: readonly (ChildCheck | ParentCheck)[],
    tableOf: (reference: Reference) => number,
  ): Promise<void> {
    for (const check of checks) {
      const { reference } = check;
      if (!this.#isDeferred(reference)) await check.run();
      else {
        const constraint = reference.key.oid;
        this.internal.defer({ constraint, table: tableOf(reference), run: () => check.run() });
      }
    }
  }

  #isDeferred({ key }: Reference): boolean {
    if (!key.deferrable) return false;
    return this.internal.isDeferred(key.oid) ?? key.initiallyDeferred;
  }

  #isLater({ deferrable, constraint }: IndexDescriptor): boolean {
    if (deferrable === undefined) return false;
    return this.internal.isDeferred(constraint?.oid ?? 0) ?? deferrable.initiallyDeferred;
  }

  /**
   * The first change of the queue, with those behind it that take the same action by the same foreign
   * key; past others only where the order of all of them makes no difference.
   */
  async #act(): Promise<void> {
    const [first] = this.#changes;
    if (first === undefined) return;
    const commuting = (this.#commuting ??= new CommutingActions(this.context.catalog));
    const taken: ParentChange[] = [];
    const passed: ParentChange[] = [];
    for (const change of this.#changes) {
      const isLike = isAlike(change, first);
      if (!isLike && !(commuting.has(first) && commuting.has(change))) break;
      (isLike ? taken : passed).push(change);
      if (taken.length >= BATCH_MAX || passed.length >= PASSED_MAX) break;
    }
    const rest = this.#changes.slice(taken.length + passed.length);
    this.#changes = [...passed, ...rest];
    await runAction(this, actionOf(first), taken);
  }

  /** Runs a statement on behalf of this one; answers its first rows. */
  async run(
    text: string,
    types: readonly number[],
    parameters: readonly Datum[],
  ): Promise<readonly Row[]> {
    const { interrupts } = this.context;
    interrupts.check();
    const executable = this.internal.prepare(text, types);
    const execution = executable.execute(this.internal.nestedFor(parameters, this));
    try {
      const rows: MaybePromise<readonly Row[] | undefined> = execution.next(1);
      return (await rows) ?? [];
    } finally {
      execution.close();
      if (interrupts.overdue()) await interrupts.yield();
    }
  }
}
