/** Operators that treat each batch on its own: Filter, Result (projection), LockRows. */
import type { KeyBits, MaybePromise } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";
import type { CompiledPredicate, Expr, Row } from "@firstlight/sql";
import { compilePredicate, volatility } from "@firstlight/sql";
import { conjunction, conjuncts, someNode } from "../../plan/expression-map.ts";
import type { FilterNode, LockRowsNode, ProjectNode } from "../../plan/plan-node.ts";
import { compileFlatProjection } from "../flat-values.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { nextMapped } from "../operator.ts";

const NO_ROW: Row = [];

/** FOR SHARE excludes every change of the row, FOR KEY SHARE those of its key. */
const INTENTS = { update: "X", noKeyUpdate: "X", share: "R", keyShare: "K" } as const;

/** The child's slot of a slot of the result; undefined where there is none. */
type SlotBelow = (slot: number) => number | undefined;

class Mapped implements Operator {
  readonly #run: Run;
  readonly #child: Operator;
  readonly #below: SlotBelow | undefined;
  readonly #map: (row: Row, out: Row[]) => void;
  readonly #again: boolean;

  constructor(
    run: Run,
    child: Operator,
    map: (row: Row, out: Row[]) => void,
    options: { readonly below?: SlotBelow | undefined; readonly again: boolean },
  ) {
    this.#run = run;
    this.#below = options.below;
    this.#again = options.again;
    this.#child = child;
    this.#map = map;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    return nextMapped(this.#run, this.#child, maxRows, this.#map, this.#again);
  }

  restrict(slot: number, keys: KeyBits): void {
    const below = this.#below?.(slot);
    if (below !== undefined) this.#child.restrict?.(below, keys);
  }

  close(): void {
    this.#child.close();
  }
}

/** Conditions that are the same for all rows: without them nothing below has to run. */
class Gate implements Operator {
  readonly #run: Run;
  readonly #passes: CompiledPredicate;
  readonly #open: Opener;
  /** For the child, once it is opened. */
  readonly #restrictions: (readonly [number, KeyBits])[] = [];
  #child: Operator | undefined;
  #closed = false;

  constructor(run: Run, passes: CompiledPredicate, open: Opener) {
    this.#run = run;
    this.#passes = passes;
    this.#open = open;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#closed) return undefined;
    if (this.#child === undefined) {
      if (!this.#passes(NO_ROW, this.#run.evaluation)) {
        this.#closed = true;
        return undefined;
      }
      this.#child = this.#open(this.#run);
      for (const [slot, keys] of this.#restrictions) this.#child.restrict?.(slot, keys);
    }
    return this.#child.next(maxRows);
  }

  restrict(slot: number, keys: KeyBits): void {
    if (this.#child === undefined) this.#restrictions.push([slot, keys]);
    else this.#child.restrict?.(slot, keys);
  }

  close(): void {
    this.#closed = true;
    this.#child?.close();
  }
}

function isSameForAll(condition: Expr): boolean {
  if (volatility(condition) === "volatile") return false;
  return !someNode(condition, (node) => node.kind === "slot" || node.kind === "subLink");
}

function openGate(gate: readonly Expr[], child: Opener): Opener {
  const condition = conjunction(gate);
  if (condition === undefined) return child;
  const passes = compilePredicate(condition);
  return (run) => new Gate(run, passes, child);
}

export function openFilter(node: FilterNode, child: Opener): Opener {
  const all = conjuncts(node.condition);
  const gate = all.filter((each) => isSameForAll(each));
  const rest = conjunction(all.filter((each) => !gate.includes(each)));
  const gated = openGate(gate, child);
  if (rest === undefined) return gated;
  const passes = compilePredicate(rest);
  const below = volatility(rest) === "volatile" ? undefined : (slot: number) => slot;
  const again = below !== undefined && hasCall(rest);
  return (run) => {
    const { evaluation } = run;
    const filter = (row: Row, out: Row[]): void => {
      if (passes(row, evaluation)) out.push(row);
    };
    return new Mapped(run, gated(run), filter, { below, again });
  };
}

/** Whether there is anything in it that could take long. */
function hasCall(expr: Expr): boolean {
  return someNode(expr, ({ kind }) => !PLAIN.has(kind));
}

const PLAIN: ReadonlySet<Expr["kind"]> = new Set(["slot", "const", "param", "execParam"]);

export function openProject(node: ProjectNode, child: Opener): Opener {
  const project = compileFlatProjection(node.exprs);
  const isVolatile = node.exprs.some((expr) => volatility(expr) === "volatile");
  const calls = node.exprs.some(hasCall);
  const below = (slot: number): number | undefined => {
    const expr = node.exprs[slot];
    return expr?.kind === "slot" ? expr.index : undefined;
  };
  return (run) => {
    const { evaluation } = run;
    const map = (row: Row, out: Row[]): void => {
      out.push(project(row, evaluation));
    };
    const options = isVolatile ? { again: false } : { below, again: calls };
    return new Mapped(run, child(run), map, options);
  };
}

/** FOR UPDATE and FOR NO KEY UPDATE hold the row with X, the SHARE forms with K. */
export function openLockRows(node: LockRowsNode, child: Opener): Opener {
  const marks = node.marks.map(({ slot, strength }) => ({
    slot,
    intent: INTENTS[strength],
  }));
  return (run) => {
    const { transaction } = run.context;
    const { reads } = run;
    // A row that the transaction itself has changed since the statement began is not given.
    const isCurrent = (row: Row): boolean =>
      marks.every(({ slot }) => {
        const key = row[slot];
        return typeof key !== "string" || reads.changedSince?.(keyFromLatin1(key)) !== true;
      });
    const lock = (row: Row, out: Row[]): void => {
      if (reads.changedSince !== undefined && !isCurrent(row)) return;
      for (const { slot, intent } of marks) {
        const key = row[slot];
        // The row of an outer join's empty side has no key.
        if (typeof key === "string") transaction.check({ key: keyFromLatin1(key), intent });
      }
      out.push(row);
    };
    return new Mapped(run, child(run), lock, { again: false });
  };
}
