/**
 * A nondeterministic automaton for expressions without back references, run over all its states at
 * once: where a match begins is found in time proportional to text and expression, however the
 * expression's parts could share the text. Anchors and lookarounds are asked at their place.
 */
import { toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { tooComplex } from "./too-complex.ts";
import { emitRegex } from "./emit.ts";
import { setHas } from "./tree.ts";
import type { CharSet, RegexNode } from "./tree.ts";

const CHARACTERS_PER_STEP = 4096;
const STATES_MAX = 100_000;
const ASCII = 128;
const NOWHERE = -1;

type Place = { readonly regex: RegExp };

type State =
  | {
      readonly kind: "set";
      readonly ascii: Uint8Array;
      readonly set: CharSet;
      readonly next: number;
    }
  | { readonly kind: "split"; readonly next: number; other: number }
  | { readonly kind: "place"; readonly place: Place; readonly next: number }
  | { readonly kind: "match" };

function asciiOf(set: CharSet): Uint8Array {
  return Uint8Array.from({ length: ASCII }, (_, code) => (setHas(set, code) ? 1 : 0));
}

/** Builds states from the end of the expression to its beginning. */
class Builder {
  readonly states: State[] = [];

  #add(state: State): number {
    if (this.states.length >= STATES_MAX) {
      throw tooComplex();
    }
    return this.states.push(state) - 1;
  }

  match(): number {
    return this.#add({ kind: "match" });
  }

  /** The state at which `node` begins when `next` follows it. */
  build(node: RegexNode, next: number): number {
    switch (node.kind) {
      case "set":
        return this.#add({ kind: "set", ascii: asciiOf(node.set), set: node.set, next });
      case "anchor":
      case "look":
      case "backref":
        return this.#add({
          kind: "place",
          place: { regex: new RegExp(emitRegex(node), "uy") },
          next,
        });
      case "capture":
        return this.build(node.body, next);
      case "concat":
        return node.items.reduceRight((after, item) => this.build(item, after), next);
      case "alternatives":
        return node.branches
          .map((branch) => this.build(branch, next))
          .reduce((other, branch) => this.#add({ kind: "split", next: branch, other }));
      case "repeat":
        return this.#repeat(node, next);
    }
  }

  #repeat(node: Extract<RegexNode, { kind: "repeat" }>, next: number): number {
    let start = next;
    if (node.max === Infinity) {
      const loop: State = { kind: "split", next, other: next };
      start = this.#add(loop);
      loop.other = this.build(node.body, start);
    } else {
      for (let count = node.min; count < node.max; count++) {
        start = this.#add({ kind: "split", next, other: this.build(node.body, start) });
      }
    }
    for (let count = 0; count < node.min; count++) start = this.build(node.body, start);
    return start;
  }
}

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

export class Automaton {
  readonly #states: readonly State[];
  readonly #start: number;

  constructor(root: RegexNode) {
    const builder = new Builder();
    this.#start = builder.build(root, builder.match());
    this.#states = builder.states;
  }

  test(text: string): boolean {
    return toEnd(this.testSteps(text));
  }

  *testSteps(text: string): Steps<boolean> {
    return (yield* this.#run(text, 0, true)) !== NOWHERE;
  }

  /** Where the leftmost match at or after `from` begins, -1 for none. */
  leftmost(text: string, from: number): number {
    return toEnd(this.#run(text, from, false));
  }

  /** Where the longest, or the shortest, match that begins at `start` ends; there is one. */
  end(text: string, start: number, shortest: boolean): number {
    let current = new Threads(this.#states.length);
    let next = new Threads(this.#states.length);
    let end = start;
    current.clear();
    this.#enter(current, this.#start, start, text, start);
    for (let at = start; current.states.length > 0;) {
      if (this.#matchIn(current) !== NOWHERE) {
        end = at;
        if (shortest) return end;
      }
      const code = text.codePointAt(at);
      if (code === undefined) return end;
      at += code > 0xffff ? 2 : 1;
      next.clear();
      this.#step(current, next, code, text, at, NOWHERE);
      [current, next] = [next, current];
    }
    return end;
  }

  *#run(text: string, from: number, any: boolean): Steps<number> {
    let untilStep = CHARACTERS_PER_STEP;
    let current = new Threads(this.#states.length);
    let next = new Threads(this.#states.length);
    let best = NOWHERE;
    current.clear();
    for (let at = from; ;) {
      if (best === NOWHERE) this.#enter(current, this.#start, at, text, at);
      const found = this.#matchIn(current);
      if (found !== NOWHERE && (best === NOWHERE || found < best)) best = found;
      if (best !== NOWHERE && any) return best;
      const code = text.codePointAt(at);
      if (code === undefined) return best;
      const after = at + (code > 0xffff ? 2 : 1);
      next.clear();
      this.#step(current, next, code, text, after, best);
      if (best !== NOWHERE && next.states.length === 0) return best;
      [current, next] = [next, current];
      at = after;
      if (--untilStep > 0) continue;
      yield;
      untilStep = CHARACTERS_PER_STEP;
    }
  }

  /** Matches that begin at or after one that is known do not count any more. */
  #step(
    current: Threads,
    next: Threads,
    code: number,
    text: string,
    after: number,
    best: number,
  ): void {
    for (let i = 0; i < current.states.length; i++) {
      const start = current.starts[i] ?? 0;
      if (best !== NOWHERE && start >= best) break;
      const state = this.#states[current.states[i] ?? 0];
      if (state?.kind !== "set") continue;
      const has = code < ASCII ? state.ascii[code] === 1 : setHas(state.set, code);
      if (has) this.#enter(next, state.next, start, text, after);
    }
  }

  #matchIn(threads: Threads): number {
    for (let i = 0; i < threads.states.length; i++) {
      const state = this.#states[threads.states[i] ?? 0];
      if (state?.kind === "match") return threads.starts[i] ?? NOWHERE;
    }
    return NOWHERE;
  }

  /** Adds a state and what it leads to without a character. */
  #enter(threads: Threads, first: number, start: number, text: string, at: number): void {
    const pending = [first];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (!threads.isNew(index)) continue;
      const state = this.#states[index];
      if (state?.kind === "split") pending.push(state.other, state.next);
      else if (state?.kind === "place") {
        state.place.regex.lastIndex = at;
        if (state.place.regex.test(text)) pending.push(state.next);
      } else {
        threads.states.push(index);
        threads.starts.push(start);
      }
    }
  }
}
