/**
 * The parts into which PostgreSQL takes an expression apart to find what its groups match
 * (regcomp.c: parse, parsebranch, parseqatom): whatever holds no group, no back reference and no
 * two different preferences stays in one piece, which prefers its longest or shortest match as a
 * whole.
 */
import type { RegexNode } from "./tree.ts";
import { childrenOf } from "./tree.ts";

/** What a part prefers: bits, as one that mixes both is taken apart. */
const LONGER = 1;
export const SHORTER = 2;
const MIXED = 4;
const CAPTURES = 8;
export const REFERS = 16;
const LOCAL = LONGER | SHORTER;

type Backref = Extract<RegexNode, { kind: "backref" }>;
type Repeat = Extract<RegexNode, { kind: "repeat" }>;

interface Common {
  readonly flags: number;
  /** What the part matches, back references replaced by what their groups could match. */
  readonly node: RegexNode;
  /** The groups that are the part. */
  readonly groups: readonly number[];
}

export type Part = Common &
  (
    | { readonly op: "plain" }
    | { readonly op: "concat"; readonly left: Part; readonly right: Part }
    | { readonly op: "alternatives"; readonly branches: readonly Part[] }
    | {
        readonly op: "repeat";
        readonly body: Part;
        readonly min: number;
        readonly max: number;
      }
    | {
        readonly op: "backref";
        readonly backref: Backref;
        readonly min: number;
        readonly max: number;
      }
  );

const EMPTY: RegexNode = { kind: "concat", items: [] };

/** A preference within is no one's own further up; two different ones are mixed. */
function up(flags: number): number {
  const mixed = (flags & LOCAL) === LOCAL ? MIXED : 0;
  return (flags & ~LOCAL) | mixed;
}

function combine(first: number, second: number): number {
  const own = first & LOCAL;
  return up(first | second) | (own === 0 ? second & LOCAL : own);
}

const isMessy = (flags: number): boolean => (flags & (MIXED | CAPTURES | REFERS)) !== 0;

function preferenceOf(repeat: Repeat): number {
  if (repeat.preference === "none") return 0;
  return repeat.preference === "long" ? LONGER : SHORTER;
}

function plain(node: RegexNode, flags: number): Part {
  return { op: "plain", flags, node, groups: [] };
}

function concatOf(left: Part, right: Part, flags: number): Part {
  const node: RegexNode = { kind: "concat", items: [left.node, right.node] };
  return { op: "concat", flags, node, groups: [], left, right };
}

class PartsOf {
  /** The groups that back references refer to. */
  readonly #captured = new Map<number, RegexNode>();

  constructor(root: RegexNode) {
    this.#collect(root);
  }

  #collect(node: RegexNode): void {
    if (node.kind === "look") return;
    if (node.kind === "capture") this.#captured.set(node.index, node.body);
    for (const child of childrenOf(node)) this.#collect(child);
  }

  alternatives(node: RegexNode): Part {
    if (node.kind !== "alternatives") return this.#branch(itemsOf(node));
    const branches = node.branches.map((branch) => this.#branch(itemsOf(branch)));
    let flags = LONGER;
    for (const branch of branches) flags |= up(flags | branch.flags);
    if (!isMessy(flags)) return plain(node, flags);
    const own: RegexNode = { kind: "alternatives", branches: branches.map((each) => each.node) };
    return { op: "alternatives", flags, node: own, groups: [], branches };
  }

  #branch(items: readonly RegexNode[]): Part {
    let flags = 0;
    for (const [at, item] of items.entries()) {
      if (item.kind === "anchor" || item.kind === "look" || isCancelled(item)) continue;
      const atom = this.#atom(item.kind === "repeat" ? item.body : item);
      const preference = item.kind === "repeat" ? preferenceOf(item) : 0;
      const both = flags | preference | atom.flags;
      if (isMessy(up(both))) return this.#takenApart(items, at, flags, atom);
      flags = both;
    }
    return plain({ kind: "concat", items: items.filter((item) => !isCancelled(item)) }, flags);
  }

  /** What comes before a messy item, the item, and the rest. */
  #takenApart(items: readonly RegexNode[], at: number, flags: number, atom: Part): Part {
    const item = items[at];
    const quantified = item?.kind === "repeat" ? this.#quantified(item, atom) : atom;
    const after = items.slice(at + 1);
    const rest = after.length === 0 ? undefined : this.#branch(after);
    const tail = rest === undefined ? quantified : joined(quantified, rest);
    if (at === 0) return tail;
    const before = items.slice(0, at).filter((each) => !isCancelled(each));
    const prefix = plain({ kind: "concat", items: before }, flags);
    return concatOf(prefix, tail, combine(flags, tail.flags));
  }

  #atom(node: RegexNode): Part {
    switch (node.kind) {
      case "capture": {
        const body = this.alternatives(node.body);
        return { ...body, flags: body.flags | CAPTURES, groups: [...body.groups, node.index] };
      }
      case "backref":
        return this.#backref(node, 1, 1, 0);
      case "set":
      case "anchor":
      case "look":
        return plain(node, 0);
      case "concat":
      case "alternatives":
      case "repeat":
        return this.alternatives(node);
    }
  }

  #backref(backref: Backref, min: number, max: number, preference: number): Part {
    const group = this.#captured.get(backref.index) ?? EMPTY;
    const body = this.alternatives(withoutPlaces(group)).node;
    const node: RegexNode = { kind: "repeat", body, min, max, preference: "none" };
    return { op: "backref", flags: REFERS | preference, node, groups: [], backref, min, max };
  }

  #quantified(repeat: Repeat, atom: Part): Part {
    const { min, max } = repeat;
    const preference = preferenceOf(repeat);
    if (atom.op === "backref" && repeat.body.kind === "backref") {
      return this.#backref(repeat.body, min, max, preference);
    }
    const own = atom.flags & (LOCAL | MIXED);
    const isVacuous = min === 1 && max === 1;
    if (isVacuous && (preference === 0 || own === 0 || preference === own)) return atom;
    const flags = combine(preference, atom.flags);
    const node: RegexNode = { ...repeat, body: atom.node };
    if ((atom.flags & (CAPTURES | REFERS)) === 0) return plain(node, flags);
    if (min === 0 || (atom.flags & REFERS) !== 0) {
      return { op: "repeat", flags, node, groups: [], body: atom, min, max };
    }
    // x{m,n} is x{m-1,n-1}x, as only the last x sets groups.
    const before: RegexNode = { ...node, min: min - 1, max: max - 1 };
    return concatOf(plain(before, flags & LOCAL), atom, flags);
  }
}

/** What follows stays with what was only taken apart for what came before. */
function joined(first: Part, rest: Part): Part {
  const flags = combine(first.flags, rest.flags);
  const arePlain = first.op === "plain" && rest.op === "plain";
  const isWhole = arePlain && first.groups.length === 0 && rest.groups.length === 0;
  if (!isWhole || isMessy(up(first.flags | rest.flags))) return concatOf(first, rest, flags);
  return plain({ kind: "concat", items: [first.node, rest.node] }, flags);
}

function itemsOf(node: RegexNode): readonly RegexNode[] {
  return node.kind === "concat" ? node.items : [node];
}

/** {0} leaves nothing of what is repeated, though its groups can be referred to. */
function isCancelled(node: RegexNode): boolean {
  return node.kind === "repeat" && node.max === 0;
}

/** What a group could match elsewhere. */
function withoutPlaces(node: RegexNode): RegexNode {
  switch (node.kind) {
    case "anchor":
    case "look":
      return EMPTY;
    case "capture":
    case "repeat":
      return { ...node, body: withoutPlaces(node.body) };
    case "concat":
      return { ...node, items: node.items.map(withoutPlaces) };
    case "alternatives":
      return { ...node, branches: node.branches.map(withoutPlaces) };
    case "set":
    case "backref":
      return node;
  }
}

export function partsOf(root: RegexNode): Part {
  return new PartsOf(root).alternatives(root);
}
