/**
 * Values of long lists of constants. Reading them takes long, and binding cannot be left in between:
 * so it is given up where a list is not read yet, the list is read in turns, and the statement is
 * bound again from its start. What is bound again is little, as long lists are the most of long texts.
 */
import { SqlError } from "@firstlight/common";
import type { Datum, LongCalls, Steps } from "@firstlight/sql";
import { toEnd } from "@firstlight/sql";
import type { ConstantRows } from "../parse/constant-rows.ts";

/** Thrown out of binding: the list, or a long literal, is to be read first. */
export class ListUnread extends Error {
  readonly steps: Steps<void>;

  constructor(steps: Steps<void>) {
    super("a long list is not read yet");
    this.steps = steps;
  }
}

/** Of a column of rows, or of a list without rows. */
export type ListValues = readonly Datum[];

interface Outcome {
  readonly value?: unknown;
  readonly error?: SqlError;
}

/** An error is raised where the list stands in the statement. */
function* outcomeOf<T>(make: () => Steps<T>): Steps<Outcome> {
  try {
    return { value: yield* make() };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { error };
  }
}

function* kept<T>(known: Map<string, Outcome>, name: string, make: () => Steps<T>): Steps<void> {
  known.set(name, yield* outcomeOf(make));
}

class BindCalls implements LongCalls {
  readonly #outside: LongCalls | undefined;
  readonly #outcomes: Outcome[] = [];
  #at = 0;
  #leaves = false;

  /** `outside`: for what is called while nothing is bound. */
  constructor(outside: LongCalls | undefined) {
    this.#outside = outside;
  }

  begin(leaves: boolean): void {
    this.#leaves = leaves;
    this.#at = 0;
  }

  run<T>(make: () => Steps<T>): T {
    if (!this.#leaves) return this.#outside?.run(make) ?? toEnd(make());
    const outcome = this.#outcomes[this.#at++];
    if (outcome === undefined) throw new ListUnread(this.#kept(make));
    if (outcome.error !== undefined) throw outcome.error;
    return outcome.value as T;
  }

  toEnd<T>(steps: Steps<T>): T {
    return this.#outside?.toEnd(steps) ?? toEnd(steps);
  }

  once<T>(site: object, compute: () => T): T {
    return this.#outside?.once(site, compute) ?? compute();
  }

  *#kept<T>(make: () => Steps<T>): Steps<void> {
    this.#outcomes.push(yield* outcomeOf(make));
  }
}

/** For each the statement is bound anew: of more lists the rest is bound at one go. */
const LISTS_MAX = 32;

export class LongLists {
  readonly #known = new Map<ConstantRows, Map<string, Outcome>>();
  readonly #leaves: boolean;
  readonly #calls: BindCalls;
  /** Types of the literals that were read. */
  readonly types: Set<number> = new Set<number>();

  /** What lists of expressions are bound to: for each time that binding meets one. */
  readonly #bound = new Map<object, unknown[]>();
  readonly #met = new Map<object, number>();
  #listsLeft = LISTS_MAX;

  /** `leaves`: whoever binds expects ListUnread. */
  constructor(leaves: boolean, calls?: LongCalls) {
    this.#leaves = leaves;
    this.#calls = new BindCalls(calls);
  }

  /** Literals that take long: known by their order, which is the same whenever it is bound. */
  get calls(): LongCalls {
    return this.#calls;
  }

  /** Runs a binding; only in it calls are left. */
  bind<T>(bind: () => T): T {
    this.#calls.begin(this.#leaves);
    this.#met.clear();
    try {
      return bind();
    } finally {
      this.#calls.begin(false);
    }
  }

  /** What the steps make of the list, by a name for what that is. */
  read<T>(list: ConstantRows, name: string, make: () => Steps<T>): T {
    const known = this.#known.get(list) ?? new Map<string, Outcome>();
    this.#known.set(list, known);
    if (!known.has(name)) {
      if (this.#leaves) throw new ListUnread(kept(known, name, make));
      toEnd(kept(known, name, make));
    }
    const outcome = known.get(name);
    if (outcome?.error !== undefined) throw outcome.error;
    return outcome?.value as T;
  }

  /**
   * What the steps make of a list of expressions; undefined: it is to be bound at one go. Known by
   * the list and by how often it was met before, which is the same whenever the statement is bound.
   */
  bound<T>(list: object, make: () => Steps<T>): T | undefined {
    if (!this.#leaves) return undefined;
    const number = this.#met.get(list) ?? 0;
    this.#met.set(list, number + 1);
    const known = this.#bound.get(list) ?? [];
    this.#bound.set(list, known);
    if (number < known.length) return known[number] as T;
    if (this.#listsLeft === 0) return undefined;
    this.#listsLeft--;
    throw new ListUnread(this.#itemSteps(known, make));
  }

  /** Lists within its items are bound with them. */
  *#itemSteps<T>(known: unknown[], make: () => Steps<T>): Steps<void> {
    const left = this.#listsLeft;
    this.#listsLeft = 0;
    known.push(yield* make());
    this.#listsLeft = left;
  }
}
