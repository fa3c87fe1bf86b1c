/** Whether the keys of a deferrable unique constraint that were written are unique by now. */
import type { Key, ScanPage, Span } from "@firstlight/common";
import { prefixSpan } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../../catalog/descriptors.ts";
import type { IndexLayout } from "../../plan/table-layout.ts";
import { tableLayout } from "../../plan/table-layout.ts";
import type { ExecutionContext } from "../executable.ts";
import { judgeOf } from "../row-constraints.ts";
import { duplicateKey } from "../row-writer.ts";

type CheckContext = Pick<ExecutionContext, "transaction" | "catalog" | "evaluation" | "interrupts">;

/** Indexes of deferrable constraints. */
export function deferrableOf(table: TableDescriptor): readonly IndexLayout[] {
  if (table.indexes.every(({ deferrable }) => deferrable === undefined)) return [];
  return tableLayout(table).secondary.filter(
    ({ descriptor }) => descriptor.deferrable !== undefined && descriptor.constraint !== undefined,
  );
}

export class UniqueCheck {
  readonly index: IndexDescriptor;
  readonly #table: TableDescriptor;
  readonly #context: CheckContext;
  /** A row that was given the key. */
  readonly #rows = new Map<Key, Row>();

  constructor(context: CheckContext, table: TableDescriptor, index: IndexDescriptor) {
    this.#context = context;
    this.#table = table;
    this.index = index;
  }

  get constraint(): number {
    return this.index.constraint?.oid ?? 0;
  }

  add(key: Key, row: Row): void {
    this.#rows.set(key, row);
  }

  /** 23505 for the first key that two rows have. */
  async run(): Promise<void> {
    const { transaction, interrupts } = this.#context;
    for (const [key, row] of this.#rows) {
      // Entries of equal keys differ in the rows' suffixes only.
      let span: Span | undefined = prefixSpan(key);
      let found = 0;
      while (span !== undefined && found < 2) {
        const scan = { span, reverse: false, withKeys: true, rowLimit: 2 };
        const page: ScanPage = await transaction.scan(scan);
        found += page.keys?.length ?? 0;
        span = page.rest;
      }
      if (found > 1) throw this.#duplicate(row);
      interrupts.check();
      if (interrupts.overdue()) await interrupts.yield();
    }
  }

  #duplicate(row: Row): Error {
    const { catalog, evaluation } = this.#context;
    return duplicateKey(judgeOf(catalog, evaluation, this.#table, []), this.index, row);
  }
}
