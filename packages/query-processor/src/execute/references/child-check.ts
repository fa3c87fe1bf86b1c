/** Whether the children of one foreign key that were written have their parents. */
import type { Key } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { isTemporaryOid } from "../../catalog/builtin-objects.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { tableLayout } from "../../plan/table-layout.ts";
import type { ExecutionContext } from "../executable.ts";
import { ParentKeys, childValues } from "./foreign-key-columns.ts";
import { missingParent } from "./violations.ts";

const BATCH_KEYS = 1000;

type CheckContext = Pick<ExecutionContext, "transaction" | "catalog" | "evaluation" | "interrupts">;

interface Child {
  readonly rowKey: Key;
  readonly values: readonly Datum[];
}

export class ChildCheck {
  readonly reference: Reference;
  readonly #context: CheckContext;
  readonly #parents: ParentKeys;
  /** One child for each parent key: a parent is looked up once. */
  readonly #children = new Map<Key, Child>();
  readonly #orphans: Child[] = [];
  /** Whether other sessions can see the parents: those of a temporary table are not theirs. */
  readonly #shared: boolean;

  constructor(context: CheckContext, reference: Reference) {
    this.reference = reference;
    this.#context = context;
    this.#parents = new ParentKeys(context.catalog, reference);
    this.#shared = !isTemporaryOid(reference.key.parent);
  }

  add(rowKey: Key, values: readonly Datum[]): void {
    const key = this.#parents.keyOf(values);
    if (key === undefined) this.#orphans.push({ rowKey, values });
    else this.#children.set(key, { rowKey, values });
  }

  async run(): Promise<void> {
    for (const child of this.#orphans) await this.#refuse(child);
    const keys = [...this.#children.keys()];
    for (let at = 0; at < keys.length; at += BATCH_KEYS) {
      await this.#checkBatch(keys.slice(at, at + BATCH_KEYS));
    }
  }

  async #checkBatch(keys: readonly Key[]): Promise<void> {
    const { transaction, interrupts } = this.#context;
    interrupts.check();
    const found = await transaction.read(keys);
    for (const [at, key] of keys.entries()) {
      const entry = found[at];
      const child = this.#children.get(key);
      if (entry !== undefined) {
        if (this.#shared) {
          transaction.check({ key: this.#parents.rowKey(key, entry), intent: "K" });
        }
      } else if (child !== undefined) await this.#refuse(child);
    }
    if (interrupts.overdue()) await interrupts.yield();
  }

  /** A child that has gone or got another parent since needs this one no more. */
  async #refuse({ rowKey, values }: Child): Promise<void> {
    const { child, key } = this.reference;
    const layout = tableLayout(child);
    const [stored] = await this.#context.transaction.read([rowKey]);
    if (stored === undefined) return;
    const row: Row = layout.decoder(layout.types.map((_, at) => at))(stored);
    const now = childValues(key, row);
    const parentKey = now.includes(null) ? undefined : this.#parents.keyOf(now);
    if (parentKey !== this.#parents.keyOf(values)) return;
    if (parentKey === undefined && now.includes(null)) return;
    throw missingParent(this.#context, this.reference, this.#parents.parent, values);
  }
}
