/**
 * A parse tree on its way from another thread: in parts of which each is quickly read. Long lists
 * come by themselves, some of their items at a time, and long texts and lists of constants as what
 * they are. A part's path leads through what came before it.
 */
import type { ConstantCells } from "./constant-rows.ts";
import { ConstantRows } from "./constant-rows.ts";
import { constantsOf, isLifted } from "./lift-constants.ts";
import { tagOf } from "./node.ts";
import type { GrammarStatement } from "./parser.ts";

type Path = readonly (string | number)[];

export type TreePart =
  | { readonly kind: "json"; readonly json: string }
  | { readonly kind: "items"; readonly path: Path; readonly json: string }
  | { readonly kind: "text"; readonly path: Path; readonly text: string }
  | { readonly kind: "constants"; readonly path: Path; readonly cells: ConstantCells };

/** Lists from this length on come in parts. */
const ITEMS_MIN = 64;
/** Characters of JSON in one part: well below a millisecond of reading. */
const PART_LENGTH = 1 << 15;
const TEXT_MIN = 1 << 14;

type Tree = Record<string, unknown>;

/** Trees may be deep, so paths are made only where a part needs one. */
interface Place {
  readonly outer: Place | undefined;
  readonly step: string | number;
}

function pathTo(place: Place | undefined): Path {
  const path: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.outer) path.push(at.step);
  return path.reverse();
}

/** Takes long things out of a tree, which it changes: those inside of others first. */
class Packer {
  readonly parts: TreePart[] = [];
  /** Whether lists of constants are lifted. */
  #lifts = false;

  #statement(statement: GrammarStatement, at: number): void {
    this.#lifts = isLifted(tagOf(statement.node));
    const outer = { outer: undefined, step: at };
    this.#node("", statement.node as Tree, { outer, step: "node" });
  }

  #node(tag: string, tree: Tree, outer: Place): void {
    for (const [field, value] of Object.entries(tree)) {
      if (typeof value === "string") {
        if (value.length < TEXT_MIN) continue;
        this.parts.push({ kind: "text", path: pathTo({ outer, step: field }), text: value });
        tree[field] = "";
      } else if (Array.isArray(value)) this.#list(tag, tree, field, value, outer);
      else if (typeof value === "object" && value !== null) {
        this.#node(field, value as Tree, { outer, step: field });
      }
    }
  }

  #list(tag: string, tree: Tree, field: string, items: readonly unknown[], outer: Place): void {
    const place = { outer, step: field };
    const cells = this.#lifts ? constantsOf(tag, field, items) : undefined;
    if (cells !== undefined) {
      this.parts.push({ kind: "constants", path: pathTo(place), cells });
      tree[field] = null;
      return;
    }
    const before = this.parts.length;
    items.forEach((item, at) => {
      if (typeof item === "object" && item !== null) {
        this.#node("", item as Tree, { outer: place, step: at });
      }
    });
    if (this.#divided(items, place, before)) tree[field] = [];
  }

  /** What is inside of its items comes AFTER them. */
  #divided(items: readonly unknown[], place: Place | undefined, before: number): boolean {
    if (items.length < ITEMS_MIN) return false;
    const inner = this.parts.splice(before);
    const path = pathTo(place);
    for (const json of slices(items)) this.parts.push({ kind: "items", path, json });
    for (const part of inner) this.parts.push(part);
    return true;
  }

  all(statements: readonly GrammarStatement[]): void {
    statements.forEach((each, at) => {
      this.#statement(each, at);
    });
    const json = this.#divided(statements, undefined, 0) ? "[]" : JSON.stringify(statements);
    this.parts.unshift({ kind: "json", json });
  }
}

function* slices(items: readonly unknown[]): Generator<string> {
  let gathered: string[] = [];
  let length = 0;
  for (const item of items) {
    const json = JSON.stringify(item);
    gathered.push(json);
    length += json.length;
    if (length < PART_LENGTH) continue;
    yield `[${gathered.join(",")}]`;
    gathered = [];
    length = 0;
  }
  if (gathered.length > 0) yield `[${gathered.join(",")}]`;
}

/** The trees are of no use afterwards. */
export function packStatements(statements: readonly GrammarStatement[]): readonly TreePart[] {
  const packer = new Packer();
  packer.all(statements);
  return packer.parts;
}

/** Puts the parts together, in the order in which they come. */
export class TreeBuilder {
  #root: unknown;

  add(part: TreePart): void {
    switch (part.kind) {
      case "json":
        this.#root = JSON.parse(part.json);
        return;
      case "items":
        (this.#at(part.path) as unknown[]).push(...(JSON.parse(part.json) as unknown[]));
        return;
      case "text":
        this.#put(part.path, part.text);
        return;
      case "constants":
        this.#put(part.path, new ConstantRows(part.cells));
        return;
    }
  }

  finish(): readonly GrammarStatement[] {
    return this.#root as readonly GrammarStatement[];
  }

  #at(path: Path): unknown {
    return path.reduce(
      (node, step) => (node as Record<string | number, unknown>)[step],
      this.#root,
    );
  }

  #put(path: Path, value: unknown): void {
    const holder = this.#at(path.slice(0, -1)) as Record<string | number, unknown>;
    const last = path.at(-1);
    if (last !== undefined) holder[last] = value;
  }
}

/** Lifts constants out of a tree that stays on its thread. */
export function liftConstants(tree: object, tag = ""): void {
  for (const [field, value] of Object.entries(tree as Tree)) {
    if (typeof value !== "object" || value === null) continue;
    const cells = Array.isArray(value) ? constantsOf(tag, field, value) : undefined;
    if (cells !== undefined) (tree as Tree)[field] = new ConstantRows(cells);
    else liftConstants(value, field);
  }
}
