/**
 * PostgreSQL's own choice among the ways in which an expression can match from a given start: the
 * longest or shortest end as the expression prefers, then each part in turn as it prefers
 * (regexec.c: find, cdissect). Works on sets of reachable ends, so no backtracking explodes; the
 * work is bounded by BUDGET.
 */
import { SqlError } from "@firstlight/common";
import { hasBackref, preferenceOf } from "./analysis.ts";
import { emitRegex } from "./emit.ts";
import { childrenOf, setHas } from "./tree.ts";
import type { RegexNode } from "./tree.ts";

const BUDGET = 20_000_000;

export type Span = readonly [start: number, end: number];

type Backref = Extract<RegexNode, { kind: "backref" }>;
type Repeat = Extract<RegexNode, { kind: "repeat" }>;

/** Matches from one start position in one text; positions are UTF-16 offsets. */
class Dissector {
  readonly groups: (Span | undefined)[];
  readonly #text: string;
  readonly #memo = new Map<RegexNode, Map<number, readonly number[]>>();
  readonly #rests = new Map<RegexNode, RegexNode>();
  /** The groups that back references refer to. */
  readonly #captures = new Map<number, RegexNode>();
  #work = 0;

  constructor(root: RegexNode, text: string, groups: number) {
    this.#text = text;
    collectCaptures(root, this.#captures);
    this.groups = Array.from({ length: groups + 1 }, () => undefined);
  }

  /** Ascending ends of the matches of `node` that begin at `start`. */
  ends(node: RegexNode, start: number): readonly number[] {
    let byStart = this.#memo.get(node);
    if (byStart === undefined) this.#memo.set(node, (byStart = new Map<number, number[]>()));
    const known = byStart.get(start);
    if (known !== undefined) return known;
    const ends = this.#compute(node, start);
    this.#spend(ends.length + 1);
    byStart.set(start, ends);
    return ends;
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > BUDGET) throw new SqlError("54000", "regular expression is too complex");
  }

  /** Whether a back reference at [start, end] repeats what its group holds. */
  #repeats({ index, ignoreCase }: Backref, start: number, end: number): boolean {
    const group = this.groups[index];
    if (group === undefined) return false;
    const [here, there] = [this.#text.slice(start, end), this.#text.slice(group[0], group[1])];
    return ignoreCase ? asciiLower(here) === asciiLower(there) : here === there;
  }

  #compute(node: RegexNode, start: number): readonly number[] {
    switch (node.kind) {
      case "set": {
        const code = this.#text.codePointAt(start);
        return code !== undefined && setHas(node.set, code) ? [start + widthOf(code)] : [];
      }
      case "anchor":
      case "look":
        return this.#holds(node, start) ? [start] : [];
      case "backref": {
        // What the group could match; what it did match is compared when groups are known.
        const group = this.#captures.get(node.index);
        return group === undefined ? [] : this.ends(group, start);
      }
      case "capture":
        return this.ends(node.body, start);
      case "alternatives":
        return merge(node.branches.map((branch) => this.ends(branch, start)));
      case "concat":
        return this.#concatEnds(node, start);
      case "repeat":
        return this.#repeatEnds(node, start);
    }
  }

  #holds(node: RegexNode, at: number): boolean {
    const regex = new RegExp(emitRegex(node), "uy");
    regex.lastIndex = at;
    return regex.test(this.#text);
  }

  #concatEnds(node: Extract<RegexNode, { kind: "concat" }>, start: number): readonly number[] {
    const first = node.items[0];
    if (first === undefined) return [start];
    const rest = this.#rest(node);
    return merge(this.ends(first, start).map((middle) => this.ends(rest, middle)));
  }

  /** The concatenation without its first item: one node per place, for the memo. */
  #rest(node: Extract<RegexNode, { kind: "concat" }>): RegexNode {
    let rest = this.#rests.get(node);
    if (rest === undefined) {
      rest = { kind: "concat", items: node.items.slice(1) };
      this.#rests.set(node, rest);
    }
    return rest;
  }

  /** Level by level up to min, then everything reachable within max. */
  #repeatEnds(node: Repeat, start: number): readonly number[] {
    let level: readonly number[] = [start];
    for (let count = 0; count < node.min && level.length > 0; count++) {
      level = merge(level.map((at) => this.ends(node.body, at)));
    }
    const reached = new Set(level);
    for (let count = node.min; count < node.max && level.length > 0; count++) {
      const next = new Set<number>();
      for (const at of level) {
        for (const end of this.ends(node.body, at)) if (!reached.has(end)) next.add(end);
      }
      for (const end of next) reached.add(end);
      level = [...next];
    }
    return [...reached].toSorted((a, b) => a - b);
  }

  /** Fills `groups` for a match of `node` over exactly [start, end], which is known to exist. */
  dissect(node: RegexNode, start: number, end: number): boolean {
    this.#spend(1);
    switch (node.kind) {
      case "capture":
        if (!this.dissect(node.body, start, end)) return false;
        this.groups[node.index] = [start, end];
        return true;
      case "alternatives":
        return node.branches.some((branch) => {
          if (!this.ends(branch, start).includes(end)) return false;
          if (this.dissect(branch, start, end)) return true;
          this.#forget(branch);
          return false;
        });
      case "concat":
        return this.#dissectConcat(node, start, end);
      case "repeat":
        return !(hasCapture(node) || hasBackref(node)) || this.#dissectRepeat(node, start, end);
      case "backref":
        return this.#repeats(node, start, end);
      case "set":
      case "anchor":
      case "look":
        return true;
    }
  }

  #dissectConcat(
    node: Extract<RegexNode, { kind: "concat" }>,
    start: number,
    end: number,
  ): boolean {
    const first = node.items[0];
    if (first === undefined) return true;
    const rest = this.#rest(node);
    for (const middle of ordered(this.ends(first, start), preferenceOf(first) === "short")) {
      if (!this.ends(rest, middle).includes(end)) continue;
      if (this.dissect(first, start, middle) && this.dissect(rest, middle, end)) return true;
      this.#forget(node);
    }
    return false;
  }

  /**
   * With m > 0 x{m,n} is x{m-1,n-1}x where only the last x sets groups (regcomp.c: parseqatom);
   * otherwise it is iterated.
   */
  #dissectRepeat(node: Repeat, start: number, end: number): boolean {
    if (node.min === 0) return this.#dissectIterations(node, start, end);
    const before = this.#beforeLast(node);
    for (const middle of ordered(this.ends(before, start), preferenceOf(node) === "short")) {
      if (!this.ends(node.body, middle).includes(end)) continue;
      if (hasBackref(before) && !this.dissect(before, start, middle)) continue;
      if (this.dissect(node.body, middle, end)) return true;
    }
    return false;
  }

  #dissectIterations(node: Repeat, start: number, end: number): boolean {
    // x{0,n} is x{1,n} or nothing, in this order: an empty match of x sets its groups.
    if (node.min === 0 && start === end) {
      const empty = this.ends(node.body, start).includes(end);
      return !empty || this.#dissectPieces(node.body, [start, end]);
    }
    const pieces: number[] = [start];
    const failed = new Set<string>();
    const iterate = (): boolean => {
      const count = pieces.length - 1;
      const at = pieces[count] ?? start;
      if (at === end && count >= Math.max(node.min, 1))
        return this.#dissectPieces(node.body, pieces);
      if (count >= node.max || at > end || failed.has(`${count} ${at}`)) return false;
      for (const next of ordered(this.ends(node.body, at), node.preference === "short")) {
        if (next > end || (next === at && count >= Math.max(node.min, 1))) continue;
        pieces.push(next);
        if (iterate()) return true;
        pieces.pop();
      }
      failed.add(`${count} ${at}`);
      return false;
    };
    return iterate();
  }

  #dissectPieces(body: RegexNode, pieces: readonly number[]): boolean {
    for (let index = 1; index < pieces.length; index++) {
      this.#forget(body);
      if (!this.dissect(body, pieces[index - 1] ?? 0, pieces[index] ?? 0)) return false;
    }
    return true;
  }

  /** An iteration leaves no groups of the one before. */
  #forget(node: RegexNode): void {
    if (node.kind === "capture") this.groups[node.index] = undefined;
    for (const child of partsOf(node)) this.#forget(child);
  }

  #beforeLast(node: Repeat): RegexNode {
    let before = this.#rests.get(node);
    if (before === undefined) {
      before = { ...node, min: node.min - 1, max: node.max - 1 };
      this.#rests.set(node, before);
    }
    return before;
  }
}

/** The collation C folds no other letters. */
const asciiLower = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const widthOf = (code: number): number => (code > 0xffff ? 2 : 1);

/** What a lookaround looks at is no part of the match. */
function partsOf(node: RegexNode): readonly RegexNode[] {
  return node.kind === "look" ? [] : childrenOf(node);
}

function hasCapture(node: RegexNode): boolean {
  return node.kind === "capture" || partsOf(node).some((child) => hasCapture(child));
}

function merge(lists: readonly (readonly number[])[]): readonly number[] {
  if (lists.length === 1) return lists[0] ?? [];
  return [...new Set(lists.flat())].toSorted((a, b) => a - b);
}

function ordered(ends: readonly number[], ascending: boolean): readonly number[] {
  return ascending ? ends : ends.toReversed();
}

function collectCaptures(node: RegexNode, into: Map<number, RegexNode>): void {
  if (node.kind === "capture") into.set(node.index, node.body);
  for (const child of partsOf(node)) collectCaptures(child, into);
}

/**
 * The whole match and its groups for a match that begins at `start`. Only with back references can
 * the preferred end turn out to be none.
 */
export function dissectAt(
  root: RegexNode,
  groups: number,
  text: string,
  start: number,
): readonly (Span | undefined)[] | undefined {
  const dissector = new Dissector(root, text, groups);
  for (const end of ordered(dissector.ends(root, start), preferenceOf(root) === "short")) {
    dissector.groups.fill(undefined);
    if (!dissector.dissect(root, start, end)) continue;
    dissector.groups[0] = [start, end];
    return dissector.groups;
  }
  return undefined;
}
