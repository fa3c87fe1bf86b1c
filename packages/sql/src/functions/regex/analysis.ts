/**
 * Where JavaScript's leftmost-first matching provably gives PostgreSQL's leftmost-longest match and
 * the same groups: the expression is greedy and deterministic, that is, the next character alone
 * decides each choice. Everything else is matched by dissect.ts.
 */
import { ANY, childrenOf, setsOverlap, unionSets } from "./tree.ts";
import type { CharSet, RegexNode } from "./tree.ts";

export interface Front {
  readonly first: CharSet;
  readonly nullable: boolean;
}

const NOTHING: Front = { first: [], nullable: true };

export function front(node: RegexNode): Front {
  switch (node.kind) {
    case "set":
      return { first: node.set, nullable: false };
    case "anchor":
    case "look":
      return NOTHING;
    case "backref":
      return { first: ANY, nullable: true };
    case "capture":
      return front(node.body);
    case "repeat": {
      const body = front(node.body);
      return { first: body.first, nullable: body.nullable || node.min === 0 };
    }
    case "alternatives": {
      const fronts = node.branches.map((branch) => front(branch));
      return {
        first: unionSets(...fronts.map((each) => each.first)),
        nullable: fronts.some((each) => each.nullable),
      };
    }
    case "concat":
      return concatFront(node.items, 0);
  }
}

function concatFront(items: readonly RegexNode[], from: number): Front {
  let first: CharSet = [];
  for (let at = from; at < items.length; at++) {
    const item = items[at];
    if (item === undefined) break;
    const its = front(item);
    first = unionSets(first, its.first);
    if (!its.nullable) return { first, nullable: false };
  }
  return { first, nullable: true };
}

/** `follow` is every character that can come right after the node. */
export function isDeterministic(node: RegexNode, follow: CharSet = []): boolean {
  switch (node.kind) {
    case "set":
    case "anchor":
    case "look":
    case "backref":
      return true;
    case "capture":
      return isDeterministic(node.body, follow);
    case "concat":
      return node.items.every((item, index) => {
        const rest = concatFront(node.items, index + 1);
        return isDeterministic(item, rest.nullable ? unionSets(rest.first, follow) : rest.first);
      });
    case "alternatives":
      return alternativesDeterministic(node.branches, follow);
    case "repeat": {
      const body = front(node.body);
      if (body.nullable || node.preference === "short") return false;
      if (node.min !== node.max && setsOverlap(body.first, follow)) return false;
      return isDeterministic(node.body, unionSets(body.first, follow));
    }
  }
}

/** An empty branch must come last, where JavaScript tries it last. */
function alternativesDeterministic(branches: readonly RegexNode[], follow: CharSet): boolean {
  let seen: CharSet = [];
  for (const [index, branch] of branches.entries()) {
    const its = front(branch);
    if (setsOverlap(seen, its.first)) return false;
    if (its.nullable && (index < branches.length - 1 || setsOverlap(seen, follow))) return false;
    if (!isDeterministic(branch, follow)) return false;
    seen = unionSets(seen, its.first);
  }
  return true;
}

/** Repetitions of one character that a backtracking matcher may try in all combinations. */
const PLAIN_REPEATS_MAX = 3;

function isPlain(node: RegexNode): boolean {
  if (node.kind === "capture") return isPlain(node.body);
  return node.kind === "set";
}

function isVariable(node: RegexNode): boolean {
  return node.kind === "repeat" && node.max > 1 && node.min !== node.max;
}

function plainRepeats(node: RegexNode): number {
  const own = isVariable(node) ? 1 : 0;
  return childrenOf(node).reduce((sum, child) => sum + plainRepeats(child), own);
}

function hasCompoundRepeat(node: RegexNode): boolean {
  if (node.kind === "repeat" && node.max > 1 && !isPlain(node.body)) return true;
  return childrenOf(node).some(hasCompoundRepeat);
}

/** More ways than this to match at one place are not tried one after the other. */
const WAYS_MAX = 4096;

/** How many branches may match at the same place, by the characters they begin with. */
function overlapping(branches: readonly RegexNode[]): number {
  const byFirst = new Map<number, number>();
  let any = 0;
  for (const branch of branches) {
    const { first, nullable } = front(branch);
    const [only] = first;
    if (nullable || first.length !== 1 || only === undefined || only[0] !== only[1]) any++;
    else byFirst.set(only[0], (byFirst.get(only[0]) ?? 0) + 1);
  }
  return any + [...byFirst.values()].reduce((most, each) => Math.max(most, each), 0);
}

/**
 * In how many ways a backtracking matcher may go on from one place because of what is optional and
 * of branches, which follow each other: each doubles the ways, or more. Repetitions are counted apart.
 */
export function waysOf(node: RegexNode): number {
  const within = childrenOf(node).map(waysOf);
  if (node.kind === "alternatives") {
    return Math.max(...within) * Math.max(1, overlapping(node.branches));
  }
  const all = within.reduce((product, each) => product * each, 1);
  return node.kind === "repeat" && node.min === 0 && node.max === 1 ? all + 1 : all;
}

/** Whether backtracking may take more than the third power of the text's length. */
export function mayExplode(node: RegexNode): boolean {
  return (
    hasCompoundRepeat(node) || plainRepeats(node) > PLAIN_REPEATS_MAX || waysOf(node) > WAYS_MAX
  );
}

export function hasLook(node: RegexNode): boolean {
  return node.kind === "look" || childrenOf(node).some(hasLook);
}

/** Lookarounds are tried anew from each place, within others from each of those. */
export function someLookExplodes(node: RegexNode): boolean {
  if (node.kind === "look" && (hasLook(node.body) || mayExplode(node.body))) return true;
  return childrenOf(node).some(someLookExplodes);
}

export function hasBackref(node: RegexNode): boolean {
  switch (node.kind) {
    case "backref":
      return true;
    case "capture":
    case "repeat":
    case "look":
      return hasBackref(node.body);
    case "concat":
      return node.items.some((item) => hasBackref(item));
    case "alternatives":
      return node.branches.some((branch) => hasBackref(branch));
    case "set":
    case "anchor":
      return false;
  }
}
