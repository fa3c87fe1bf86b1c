/** Reads the rows whose keys a tree of indexes has collected, in the order of their keys. */
import type { Key, MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { CompiledPredicate, Row } from "@firstlight/sql";
import { compilePredicate } from "@firstlight/sql";
import type { Access, ScanNode } from "../../plan/plan-node.ts";
import { tableLayout } from "../../plan/table-layout.ts";
import type { CompiledTree } from "../bitmap-keys.ts";
import { BitmapKeys, compileTree } from "../bitmap-keys.ts";
import type { Opener, Operator, Probe, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator, eachRow, tallying } from "../operator.ts";
import { openScan } from "./scan.ts";

interface CompiledBitmap {
  readonly node: ScanNode;
  readonly tree: CompiledTree;
  readonly decode: (bytes: Uint8Array) => Row;
  readonly filter: CompiledPredicate | undefined;
  /** All rows, for when there are more keys than memory has room for. */
  readonly everything: Opener;
}

class BitmapScan extends ProducingOperator {
  readonly #compiled: CompiledBitmap;
  readonly #collected: BitmapKeys;
  #keys: readonly Key[] | undefined;
  #at = 0;
  #everything: Operator | undefined;

  constructor(compiled: CompiledBitmap, run: Run) {
    super(run);
    this.#compiled = compiled;
    this.#collected = new BitmapKeys(run, tableLayout(compiled.node.table));
  }

  close(): void {
    this.#everything?.close();
    this.#collected.close();
    this.#keys = [];
    this.#at = 0;
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#everything !== undefined) return this.#whole(this.#everything);
    if (this.#keys !== undefined) return this.#read(this.#keys);
    return andThen(this.#collected.collect(this.#compiled.tree), (keys) => {
      this.#keys = keys ?? [];
      if (keys !== undefined) return true;
      this.#collected.close();
      this.#everything = this.#compiled.everything(this.run);
      return true;
    });
  }

  #whole(everything: Operator): MaybePromise<boolean> {
    return andThen(everything.next(this.wanted), (rows) => {
      if (rows !== undefined) this.emitAll(rows);
      return rows !== undefined;
    });
  }

  #read(all: readonly Key[]): MaybePromise<boolean> {
    const keys = all.slice(this.#at, this.#at + Math.min(this.wanted, BATCH_ROWS));
    if (keys.length === 0) return false;
    this.#at += keys.length;
    return andThen(this.run.reads.read(keys), (values) => {
      const rows = this.#decoded(keys, values);
      const done = eachRow(this.run, rows, (row) => this.#filter(row));
      return andThen(done, () => true);
    });
  }

  #decoded(keys: readonly Key[], values: readonly (Uint8Array | undefined)[]): Row[] {
    const { decode, node } = this.#compiled;
    const counters = this.run.context.activity?.scansOf(node.table.oid);
    if (counters !== undefined) counters.fetched += values.length;
    const rows: Row[] = [];
    for (const [at, value] of values.entries()) {
      if (value === undefined) continue;
      const row = decode(value);
      rows.push(node.withKey ? row.concat(keys[at] ?? null) : row);
    }
    return rows;
  }

  #filter(row: Row): void {
    const { filter } = this.#compiled;
    if (filter === undefined || filter(row, this.run.evaluation)) this.emit(row);
  }
}

/** Tells of the rows that its filter drops. */
function observed(compiled: CompiledBitmap, probe: Probe): CompiledBitmap {
  const { filter, node } = compiled;
  return filter === undefined ? compiled : { ...compiled, filter: tallying(probe, node, filter) };
}

export function openBitmapScan(
  node: ScanNode,
  access: Extract<Access, { kind: "bitmap" }>,
): Opener {
  const layout = tableLayout(node.table);
  const compiled: CompiledBitmap = {
    node,
    tree: compileTree(access.tree, layout),
    decode: layout.decoder(node.columns),
    filter: node.filter === undefined ? undefined : compilePredicate(node.filter),
    everything: openScan({ ...node, access: { kind: "full" } }),
  };
  return (run) =>
    new BitmapScan(run.probe === undefined ? compiled : observed(compiled, run.probe), run);
}
