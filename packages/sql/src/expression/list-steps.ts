/**
 * Long lists in expressions, which planning and compiling treat item by item. Neither can be left in
 * the middle. So whoever meets such a list is left by an exception between two items once its share of
 * the event loop is over, and begun anew in its next turn, when what came of the items before is
 * known: by who asks, by the list's first item, and by how often these two met before, which is the
 * same each time.
 *
 * What is done with an item must be pure but for what may be done twice. Who keeps its results beyond
 * one attempt, and does not ask again, must depend on the items alone.
 */
import type { Expr } from "./tree.ts";
import { childrenOf, mapChildren, someExpr } from "./walk.ts";

/** Thrown out of what is begun anew. */
export class ListUnfinished extends Error {
  constructor() {
    super("a long list is not finished yet");
  }
}

/** Whoever knows how long the event loop is held. */
export interface ListTurns {
  overdue(): boolean;
  /** Monotonic. */
  micros?(): number;
}

/** Shorter lists take less than being begun anew does. */
const MANY = 64;
const ITEMS_PER_LOOK = 4;
/** Attempts of one list at most, however loaded the machine is. */
const ATTEMPTS_MAX = 16;

/** Of one thing by itself: what came of it is worth beginning anew. */
const LONG_MICROS = 1_000;

/** What came of the first items of a list. */
interface KnownItems {
  readonly list: readonly unknown[];
  readonly results: unknown[];
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, at) => item === b[at]));
}

let current: ListSteps | undefined;

/** Runs `work` with these steps, or at one go. */
function within<T>(steps: ListSteps | undefined, work: () => T): T {
  const outer = current;
  current = steps;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** What one who asks knows of the lists with one first item. */
interface KnownLists {
  readonly lists: KnownItems[];
  /** How many of them were met in this attempt. */
  met: number;
  attempt: number;
}

/** For what keeps exceptions to itself, or meets other lists when it is begun anew. */
export function atOneGo<T>(work: () => T): T {
  return current === undefined ? work() : within(undefined, work);
}

export class ListSteps {
  readonly #turns: ListTurns;
  readonly #known = new Map<string, Map<object, KnownLists>>();
  #attempt = 0;
  #isLeft = false;
  /** Where the attempt before was left: as long as it is not met again, nothing would be gained. */
  #left: KnownItems | undefined;
  /** Of things by themselves. */
  #made = 0;
  #begun = 0;
  /** When the first item was treated that was not known. */
  #fresh: number | undefined;

  constructor(turns: ListTurns) {
    this.#turns = turns;
  }

  /** Throws ListUnfinished: `work` is to be begun anew. */
  run<T>(work: () => T): T {
    this.#attempt++;
    this.#isLeft = false;
    this.#begun = this.#micros();
    this.#fresh = undefined;
    const result = within(this, work);
    if (this.#isLeft) throw new ListUnfinished();
    return result;
  }

  /** Up to the first item of which comes what `isLast` is true of. */
  results<T extends object, R>(
    site: string,
    list: readonly T[],
    treat: (item: T) => R,
    isLast?: (result: R) => boolean,
  ): readonly R[] {
    const known = this.#knownOf(site, list);
    if (known === this.#left) this.#left = undefined;
    return within(undefined, () => this.#treated(known, list, treat, isLast));
  }

  /** What comes of one thing that takes long by itself. */
  once<R>(site: string, thing: object, make: () => R): R {
    const known = this.#knownOf(site, [thing]);
    if (known === undefined) return within(undefined, make);
    if (known === this.#left) this.#left = undefined;
    const { results } = known;
    if (results.length === 0) {
      const from = this.#micros();
      this.#fresh ??= from;
      results.push(within(undefined, make));
      const isLong = this.#micros() - from >= LONG_MICROS;
      if ((++this.#made % ATTEMPTS_MAX === 0 || isLong) && this.#isToLeave()) this.#leave(known);
    }
    return results[0] as R;
  }

  /** Of a list that is another one than it was before, nothing is known. */
  #knownOf(site: string, list: readonly object[]): KnownItems | undefined {
    const [first] = list;
    if (this.#isLeft || first === undefined) return undefined;
    const known = this.#metAt(site, first);
    const number = known.met++;
    const items = (known.lists[number] ??= { list, results: [] });
    return isSameList(items.list, list) ? items : undefined;
  }

  #metAt(site: string, first: object): KnownLists {
    const ofSite = this.#known.get(site) ?? new Map<object, KnownLists>();
    this.#known.set(site, ofSite);
    const known = ofSite.get(first) ?? { lists: [], met: 0, attempt: this.#attempt };
    ofSite.set(first, known);
    if (known.attempt < this.#attempt) known.met = 0;
    known.attempt = this.#attempt;
    return known;
  }

  #treated<T extends object, R>(
    known: KnownItems | undefined,
    list: readonly T[],
    treat: (item: T) => R,
    isLast: ((result: R) => boolean) | undefined,
  ): readonly R[] {
    const results = (known?.results ?? []) as R[];
    const from = results.length;
    if (from < list.length) this.#fresh ??= this.#micros();
    if (from > 0 && isLast?.(results[from - 1] as R) === true) return results;
    for (const item of from === 0 ? list : list.slice(from)) {
      if (known !== undefined && results.length % ITEMS_PER_LOOK === 0) {
        const isProgress = (results.length - from) * ATTEMPTS_MAX >= list.length;
        if (isProgress && this.#isToLeave()) this.#leave(known);
      }
      const result = treat(item);
      results.push(result);
      if (isLast?.(result) === true) break;
    }
    return results;
  }

  #micros(): number {
    return this.#turns.micros?.() ?? 0;
  }

  /** Never before what is new took as long as all that was begun anew for it. */
  #isToLeave(): boolean {
    if (this.#left !== undefined || !this.#turns.overdue()) return false;
    const fresh = this.#fresh ?? this.#begun;
    return this.#micros() - fresh >= fresh - this.#begun;
  }

  #leave(known: KnownItems): never {
    this.#isLeft = true;
    this.#left = known;
    throw new ListUnfinished();
  }
}

/** What `make` gives, which is known when all is begun anew: its effects are not. */
export function onceInSteps<R>(site: string, thing: object, make: () => R): R {
  return current === undefined ? make() : current.once(site, thing, make);
}

/** `list.map(treat)`; `site` names who asks. */
export function mapInSteps<T extends object, R>(
  site: string,
  list: readonly T[],
  treat: (item: T) => R,
): readonly R[] {
  if (current === undefined || list.length < MANY) return list.map((item) => treat(item));
  return current.results(site, list, treat);
}

/** Undefined as soon as that comes of one of the items. */
export function allInSteps<T extends object, R extends object | boolean>(
  site: string,
  list: readonly T[],
  treat: (item: T) => R | undefined,
): readonly R[] | undefined {
  if (current !== undefined && list.length >= MANY) {
    const found = current.results(site, list, treat, (result) => result === undefined);
    return found.some((each) => each === undefined) ? undefined : (found as readonly R[]);
  }
  const found: R[] = [];
  for (const item of list) {
    const result = treat(item);
    if (result === undefined) return undefined;
    found.push(result);
  }
  return found;
}

/** Those that `test` is true of, and the others. */
export function dividedInSteps<T extends object>(
  site: string,
  list: readonly T[],
  test: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  const found = mapInSteps(site, list, test);
  return [list.filter((_item, at) => found[at]), list.filter((_item, at) => found[at] !== true)];
}

/** Whether steps are taken with a list of so many. */
function isLong(count: number): boolean {
  return current !== undefined && count >= MANY;
}

/** Of kinds that statements have long ones of. */
function countOfChildren(expr: Expr): number {
  const { kind } = expr;
  if (kind === "call" || kind === "and" || kind === "or") return expr.args.length;
  if (kind === "array") return expr.elements.length;
  if (kind === "case") return expr.whens.length;
  return kind === "coalesce" || kind === "greatest" || kind === "least" ? expr.args.length : 0;
}

/** As `mapChildren` does it. */
export function mapChildrenInSteps(site: string, expr: Expr, treat: (child: Expr) => Expr): Expr {
  if (!isLong(countOfChildren(expr))) return mapChildren(expr, treat);
  const results = mapInSteps(site, childrenOf(expr), treat);
  let at = 0;
  return mapChildren(expr, (child) => results[at++] ?? child);
}

/** As `someExpr`; `test` depends on the node alone. */
export function someInSteps(site: string, expr: Expr, test: (node: Expr) => boolean): boolean {
  if (!isLong(countOfChildren(expr))) {
    return test(expr) || childrenOf(expr).some((child) => someInSteps(site, child, test));
  }
  const has = (child: Expr): true | undefined => (someExpr(child, test) ? undefined : true);
  return test(expr) || allInSteps(site, childrenOf(expr), has) === undefined;
}
