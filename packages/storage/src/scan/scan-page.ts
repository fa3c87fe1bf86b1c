/**
 * One page of a scan. It ends when it is large enough, when its row limit is reached or when it has
 * looked at as many keys as one turn of the event loop allows, so a page may well be empty and
 * still have a rest. Only a program's own limit makes a scan complete before its span ends.
 */
import type { Key, ScanPage, ScanRequest, Span } from "@firstlight/common";
import { keyAfter } from "@firstlight/common";
import type { StorageSettings } from "../settings.ts";
import type { PageTurn } from "./page-turn.ts";
import type { RowSink } from "./row-sink.ts";
import type { VisibleRows } from "./visible-rows.ts";

/** What a key costs in a page beside its row. */
const KEY_OVERHEAD = 16;

/** What one turn of the event loop may look at. */
export interface PageBounds {
  readonly settings: Pick<StorageSettings, "scanKeysMax" | "scanBytesMax">;
  readonly turn: PageTurn;
}

/** Keys between two looks at the clock. */
const KEYS_PER_LOOK = 32;

export function scanPage(
  request: ScanRequest,
  rows: VisibleRows,
  sink: RowSink,
  { settings, turn }: PageBounds,
): ScanPage {
  const rowLimit = request.rowLimit ?? Infinity;
  const keys: Key[] | undefined = request.withKeys ? [] : undefined;
  let keyBytes = 0;
  let examined = 0;
  let visible = 0;
  let examinedBytes = 0;
  let isComplete = sink.isComplete;
  while (!isComplete && !rows.isAtEnd && examined < settings.scanKeysMax && sink.rows < rowLimit) {
    rows.advance();
    examined++;
    const { value } = rows;
    if (value === undefined) continue;
    visible++;
    examinedBytes += value.length;
    const isRow = sink.add(value);
    isComplete = sink.isComplete;
    if (isRow && keys !== undefined) {
      const key = rows.key;
      keys.push(key);
      keyBytes += key.length + KEY_OVERHEAD;
    }
    if (sink.bytes + keyBytes >= request.pageBytes) break;
    if (examinedBytes >= settings.scanBytesMax) break;
    if (examined % KEYS_PER_LOOK === 0 && turn.isOver()) break;
  }
  const isDone = isComplete || rows.isAtEnd;
  return {
    keys,
    batch: sink.finish(),
    rest: isDone ? undefined : restAfter(request, rows, examined),
    ...(request.program === undefined ? {} : { scanned: visible }),
  };
}

function restAfter({ span, reverse }: ScanRequest, rows: VisibleRows, examined: number): Span {
  if (examined === 0) return span;
  const last = rows.key;
  return reverse ? { start: span.start, end: last } : { start: keyAfter(last), end: span.end };
}
