/**
 * A page of a table's scan out of column blocks. It ends where a block cannot be used: where memory
 * has younger versions of its keys, or where it is younger than the snapshot.
 */
import type { DiskStore, Key, ScanPage, ScanRequest, Span } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH } from "@firstlight/common";
import type { BlockProgram, CompiledScanProgram } from "@firstlight/sql";
import type { BlockCache } from "../columns/block-cache.ts";
import { ColumnBlock, storedRows } from "../columns/column-block.ts";
import type { MemoryTable } from "../memory/memory-table.ts";
import type { StorageSettings } from "../settings.ts";
import type { PageTurn } from "./page-turn.ts";

export interface BlockPageParts {
  readonly store: DiskStore;
  readonly table: MemoryTable;
  readonly cache: BlockCache;
  readonly settings: StorageSettings;
  readonly turn: PageTurn;
}

/**
 * Of tables as a whole, of what is left of one, or of its part in a shard: smaller spans are not worth
 * blocks. `endsShard`: the span ends where a shard does.
 */
export function wantsBlocks(
  request: ScanRequest,
  settings: StorageSettings,
  endsShard: boolean,
): boolean {
  return (
    settings.columnCacheBytes > 0 &&
    request.program !== undefined &&
    request.rowLimit === undefined &&
    !request.withKeys &&
    !request.reverse &&
    (endsShard || request.span.end.length <= INDEX_PREFIX_LENGTH)
  );
}

class BlockReader {
  readonly #parts: BlockPageParts;
  readonly #request: ScanRequest;
  readonly #program: CompiledScanProgram;
  readonly #columns: readonly number[];
  /** Vectors were made, which takes its time. */
  hasBuilt = false;

  constructor(
    parts: BlockPageParts,
    request: ScanRequest,
    program: CompiledScanProgram,
    blocks: BlockProgram,
  ) {
    this.#parts = parts;
    this.#request = request;
    this.#program = program;
    this.#columns = blocks.columns;
  }

  /** The block that starts here, if it is right for the snapshot. */
  usable(at: Key): ColumnBlock | undefined {
    const { cache, store, table } = this.#parts;
    const { snapshot, span } = this.#request;
    const next = cache.atOrAfter(at);
    if (next !== undefined && next.start < at) return undefined;
    const block = next?.start === at ? next : this.#build(at, next);
    if (block.end > span.end || block.youngest > snapshot) return undefined;
    const inMemory = table.keys.seekAtOrAbove(block.start).key;
    if (inMemory !== undefined && inMemory < block.end) return undefined;
    if (block.fill(store, this.#columns, this.#program)) this.hasBuilt = true;
    cache.use(block);
    return block;
  }

  #build(at: Key, next: ColumnBlock | undefined): ColumnBlock {
    const { cache, store, settings } = this.#parts;
    const { span } = this.#request;
    const end = next !== undefined && next.start < span.end ? next.start : span.end;
    const stored = storedRows(store, at, end, {
      keys: settings.columnBlockKeys,
      bytes: settings.columnBlockBytes,
    });
    const block = new ColumnBlock(at, stored);
    block.fill(store, this.#columns, this.#program, stored.rows);
    cache.add(block);
    this.hasBuilt = true;
    return block;
  }
}

/** Undefined: the scan has to go on row by row, through `rowSpan` at least. */
export function blockPage(
  parts: BlockPageParts,
  request: ScanRequest,
  program: CompiledScanProgram,
): ScanPage | undefined {
  const { span, format } = request;
  const { columnPageKeys, scanKeysMax } = parts.settings;
  const { blocks } = program;
  if (blocks === undefined) return undefined;
  const reader = new BlockReader(parts, request, program, blocks);
  const run = blocks.start(request.restrictions);
  let at = span.start;
  let examined = 0;
  while (at < span.end && !run.isComplete && examined < columnPageKeys && run.rows < scanKeysMax) {
    const block = reader.usable(at);
    if (block === undefined) break;
    run.add(block.vectors(blocks.columns, program), block.count);
    at = block.end;
    examined += block.count;
    if (reader.hasBuilt || parts.turn.isOver()) break;
  }
  if (at === span.start) return undefined;
  const isDone = run.isComplete || at >= span.end;
  return {
    keys: undefined,
    batch: program.batch(run.finish(), format),
    rest: isDone ? undefined : { start: at, end: span.end },
    scanned: examined,
  };
}

/** What is taken row by row before blocks are tried again. */
export function rowSpan(cache: BlockCache, span: Span): Span {
  const next = cache.atOrAfter(span.start);
  if (next === undefined) return span;
  const end = next.start <= span.start ? next.end : next.start;
  return end < span.end ? { start: span.start, end } : span;
}
