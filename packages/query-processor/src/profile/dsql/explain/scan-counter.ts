/** Counts what a scan finds, and what of it storage would have let pass. */
import type { CompiledPredicate, EvaluationContext, Row } from "@firstlight/sql";
import { compilePredicate } from "@firstlight/sql";
import type { ScanCounter } from "../../../execute/operator.ts";
import type { ScanNode } from "../../../plan/plan-node.ts";
import { storageFilter } from "./storage-filter.ts";

export interface ScanCounts {
  scanned: number;
  passed: number;
}

export class StorageCounter implements ScanCounter {
  readonly #passes: CompiledPredicate | undefined;
  readonly #counts: ScanCounts;

  constructor(node: ScanNode, counts: ScanCounts) {
    const filter = storageFilter(node.filter);
    this.#passes = filter && compilePredicate(filter);
    this.#counts = counts;
  }

  found(row: Row, evaluation: EvaluationContext): void {
    this.#counts.scanned++;
    if (this.#passes === undefined || this.#passes(row, evaluation)) this.#counts.passed++;
  }
}
