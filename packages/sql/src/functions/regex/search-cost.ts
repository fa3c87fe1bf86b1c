/**
 * How many steps JavaScript's backtracking search may take at most over a text. An attempt stays
 * within a run of characters that the expression has sets for, and gives back what each repetition
 * took in all combinations; it is made anew from every character of the run.
 */
import { toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { isDeterministic, waysOf } from "./analysis.ts";
import { ASCII, asciiOf } from "./nfa.ts";
import { childrenOf, setHas, unionSets } from "./tree.ts";
import type { CharSet, RegexNode } from "./tree.ts";

export interface SearchCost {
  readonly set: CharSet;
  readonly ascii: Uint8Array;
  /** For each repetition that may end at several places, how many there are at most. */
  readonly choices: readonly number[];
  /** What may be tried at each place because of optional parts and branches. */
  readonly ways: number;
  /** Only tried at the text's beginning. */
  readonly anchored: boolean;
}

function setsOf(node: RegexNode): readonly CharSet[] {
  return node.kind === "set" ? [node.set] : childrenOf(node).flatMap(setsOf);
}

function choicesOf(node: RegexNode): readonly number[] {
  const within = childrenOf(node).flatMap(choicesOf);
  const isChoice = node.kind === "repeat" && node.max > 1 && node.min !== node.max;
  return isChoice ? [...within, node.max + 1] : within;
}

function looksOf(node: RegexNode): readonly RegexNode[] {
  return node.kind === "look" ? [node] : childrenOf(node).flatMap(looksOf);
}

function isAnchored(node: RegexNode): boolean {
  if (node.kind === "anchor") return node.anchor === "start" && !node.multiline;
  if (node.kind === "capture") return isAnchored(node.body);
  const [first] = node.kind === "concat" ? node.items : [];
  return first !== undefined && isAnchored(first);
}

export function searchCost(root: RegexNode): SearchCost {
  const set = unionSets(...setsOf(root));
  const all = choicesOf(root);
  // What was given back is never taken otherwise: one after the other, not in combinations.
  const longest = all.includes(Infinity) ? [Infinity] : [];
  const within = looksOf(root).flatMap(choicesOf);
  return {
    set,
    ascii: asciiOf(set),
    choices: isDeterministic(root) ? [...longest, ...within] : all,
    ways: isDeterministic(root) ? 1 : waysOf(root),
    anchored: isAnchored(root),
  };
}

function stepsOfRun({ choices, ways, anchored }: SearchCost, length: number): number {
  let steps = anchored ? ways : length * ways;
  for (const each of choices) steps *= Math.min(each, length);
  return steps;
}

/** Whether a part of a match can be this unit. */
export function isWithin({ ascii, set }: SearchCost, code: number): boolean {
  // Halves of pairs: as if they were within.
  if (code >= 0xd800 && code < 0xe000) return true;
  return code < ASCII ? ascii[code] === 1 : setHas(set, code);
}

const LOOK_EVERY = 1024;

/** Whether the search is over within so many steps, whatever the text is like. */
export function staysWithin(cost: SearchCost, text: string, stepsMax: number): boolean {
  return toEnd(staysWithinSteps(cost, text, stepsMax));
}

/** Units that are looked at in one step. */
const UNITS_PER_STEP = 1 << 18;

export function* staysWithinSteps(
  cost: SearchCost,
  text: string,
  stepsMax: number,
): Steps<boolean> {
  const isLinear = cost.choices.length === 0 && cost.ways === 1;
  if (isLinear || stepsOfRun(cost, text.length) <= stepsMax) return true;
  let steps = 0;
  let length = 0;
  for (let at = 0; at <= text.length && steps <= stepsMax; at++) {
    if (at % UNITS_PER_STEP === UNITS_PER_STEP - 1) yield;
    if (at < text.length && isWithin(cost, text.charCodeAt(at))) {
      length++;
      // A run that is too long already is not looked at to its end.
      if (length % LOOK_EVERY === 0 && stepsOfRun(cost, length) > stepsMax) return false;
    } else if (length > 0) {
      steps += stepsOfRun(cost, length);
      length = 0;
    }
  }
  return steps <= stepsMax;
}
