/**
 * States of a nondeterministic automaton for an expression without back references, built for texts
 * that are read forward or backward.
 */
import { tooComplex } from "./too-complex.ts";
import type { CharSet, RegexNode } from "./tree.ts";

const STATES_MAX = 100_000;
export const ASCII = 128;

/** What holds at a place of the text and takes no character. */
export type PlaceNode = Extract<RegexNode, { kind: "anchor" | "look" }>;

export type Direction = "forward" | "backward";

export type State =
  | {
      readonly kind: "set";
      readonly ascii: Uint8Array;
      readonly set: CharSet;
      readonly next: number;
    }
  | { readonly kind: "split"; readonly next: number; other: number }
  | { readonly kind: "place"; readonly place: PlaceNode; readonly next: number }
  | { readonly kind: "match" };

const asciiOfSets = new WeakMap<CharSet, Uint8Array>();

/** By code, whether the set has it. */
export function asciiOf(set: CharSet): Uint8Array {
  let ascii = asciiOfSets.get(set);
  if (ascii === undefined) {
    ascii = new Uint8Array(ASCII);
    for (const [low, high] of set) ascii.fill(1, low, high + 1);
    asciiOfSets.set(set, ascii);
  }
  return ascii;
}

export interface Nfa {
  readonly states: readonly State[];
  readonly start: number;
}

/** Builds states from what is read last to what is read first. */
class Builder {
  readonly states: State[] = [];
  readonly #direction: Direction;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  add(state: State): number {
    if (this.states.length >= STATES_MAX) throw tooComplex();
    return this.states.push(state) - 1;
  }

  /** The state at which `node` begins when `next` follows it. */
  build(node: RegexNode, next: number): number {
    switch (node.kind) {
      case "set":
        return this.add({ kind: "set", ascii: asciiOf(node.set), set: node.set, next });
      case "anchor":
      case "look":
        return this.add({ kind: "place", place: node, next });
      case "backref":
        throw new Error("a back reference is no part of an automaton");
      case "capture":
        return this.build(node.body, next);
      case "concat":
        return this.#concat(node.items, next);
      case "alternatives":
        return node.branches
          .map((branch) => this.build(branch, next))
          .reduce((other, branch) => this.add({ kind: "split", next: branch, other }));
      case "repeat":
        return this.#repeat(node, next);
    }
  }

  #concat(items: readonly RegexNode[], next: number): number {
    return this.#direction === "forward"
      ? items.reduceRight((after, item) => this.build(item, after), next)
      : items.reduce((after, item) => this.build(item, after), next);
  }

  #repeat(node: Extract<RegexNode, { kind: "repeat" }>, next: number): number {
    let start = next;
    if (node.max === Infinity) {
      const loop: State = { kind: "split", next, other: next };
      start = this.add(loop);
      loop.other = this.build(node.body, start);
    } else {
      for (let count = node.min; count < node.max; count++) {
        start = this.add({ kind: "split", next, other: this.build(node.body, start) });
      }
    }
    for (let count = 0; count < node.min; count++) start = this.build(node.body, start);
    return start;
  }
}

export function nfaOf(root: RegexNode, direction: Direction): Nfa {
  const builder = new Builder(direction);
  const start = builder.build(root, builder.add({ kind: "match" }));
  return { states: builder.states, start };
}
