/** DISTINCT, UNION ALL (Append), INTERSECT and EXCEPT by hashing. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Expr, Row } from "@firstlight/sql";
import type { AppendNode, DistinctNode, SetOperationNode } from "../../plan/plan-node.ts";
import type { MapKey } from "../hash-key.ts";
import { groupKey, keyBytes } from "../hash-key.ts";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, drain, nextMapped } from "../operator.ts";

/** Keeps the first of equal rows, in the order of the input. */
class Distinct implements Operator {
  readonly #run: Run;
  readonly #child: Operator;
  readonly #key: ReturnType<typeof groupKey>;
  readonly #seen = new Set<MapKey>();
  readonly #memory: MemoryShare;

  constructor(run: Run, child: Operator, key: ReturnType<typeof groupKey>) {
    this.#run = run;
    this.#memory = new MemoryShare(run.memory);
    this.#child = child;
    this.#key = key;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const { evaluation } = this.#run;
    return nextMapped(this.#run, this.#child, maxRows, (rows) =>
      rows.filter((row) => {
        const key = this.#key(row, evaluation);
        if (this.#seen.has(key)) return false;
        this.#memory.take(keyBytes(key));
        this.#seen.add(key);
        return true;
      }),
    );
  }

  close(): void {
    this.#child.close();
    this.#seen.clear();
    this.#memory.release();
  }
}

export function openDistinct(node: DistinctNode, child: Opener): Opener {
  const key = groupKey(node.keys);
  return (run) => new Distinct(run, child(run), key);
}

class Append implements Operator {
  readonly #run: Run;
  readonly #openers: readonly Opener[];
  #current: Operator | undefined;
  #at = 0;

  constructor(run: Run, openers: readonly Opener[]) {
    this.#run = run;
    this.#openers = openers;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    for (;;) {
      if (this.#current === undefined) {
        const open = this.#openers[this.#at++];
        if (open === undefined) return undefined;
        this.#current = open(this.#run);
      }
      const batch = this.#current.next(maxRows);
      if (isPromise(batch)) return batch.then((rows) => this.#orNext(rows, maxRows));
      if (batch !== undefined) return batch;
      this.close();
    }
  }

  #orNext(
    rows: readonly Row[] | undefined,
    maxRows: number,
  ): MaybePromise<readonly Row[] | undefined> {
    if (rows !== undefined) return rows;
    this.close();
    return this.next(maxRows);
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

export function openAppend(_node: AppendNode, children: readonly Opener[]): Opener {
  return (run) => new Append(run, children);
}

interface Counted {
  readonly row: Row;
  left: number;
  right: number;
}

/** Counts each distinct row on both sides, then answers by the counts. */
class SetOperation extends ProducingOperator {
  readonly #node: SetOperationNode;
  readonly #left: Operator;
  readonly #right: Operator;
  readonly #key: ReturnType<typeof groupKey>;
  readonly #counts = new Map<MapKey, Counted>();
  readonly #memory: MemoryShare;
  #result: Iterator<Row> | undefined;

  constructor(
    run: Run,
    node: SetOperationNode,
    sides: { left: Operator; right: Operator },
    key: ReturnType<typeof groupKey>,
  ) {
    super(run);
    this.#memory = new MemoryShare(run.memory);
    this.#node = node;
    this.#left = sides.left;
    this.#right = sides.right;
    this.#key = key;
  }

  close(): void {
    this.#left.close();
    this.#right.close();
    this.#counts.clear();
    this.#memory.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#result !== undefined) return this.emitFrom(this.#result);
    const left = drain(this.run, this.#left, (rows) => this.#count(rows, "left"));
    const rest = (): MaybePromise<boolean> => {
      const right = drain(this.run, this.#right, (rows) => this.#count(rows, "right"));
      return isPromise(right) ? right.then(() => this.#answer()) : this.#answer();
    };
    return isPromise(left) ? left.then(rest) : rest();
  }

  #count(rows: readonly Row[], side: "left" | "right"): void {
    const { evaluation } = this.run;
    for (const row of rows) {
      const key = this.#key(row, evaluation);
      let counted = this.#counts.get(key);
      if (counted === undefined) {
        if (side === "right") continue;
        counted = { row, left: 0, right: 0 };
        this.#memory.take(rowBytes(row) + keyBytes(key));
        this.#counts.set(key, counted);
      }
      counted[side]++;
    }
  }

  #copies({ left, right }: Counted): number {
    const { operation, all } = this.#node;
    if (operation === "intersect") return all ? Math.min(left, right) : right > 0 ? 1 : 0;
    return all ? Math.max(0, left - right) : right === 0 ? 1 : 0;
  }

  #answer(): boolean {
    this.#result = this.#answers();
    return true;
  }

  *#answers(): Generator<Row> {
    for (const counted of this.#counts.values()) {
      const copies = this.#copies(counted);
      for (let i = 0; i < copies; i++) yield counted.row;
    }
  }
}

export function openSetOperation(node: SetOperationNode, left: Opener, right: Opener): Opener {
  const key = groupKey(
    node.types.map((type, index): Expr => ({
      kind: "slot",
      index,
      type,
      typmod: -1,
      position: -1,
    })),
  );
  return (run) => new SetOperation(run, node, { left: left(run), right: right(run) }, key);
}
