/** How many keys a span has at a transaction's snapshot: counted by storage. */
import type { ScanPage, Span } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import { scanProgramText } from "@firstlight/sql";
import { rowDecoder } from "../plan/codec.ts";
import type { KvTransaction } from "../transaction/kv-transaction.ts";

const INT8 = 20;
/** pg_proc.oid of count(*). */
const COUNT_ROWS = 2803;

function countProgram(): string {
  const aggregates = [{ proc: COUNT_ROWS, args: [], type: INT8 }];
  return scanProgramText({
    columnTypes: [],
    output: { kind: "aggregate", groupBy: [], aggregates },
  });
}

const decodeCount = rowDecoder([INT8], [0], undefined);

function countIn({ batch }: ScanPage): number {
  if (batch.kind === "raw") throw new InvariantError("a program answers in rows");
  const rows = batch.kind === "values" ? batch.rows : batch.rows.map((each) => decodeCount(each));
  return rows.reduce((sum, row) => sum + Number(row[0] ?? 0), 0);
}

export async function countKeys(kv: KvTransaction, span: Span): Promise<number> {
  const program = countProgram();
  let count = 0;
  let rest: Span | undefined = span;
  while (rest !== undefined) {
    const scan = { span: rest, reverse: false, withKeys: false, program };
    const page: ScanPage = await kv.scan(scan);
    count += countIn(page);
    rest = page.rest;
  }
  return count;
}
