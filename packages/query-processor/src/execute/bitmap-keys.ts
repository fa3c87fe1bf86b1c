/**
 * Collects the keys of rows that a tree of indexes finds. When memory has no room for them it gives
 * up: then all rows of the table have to be looked at, whose conditions say the same.
 */
import { countScans } from "../statistics/activity-counters.ts";
import type { Key, MaybePromise, ScanPage, Span } from "@firstlight/common";
import type { ScanCounters } from "../statistics/activity-counters.ts";
import { InvariantError, andThen } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { BitmapTree } from "../plan/plan-node.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import { rowKeyOf } from "../plan/table-layout.ts";
import type { RangeMaker } from "./key-ranges.ts";
import { compileKeyRanges } from "./key-ranges.ts";
import { SpillableShare } from "./memory-account.ts";
import type { Run } from "./operator.ts";
import { repeat } from "./operator.ts";

/** A key in a set, beside its characters. */
const KEY_BYTES = 72;

export type CompiledTree =
  | {
      readonly kind: "index";
      readonly tree: BitmapTree;
      readonly oid: number;
      readonly ranges: RangeMaker;
      /** The suffix of the row's key in an entry; undefined where rows themselves are scanned. */
      readonly suffix: ((entry: Uint8Array) => Row) | undefined;
    }
  | {
      readonly kind: "or" | "and";
      readonly tree: BitmapTree;
      readonly args: readonly CompiledTree[];
    };

export function compileTree(tree: BitmapTree, layout: TableLayout): CompiledTree {
  if (tree.kind !== "index") {
    return { kind: tree.kind, tree, args: tree.args.map((arg) => compileTree(arg, layout)) };
  }
  const { index, conditions } = tree;
  if (index.number === 0) {
    const ranges = compileKeyRanges(conditions, layout.prefix, layout.primaryParts, true);
    return { kind: "index", tree, oid: index.oid, ranges, suffix: undefined };
  }
  const secondary = layout.secondary.find((each) => each.descriptor === index);
  if (secondary === undefined) throw new InvariantError("bitmap of an unknown index");
  const { prefix, keyParts, stored } = secondary;
  return {
    kind: "index",
    tree,
    oid: index.oid,
    ranges: compileKeyRanges(conditions, prefix, keyParts, index.unique && index.nullsDistinct),
    suffix: secondary.decoder([stored.length]),
  };
}

/** Collects once; `close` when the keys are not needed any more. */
export class BitmapKeys {
  readonly #run: Run;
  readonly #layout: TableLayout;
  readonly #share: SpillableShare;
  /** There was no room: nothing is collected any more. */
  isLossy = false;
  /** Of the index that is being read. */
  #counters: ScanCounters | undefined;
  #found = 0;

  constructor(run: Run, layout: TableLayout) {
    this.#run = run;
    this.#layout = layout;
    this.#share = new SpillableShare(run.memory);
  }

  close(): void {
    this.#share.release();
  }

  /** In the order of the keys; undefined when there are too many. */
  collect(tree: CompiledTree): MaybePromise<readonly Key[] | undefined> {
    return andThen(this.#add(tree, new Set()), (keys) =>
      this.isLossy ? undefined : [...keys].toSorted(),
    );
  }

  #add(tree: CompiledTree, into: Set<Key>): MaybePromise<Set<Key>> {
    if (this.isLossy) return into;
    if (tree.kind === "index") {
      const before = this.#found;
      return andThen(this.#scan(tree, into), (keys) => this.#told(tree, keys, before));
    }
    this.#run.probe?.tally(tree.tree, { loops: 1 });
    if (tree.kind === "or") return this.#unite(tree.args, 0, into);
    return andThen(this.#intersect(tree.args, 0, undefined), (keys) => {
      for (const key of keys ?? []) into.add(key);
      return into;
    });
  }

  #told({ tree }: CompiledTree, keys: Set<Key>, before: number): Set<Key> {
    this.#run.probe?.tally(tree, { loops: 1, rows: this.#found - before });
    return keys;
  }

  #unite(args: readonly CompiledTree[], at: number, into: Set<Key>): MaybePromise<Set<Key>> {
    const arg = args[at];
    if (arg === undefined) return into;
    return andThen(this.#add(arg, into), () => this.#unite(args, at + 1, into));
  }

  #intersect(
    args: readonly CompiledTree[],
    at: number,
    known: Set<Key> | undefined,
  ): MaybePromise<Set<Key> | undefined> {
    const arg = args[at];
    if (arg === undefined || known?.size === 0) return known;
    return andThen(this.#add(arg, new Set()), (own) => {
      const both = known === undefined ? own : this.#common(known, own);
      return this.#intersect(args, at + 1, both);
    });
  }

  #common(a: Set<Key>, b: Set<Key>): Set<Key> {
    const both = new Set<Key>();
    for (const key of b) if (a.has(key)) both.add(key);
    return both;
  }

  #scan(
    { oid, ranges, suffix }: Extract<CompiledTree, { kind: "index" }>,
    into: Set<Key>,
  ): MaybePromise<Set<Key>> {
    const { evaluation, reads } = this.#run;
    const counters = this.#run.context.activity?.scansOf(oid);
    countScans(counters, evaluation.statementTime);
    this.#counters = counters;
    const found = ranges(evaluation);
    if (found.kind === "points") return this.#points(found.keys, suffix, into);
    const spans = found.spans.toReversed();
    const take = (page: ScanPage): boolean => {
      if (page.rest !== undefined) spans.push(page.rest);
      this.#takePage(page, suffix, into);
      return !this.isLossy;
    };
    const scan = (span: Span): MaybePromise<boolean> =>
      andThen(reads.scan({ span, reverse: false, withKeys: suffix === undefined }), take);
    const done = repeat(this.#run, () => {
      const span = spans.pop();
      return span === undefined ? false : scan(span);
    });
    return andThen(done, () => into);
  }

  #points(
    keys: readonly Key[],
    suffix: ((entry: Uint8Array) => Row) | undefined,
    into: Set<Key>,
  ): MaybePromise<Set<Key>> {
    if (suffix === undefined) {
      for (const key of keys) this.#take(key, into);
      return into;
    }
    return andThen(this.#run.reads.read(keys), (entries) => {
      for (const entry of entries) {
        if (entry !== undefined) this.#take(this.#rowKey(entry, suffix), into);
      }
      return into;
    });
  }

  #takePage(
    page: ScanPage,
    suffix: ((entry: Uint8Array) => Row) | undefined,
    into: Set<Key>,
  ): void {
    if (suffix === undefined) {
      for (const key of page.keys ?? []) this.#take(key, into);
      return;
    }
    if (page.batch.kind !== "raw") throw new InvariantError("a plain scan answers raw values");
    for (const entry of page.batch.values) this.#take(this.#rowKey(entry, suffix), into);
  }

  #rowKey(entry: Uint8Array, suffix: (entry: Uint8Array) => Row): Key {
    const [bytes] = suffix(entry);
    if (!(bytes instanceof Uint8Array)) throw new InvariantError("index entry without row key");
    return rowKeyOf(this.#layout, bytes);
  }

  #take(key: Key, into: Set<Key>): void {
    if (this.#counters !== undefined) this.#counters.rows++;
    this.#found++;
    into.add(key);
    this.#share.take(KEY_BYTES + key.length);
    if (this.#share.isOver) this.isLossy = true;
  }
}
