/**
 * Reads a table by its access path. Points are one batch of reads, spans are paged; an entry of a
 * secondary index leads to its row by a batch of reads unless the index holds all that is needed.
 */
import { countScans } from "../../statistics/activity-counters.ts";
import type {
  Key,
  KeyBits,
  KeyRestriction,
  MaybePromise,
  ScanPage,
  Span,
} from "@firstlight/common";
import { InvariantError, andThen, isPromise } from "@firstlight/common";
import type { CompiledPredicate, Row } from "@firstlight/sql";
import { compilePredicate } from "@firstlight/sql";
import type { ScanNode } from "../../plan/plan-node.ts";
import type { IndexLayout, TableLayout } from "../../plan/table-layout.ts";
import { rowKeyOf, tableLayout } from "../../plan/table-layout.ts";
import type { RangeMaker } from "../key-ranges.ts";
import { compileRanges } from "../key-ranges.ts";
import type { CompiledWalk } from "../key-walk.ts";
import { KeyWalk, compileWalk } from "../key-walk.ts";
import type { Opener, Operator, Probe, Run, ScanCounter } from "../operator.ts";
import { Pace, eachRowAgain, repeat, tallying } from "../operator.ts";
import type { ScanCounters } from "../../statistics/activity-counters.ts";
import type { PushedScan, ScanPushdown } from "../scan-pushdown.ts";
import { compileScanPushdown } from "../scan-pushdown.ts";

/** Less than what is asked for where nothing bounds it. */
const SMALL_DEMAND_ROWS = 1000;

type Found = readonly (Uint8Array | undefined)[];

interface CompiledScan {
  readonly node: ScanNode;
  readonly layout: TableLayout;
  /** Undefined: the rows themselves are scanned. */
  readonly index: IndexLayout | undefined;
  readonly indexOnly: boolean;
  readonly ranges: RangeMaker;
  /** Where values have to be skipped to, instead of ranges. */
  readonly walk: CompiledWalk | undefined;
  /** From a row, or from an index entry when index-only; the row's suffix last if the key is wanted. */
  readonly decode: (bytes: Uint8Array) => Row;
  readonly suffix: ((entry: Uint8Array) => Row) | undefined;
  readonly filter: CompiledPredicate | undefined;
  readonly pushdown: ScanPushdown | undefined;
}

export function compileScan(node: ScanNode): CompiledScan {
  const layout = tableLayout(node.table);
  const { access } = node;
  const isSecondary = access.kind === "index" && access.index.number !== 0;
  const index = isSecondary
    ? layout.secondary.find((each) => each.descriptor === access.index)
    : undefined;
  if (isSecondary && index === undefined) throw new InvariantError("scan of an unknown index");
  const indexOnly = access.kind === "index" && access.indexOnly && index !== undefined;
  const prefix = index?.prefix ?? layout.prefix;
  const parts = index?.keyParts ?? layout.primaryParts;
  const filter = node.filter === undefined ? undefined : compilePredicate(node.filter);
  const decoderOf = (at: number): ((entry: Uint8Array) => Row) =>
    index === undefined ? layout.decoder([parts[at]?.position ?? 0]) : index.decoder([at]);
  return {
    node,
    layout,
    index,
    indexOnly,
    ranges: compileRanges(
      access,
      prefix,
      parts,
      index === undefined || (index.descriptor.unique && index.descriptor.nullsDistinct),
    ),
    walk: compileWalk(access, node.reverse, prefix, parts, decoderOf),
    decode: indexOnly ? entryDecoder(node, index) : layout.decoder(node.columns),
    suffix: index === undefined ? undefined : index.decoder([index.stored.length]),
    filter,
    pushdown: index === undefined ? compileScanPushdown(node, layout, filter) : undefined,
  };
}

/** Of what its scans are counted by: the index that it reads, or the table. */
export function countedOid({ access, table }: ScanNode): number {
  return access.kind === "index" ? access.index.oid : table.oid;
}

function entryDecoder(node: ScanNode, index: IndexLayout): (bytes: Uint8Array) => Row {
  const wanted = node.columns.map((position) => index.stored.indexOf(position));
  // A column may be both indexed and included; decoders take each position once.
  return index.decoder(wanted);
}

class Scan implements Operator {
  readonly #compiled: CompiledScan;
  readonly #run: Run;
  readonly #observer: ScanCounter | undefined;
  #pace: Pace | undefined;
  #restrictions: readonly KeyRestriction[] | undefined;
  #spans: Span[] = [];
  #walk: KeyWalk | undefined;
  #points: readonly Key[] = [];
  #started = false;
  #counters: ScanCounters | undefined;
  #fetches = true;
  #values: Found = [];
  #keys: readonly Key[] | undefined;
  #at = 0;
  /** Rows as storage filtered and projected them, not yet handed out. */
  #ready: readonly Row[] = [];
  /** Undefined until the first page is asked for; then what storage may do, if anything. */
  #pushed: { readonly scan: PushedScan | undefined } | undefined;

  constructor(compiled: CompiledScan, run: Run) {
    this.#compiled = compiled;
    this.#run = run;
    this.#observer = run.probe?.counterOf?.(compiled.node);
  }

  /** Of what storage filters as columns: whole tables. */
  restrict(slot: number, keys: KeyBits): void {
    const { node, pushdown } = this.#compiled;
    const column = node.columns[slot];
    if (pushdown === undefined || node.access.kind !== "full" || column === undefined) return;
    this.#restrictions = [...(this.#restrictions ?? []), { column, keys }];
  }

  close(): void {
    this.#spans = [];
    this.#walk = undefined;
    this.#points = [];
    this.#values = [];
    this.#ready = [];
    this.#at = 0;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    this.#start();
    const rows = this.#decodeBatch(maxRows);
    if (rows.length > 0) return rows;
    if (this.#points.length === 0) {
      const isRead = this.#at >= this.#values.length;
      const isOver = isRead && this.#spans.length === 0 && this.#walk === undefined;
      return isOver ? undefined : this.#pages(maxRows);
    }
    // Points are read once: no loop, and no closure for it, on the way of a point select.
    this.#run.context.interrupts.check();
    const fetched = this.#fetchPoints();
    return isPromise(fetched) ? fetched.then(() => this.#last(maxRows)) : this.#last(maxRows);
  }

  #last(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const rows = this.#decodeBatch(maxRows);
    if (rows.length > 0) return rows;
    return this.#at < this.#values.length ? this.#pages(maxRows) : undefined;
  }

  /** Pages until one has a row that passes: a long search lets other sessions run. */
  #pages(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    let rows: readonly Row[] = [];
    const take = (more: boolean): boolean => {
      if (more) rows = this.#decodeBatch(maxRows);
      return more && rows.length === 0;
    };
    const done = repeat(this.#run, () => {
      // The last page may have been left at any row.
      const fetched = this.#at < this.#values.length || this.#fetch(maxRows);
      return isPromise(fetched) ? fetched.then(take) : take(fetched);
    });
    const result = (): readonly Row[] | undefined => (rows.length > 0 ? rows : undefined);
    return isPromise(done) ? done.then(result) : result();
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const { walk, node, indexOnly } = this.#compiled;
    this.#counters = this.#run.context.activity?.scansOf(countedOid(node));
    countScans(this.#counters, this.#run.evaluation.statementTime);
    this.#fetches = !indexOnly;
    if (walk !== undefined) {
      this.#walk = new KeyWalk(walk, this.#run);
      return;
    }
    const ranges = this.#compiled.ranges(this.#run.evaluation);
    const { reverse } = node;
    if (ranges.kind === "points") {
      this.#points = reverse ? ranges.keys.toReversed() : ranges.keys;
    } else {
      this.#spans = reverse ? [...ranges.spans] : ranges.spans.toReversed();
    }
  }

  /** False when nothing is left to fetch. */
  #fetch(maxRows: number): MaybePromise<boolean> {
    const span = this.#spans.pop();
    if (span === undefined) return this.#walk === undefined ? false : this.#step(this.#walk);
    const { index, indexOnly, node } = this.#compiled;
    const { reads } = this.#run;
    const pushed = this.#pushable(span);
    const page = reads.scan({
      span,
      ...(pushed === undefined ? {} : { program: pushed.text }),
      ...(this.#restrictions === undefined ? {} : { restrictions: this.#restrictions }),
      reverse: node.reverse,
      withKeys: node.withKey && index === undefined,
      ...this.#limitHint(maxRows),
    });
    const took = (got: ScanPage): MaybePromise<boolean> => {
      if (got.rest !== undefined) this.#spans.push(got.rest);
      if (pushed !== undefined) return this.#tookPushed(pushed, got);
      if (got.batch.kind !== "raw") throw new InvariantError("a plain scan answers raw values");
      if (index !== undefined && !indexOnly) return this.#follow(got.batch.values);
      return this.#took(got.batch.values, this.#keysOf(got));
    };
    return isPromise(page) ? page.then(took) : took(page);
  }

  /** To the next combination of values; there may be none at the place looked at. */
  #step(walk: KeyWalk): MaybePromise<boolean> {
    return andThen(walk.next(), (found) => {
      if (!walk.isLeft) this.#walk = undefined;
      if (found === undefined) return this.#walk !== undefined;
      if (found.entry !== undefined) return this.#tookFirst([found.entry]);
      if (this.#compiled.walk?.firstOf !== undefined) return this.#first(found.span);
      this.#spans.push(found.span);
      return true;
    });
  }

  #first(span: Span): MaybePromise<boolean> {
    const { reads } = this.#run;
    const { reverse } = this.#compiled.node;
    const page = reads.scan({ span, reverse, rowLimit: 1, withKeys: false });
    return andThen(page, ({ batch, rest }) => {
      const entries = batch.kind === "raw" ? batch.values.slice(0, 1) : [];
      // The transaction itself may have deleted all of a page.
      return entries.length === 0 && rest !== undefined
        ? this.#first(rest)
        : this.#tookFirst(entries);
    });
  }

  #tookFirst(entries: readonly Uint8Array[]): MaybePromise<boolean> {
    const { index, indexOnly } = this.#compiled;
    if (index === undefined || indexOnly) return this.#took(entries, undefined);
    return this.#follow(entries);
  }

  #pushable(span: Span): PushedScan | undefined {
    const { pushdown } = this.#compiled;
    const { evaluation, reads } = this.#run;
    if (pushdown === undefined || reads.overlaps(span)) return undefined;
    this.#pushed ??= { scan: pushdown(evaluation) };
    return this.#pushed.scan;
  }

  #tookPushed(pushed: PushedScan, page: ScanPage): MaybePromise<boolean> {
    const rows = pushed.rows(page.batch);
    this.#count(rows.length);
    const { keys, scanned = rows.length } = page;
    this.#tellRemoved(scanned - rows.length);
    const isKeyed = this.#compiled.node.withKey && keys !== undefined;
    const found = isKeyed ? rows.map((row, at) => row.concat(keys[at] ?? null)) : rows;
    // A page before it may have come as it is stored, where the transaction has written.
    this.#values = [];
    this.#at = 0;
    const { rest } = pushed;
    if (rest === undefined) {
      this.#ready = found;
      return true;
    }
    const passing: Row[] = [];
    const { evaluation } = this.#run;
    const done = eachRowAgain(this.#run, found, (row) => {
      if (rest(row, evaluation)) passing.push(row);
    });
    this.#ready = passing;
    const finish = (): true => {
      this.#tellRemoved(found.length - passing.length);
      return true;
    };
    return isPromise(done) ? done.then(finish) : finish();
  }

  /** Of rows that storage dropped, or that were dropped of what it sent. */
  #tellRemoved(removed: number): void {
    if (removed > 0) this.#run.probe?.tally(this.#compiled.node, { removed });
  }

  /** Small demands (a LIMIT above) do not fetch whole pages when nothing filters the rows. */
  #limitHint(maxRows: number): { rowLimit?: number } {
    return this.#compiled.filter === undefined && maxRows < SMALL_DEMAND_ROWS
      ? { rowLimit: maxRows }
      : {};
  }

  #keysOf(page: ScanPage): readonly Key[] | undefined {
    const { node, indexOnly } = this.#compiled;
    if (!node.withKey) return undefined;
    if (indexOnly && page.batch.kind === "raw") {
      return page.batch.values.map((value) => this.#rowKey(value));
    }
    return page.keys;
  }

  #took(values: Found, keys: readonly Key[] | undefined): boolean {
    this.#values = values;
    this.#keys = keys;
    this.#at = 0;
    if (this.#observer !== undefined) this.#observe(this.#observer);
    return true;
  }

  #observe(counter: ScanCounter): void {
    for (const value of this.#values) {
      if (value !== undefined) counter.found(this.#compiled.decode(value), this.#run.evaluation);
    }
  }

  #fetchPoints(): MaybePromise<boolean> {
    const keys = this.#points;
    this.#points = [];
    const { index, indexOnly } = this.#compiled;
    const took = (found: Found): MaybePromise<boolean> => {
      if (index === undefined) return this.#took(found, keys);
      const entries = found.filter((value) => value !== undefined);
      if (!indexOnly) return this.#follow(entries);
      return this.#took(
        entries,
        entries.map((value) => this.#rowKey(value)),
      );
    };
    const found = this.#run.reads.read(keys);
    return isPromise(found) ? found.then(took) : took(found);
  }

  #rowKey(entry: Uint8Array): Key {
    const suffix = this.#compiled.suffix?.(entry)[0];
    if (!(suffix instanceof Uint8Array)) throw new InvariantError("index entry without row key");
    return rowKeyOf(this.#compiled.layout, suffix);
  }

  #follow(entries: readonly Uint8Array[]): MaybePromise<boolean> {
    const keys = entries.map((entry) => this.#rowKey(entry));
    if (keys.length === 0) return this.#took([], undefined);
    const found = this.#run.reads.read(keys);
    if (isPromise(found)) return found.then((values) => this.#took(values, keys));
    return this.#took(found, keys);
  }

  #count(rows: number): void {
    const counters = this.#counters;
    if (counters === undefined) return;
    counters.rows += rows;
    if (this.#fetches) counters.fetched += rows;
  }

  #takeReady(maxRows: number): readonly Row[] {
    const from = this.#at;
    const end = Math.min(this.#ready.length, from + maxRows);
    const rows =
      from === 0 && end === this.#ready.length ? this.#ready : this.#ready.slice(from, end);
    this.#at = end;
    if (end === this.#ready.length) {
      this.#ready = [];
      this.#at = 0;
    }
    return rows;
  }

  #decodeBatch(maxRows: number): readonly Row[] {
    if (this.#ready.length > 0) return this.#takeReady(maxRows);
    const { decode, filter, node } = this.#compiled;
    const { evaluation } = this.#run;
    const rows: Row[] = [];
    const values = this.#values;
    const from = this.#at;
    while (this.#at < values.length && rows.length < maxRows) {
      if (values.length > 1 && (this.#pace ??= new Pace(this.#run)).isOver()) break;
      const at = this.#at++;
      const value = values[at];
      if (value === undefined) continue;
      let row = decode(value);
      if (node.withKey) row = row.concat(this.#keys?.[at] ?? null);
      if (filter === undefined || filter(row, evaluation)) rows.push(row);
    }
    if (this.#at > from)
      this.#count(values.length === 1 && values[0] === undefined ? 0 : this.#at - from);
    return rows;
  }
}

export function openScan(node: ScanNode): Opener {
  const compiled = compileScan(node);
  return (run) => new Scan(run.probe === undefined ? compiled : observed(compiled, run.probe), run);
}

/** Tells of the rows that its filter drops here. */
function observed(compiled: CompiledScan, probe: Probe): CompiledScan {
  const { filter, node } = compiled;
  return filter === undefined ? compiled : { ...compiled, filter: tallying(probe, node, filter) };
}
