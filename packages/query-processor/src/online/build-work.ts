/** Verification of an index that was filled, and what the long parts of a build have in common. */
import type { Span } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import { buildingOf } from "../catalog/table-indexes.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { BackfillTask } from "./backfill-index.ts";
import type { OnlineParts } from "./online-parts.ts";
import { inTransaction } from "./online-parts.ts";
import { isWhole, repairPage } from "./verify-index.ts";

const REPAIRS_MAX = 3;

export interface BuildWork extends BackfillTask {
  readonly parts: OnlineParts;
  /** The rows that are left to be given entries. */
  readonly rest: Span;
}

/** Whether the index is its table's; false if it is no longer asked for. Throws 23505, XX002. */
export async function verifyIndex(work: BuildWork): Promise<boolean> {
  for (let repairs = 0; repairs <= REPAIRS_MAX; repairs++) {
    const found = await compare(work);
    if (found === undefined || found.isWhole) return found !== undefined;
    // Only rows that exclude each other may lack entries.
    if (!found.isUnique) break;
    if (!(await repair(work))) return false;
  }
  throw new SqlError("XX002", "the new index does not agree with its table");
}

interface Comparison {
  readonly isWhole: boolean;
  readonly isUnique: boolean;
}

function compare(work: BuildWork): Promise<Comparison | undefined> {
  return inTransaction(work.parts, async (transaction): Promise<Comparison | undefined> => {
    const table = work.find(transaction);
    const index = table && buildingOf(table, work.oid)?.index;
    if (table === undefined || index === undefined) return undefined;
    return { isWhole: await isWhole(transaction, table, index), isUnique: index.unique };
  });
}

type PageDone = { readonly rest: Span | undefined } | undefined;

/** Gives rows the entries that they lack; throws 23505 if another row has the place. */
async function repair(work: BuildWork): Promise<boolean> {
  let span: Span | "start" | undefined = "start";
  while (span !== undefined) {
    if (work.isOver()) return false;
    const from: Span | "start" = span;
    const done: PageDone = await inTransaction(
      work.parts,
      async (transaction): Promise<PageDone> => {
        const table = work.find(transaction);
        const build = table && buildingOf(table, work.oid);
        if (table === undefined || build === undefined) return undefined;
        transaction.schema.kv.dependsOn(table.oid);
        const rows: Span = from === "start" ? tableLayout(table).span : from;
        return { rest: await repairPage(transaction, table, build.index, rows) };
      },
    );
    if (done === undefined) return false;
    span = done.rest;
  }
  return true;
}
