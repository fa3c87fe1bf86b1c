/**
 * One page of a scan. It ends when it is large enough, when its row limit is reached or when it has
 * looked at as many keys as one turn of the event loop allows, so a page may well be empty and
 * still have a rest.
 */
import type { Key, ScanPage, ScanRequest, Span } from "@firstlight/common";
import { keyAfter } from "@firstlight/common";
import type { RowSink } from "./row-sink.ts";
import type { VisibleRows } from "./visible-rows.ts";

/** What a key costs in a page beside its row. */
const KEY_OVERHEAD = 16;

export function scanPage(
  request: ScanRequest,
  rows: VisibleRows,
  sink: RowSink,
  keysMax: number,
): ScanPage {
  const rowLimit = request.rowLimit ?? Infinity;
  const keys: Key[] | undefined = request.withKeys ? [] : undefined;
  let keyBytes = 0;
  let examined = 0;
  let isComplete = rowLimit <= 0 || sink.isComplete;
  while (!isComplete && !rows.isAtEnd && examined < keysMax) {
    rows.advance();
    examined++;
    if (rows.value === undefined || !sink.add(rows.value)) {
      isComplete = sink.isComplete;
      continue;
    }
    if (keys !== undefined) {
      const key = rows.key;
      keys.push(key);
      keyBytes += key.length + KEY_OVERHEAD;
    }
    isComplete = sink.rows >= rowLimit || sink.isComplete;
    if (sink.bytes + keyBytes >= request.pageBytes) break;
  }
  const rest = isComplete || rows.isAtEnd ? undefined : restAfter(request, rows.key);
  return { keys, batch: sink.finish(), rest };
}

function restAfter({ span, reverse }: ScanRequest, last: Key): Span {
  return reverse ? { start: span.start, end: last } : { start: keyAfter(last), end: span.end };
}
