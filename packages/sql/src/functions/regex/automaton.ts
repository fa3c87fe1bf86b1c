/**
 * Runs an automaton over all its states at once: where a match begins or ends is found in time
 * proportional to text and expression, however the expression's parts could share the text.
 */
import type { Steps } from "../long-call.ts";
import { ASCII, nfaOf } from "./nfa.ts";
import type { Direction, Nfa, State } from "./nfa.ts";
import type { Places } from "./places.ts";
import { setHas } from "./tree.ts";
import type { RegexNode } from "./tree.ts";

/** States gone through in one step, at most and about. */
const STATES_PER_STEP = 1 << 16;
const CHARACTERS_PER_STEP = 4096;
const NOWHERE = -1;

/** States with the places where their matches began, ascending; each state once. */
class Threads {
  readonly states: number[] = [];
  readonly starts: number[] = [];
  readonly #seen: Uint32Array;
  #generation = 0;

  constructor(size: number) {
    this.#seen = new Uint32Array(size);
  }

  clear(): void {
    this.states.length = 0;
    this.starts.length = 0;
    this.#generation++;
  }

  isNew(state: number): boolean {
    if (this.#seen[state] === this.#generation) return false;
    this.#seen[state] = this.#generation;
    return true;
  }
}

type Range = readonly [from: number, limit: number];
/** Told where matches end; false to stop. */
type Met = (at: number) => boolean;

/** A run from one place. */
interface Reach {
  readonly places: Places;
  readonly limit: number;
  readonly met: Met;
  threads: [Threads, Threads];
  work: number;
}

export class Automaton {
  readonly #nfa: Nfa;
  readonly #direction: Direction;
  readonly #charactersPerStep: number;
  /** Of runs that are not left in between: most are short, and many. */
  #spare: [Threads, Threads] | undefined;

  constructor(root: RegexNode, direction: Direction = "forward") {
    this.#nfa = nfaOf(root, direction);
    this.#direction = direction;
    const most = Math.ceil(STATES_PER_STEP / this.#nfa.states.length);
    this.#charactersPerStep = Math.min(CHARACTERS_PER_STEP, most);
  }

  *testSteps(places: Places): Steps<boolean> {
    return (yield* this.anywhere(places, 0)) !== NOWHERE;
  }

  /** Where some match at or after `from` begins, -1 for none. */
  *anywhere(places: Places, from: number): Steps<number> {
    return yield* this.#run(places, from, true);
  }

  /** Where the leftmost match at or after `from` begins, -1 for none. */
  *leftmost(places: Places, from: number): Steps<number> {
    return yield* this.#run(places, from, false);
  }

  /** Where the longest, or the shortest, match that begins at `start` ends; there is one. */
  *end(places: Places, start: number, shortest: boolean): Steps<number> {
    let end = start;
    const met: Met = (at) => {
      end = at;
      return !shortest;
    };
    const run = this.#begin(places, [start, places.text.length], met, this.#threads());
    yield* this.#reachSteps(run, start);
    return end;
  }

  /**
   * Where the matches that begin at `from` end, up to `limit`, in the order in which they are met.
   * Counts the states gone through.
   */
  ends(places: Places, from: number, limit: number, into: number[]): number {
    this.#spare ??= this.#threads();
    const run = this.#begin(places, [from, limit], noted(into), this.#spare);
    this.#reach(run, from, Infinity);
    return run.work;
  }

  *endsSteps(places: Places, from: number, limit: number, into: number[]): Steps<number> {
    const run = this.#begin(places, [from, limit], noted(into), this.#threads());
    yield* this.#reachSteps(run, from);
    return run.work;
  }

  /** The first place where a match ends that begins at or after `from`, -1 for none. */
  *nearestEnd(places: Places, from: number): Steps<number> {
    let [current, next] = this.#threads();
    current.clear();
    for (let at = from, untilStep = this.#charactersPerStep; ;) {
      if (--untilStep === 0) {
        yield;
        untilStep = this.#charactersPerStep;
      }
      this.#enter(current, this.#nfa.start, NOWHERE, places, at);
      if (this.#matchIn(current) !== undefined) return at;
      const code = this.#codeAt(places.text, at);
      if (code === undefined) return NOWHERE;
      at = this.#after(at, code);
      next.clear();
      this.#step(current, next, code, places, at, Infinity);
      [current, next] = [next, current];
    }
  }

  /** Marks every position at which a match ends that began anywhere. */
  *mark(places: Places, marks: Uint8Array): Steps<void> {
    let [current, next] = this.#threads();
    let at = this.#direction === "forward" ? 0 : places.text.length;
    current.clear();
    for (let untilStep = this.#charactersPerStep; ;) {
      this.#enter(current, this.#nfa.start, NOWHERE, places, at);
      if (this.#matchIn(current) !== undefined) marks[at] = 1;
      const code = this.#codeAt(places.text, at);
      if (code === undefined) return;
      at = this.#after(at, code);
      next.clear();
      this.#step(current, next, code, places, at, Infinity);
      [current, next] = [next, current];
      if (--untilStep > 0) continue;
      yield;
      untilStep = this.#charactersPerStep;
    }
  }

  /** A pair of its own for each run: other runs may be between two steps of this one. */
  #threads(): [Threads, Threads] {
    const size = this.#nfa.states.length;
    return [new Threads(size), new Threads(size)];
  }

  #codeAt(text: string, at: number): number | undefined {
    if (this.#direction === "forward") return text.codePointAt(at);
    if (at === 0) return undefined;
    const isPair = isLow(text.charCodeAt(at - 1)) && at > 1 && isHigh(text.charCodeAt(at - 2));
    return text.codePointAt(isPair ? at - 2 : at - 1);
  }

  #after(at: number, code: number): number {
    const width = code > 0xffff ? 2 : 1;
    return this.#direction === "forward" ? at + width : at - width;
  }

  #begin(places: Places, [from, limit]: Range, met: Met, threads: [Threads, Threads]): Reach {
    const [current] = threads;
    current.clear();
    this.#enter(current, this.#nfa.start, NOWHERE, places, from);
    return { places, limit, met, threads, work: 0 };
  }

  /** Reads on for so many characters; where to go on from, undefined at the end of it. */
  #reach(run: Reach, from: number, characters: number): number | undefined {
    const { places, limit, met, threads } = run;
    let [current, next] = threads;
    let at = from;
    for (let left = characters; current.states.length > 0; left--) {
      if (left === 0) {
        run.threads = [current, next];
        return at;
      }
      run.work += current.states.length;
      if (this.#matchIn(current) !== undefined && !met(at)) break;
      const code = at === limit ? undefined : this.#codeAt(places.text, at);
      if (code === undefined) break;
      at = this.#after(at, code);
      next.clear();
      this.#step(current, next, code, places, at, Infinity);
      [current, next] = [next, current];
    }
    return undefined;
  }

  *#reachSteps(run: Reach, from: number): Steps<void> {
    for (let at: number | undefined = from; ;) {
      at = this.#reach(run, at, this.#charactersPerStep);
      if (at === undefined) return;
      yield;
    }
  }

  *#run(places: Places, from: number, any: boolean): Steps<number> {
    const { text } = places;
    let untilStep = this.#charactersPerStep;
    let [current, next] = this.#threads();
    let best = Infinity;
    current.clear();
    for (let at = from; ;) {
      if (best === Infinity) this.#enter(current, this.#nfa.start, at, places, at);
      best = Math.min(best, this.#matchIn(current) ?? Infinity);
      if (best !== Infinity && any) return best;
      const code = text.codePointAt(at);
      if (code === undefined) break;
      at = this.#after(at, code);
      next.clear();
      this.#step(current, next, code, places, at, best);
      if (best !== Infinity && next.states.length === 0) break;
      [current, next] = [next, current];
      if (--untilStep > 0) continue;
      yield;
      untilStep = this.#charactersPerStep;
    }
    return best === Infinity ? NOWHERE : best;
  }

  /** Matches that begin at or after one that is known do not count any more. */
  #step(
    current: Threads,
    next: Threads,
    code: number,
    places: Places,
    after: number,
    best: number,
  ): void {
    for (let i = 0; i < current.states.length; i++) {
      const start = current.starts[i] ?? 0;
      if (start >= best) break;
      const state = this.#state(current.states[i] ?? 0);
      if (state?.kind !== "set") continue;
      const has = code < ASCII ? state.ascii[code] === 1 : setHas(state.set, code);
      if (has) this.#enter(next, state.next, start, places, after);
    }
  }

  #state(index: number): State | undefined {
    return this.#nfa.states[index];
  }

  /** Where the match began. */
  #matchIn(threads: Threads): number | undefined {
    for (let i = 0; i < threads.states.length; i++) {
      if (this.#state(threads.states[i] ?? 0)?.kind === "match") return threads.starts[i];
    }
    return undefined;
  }

  /** Adds a state and what it leads to without a character. */
  #enter(threads: Threads, first: number, start: number, places: Places, at: number): void {
    const pending = [first];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (!threads.isNew(index)) continue;
      const state = this.#state(index);
      if (state?.kind === "split") pending.push(state.other, state.next);
      else if (state?.kind === "place") {
        if (places.holds(state.place, at)) pending.push(state.next);
      } else {
        threads.states.push(index);
        threads.starts.push(start);
      }
    }
  }
}

function noted(into: number[]): Met {
  return (at) => {
    into.push(at);
    return true;
  };
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
