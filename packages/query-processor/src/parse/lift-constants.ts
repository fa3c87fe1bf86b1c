/** Takes long lists of constants out of a parse tree: what IN, ARRAY and VALUES list. */
import type { ConstantCells } from "./constant-rows.ts";
import { CELL } from "./constant-rows.ts";

/** Fewer constants are as well off as nodes. */
const CELLS_MIN = 256;

/** Definitions are stored as they were parsed. */
const LIFTED_FROM: ReadonlySet<string> = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
]);

export function isLifted(statementTag: string): boolean {
  return LIFTED_FROM.has(statementTag);
}

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fills the arrays; false where something is no constant of the kinds that they hold. */
class Cells {
  readonly #kinds: Uint8Array;
  readonly #integers: Int32Array;
  readonly #locations: Int32Array;
  readonly #ends: Uint32Array;
  readonly #texts: string[] = [];
  #end = 0;
  #at = 0;

  constructor(count: number) {
    this.#kinds = new Uint8Array(count);
    this.#integers = new Int32Array(count);
    this.#locations = new Int32Array(count);
    this.#ends = new Uint32Array(count);
  }

  add(node: unknown): boolean {
    const constant = isTree(node) ? node["A_Const"] : undefined;
    if (!isTree(constant)) return false;
    const at = this.#at++;
    const { location } = constant;
    this.#locations[at] = typeof location === "number" ? location : 0;
    const known = this.#value(at, constant);
    this.#ends[at] = this.#end;
    return known;
  }

  #value(at: number, { isnull, ival, fval, sval, boolval }: Tree): boolean {
    if (isTree(ival)) return this.#integer(at, CELL.integer, Number(ival["ival"] ?? 0));
    if (isTree(sval)) return this.#text(at, CELL.text, sval["sval"]);
    if (isTree(fval)) return this.#text(at, CELL.number, fval["fval"]);
    if (isTree(boolval))
      return this.#integer(at, CELL.boolean, boolval["boolval"] === true ? 1 : 0);
    return isnull === true;
  }

  #integer(at: number, kind: number, value: number): boolean {
    this.#kinds[at] = kind;
    this.#integers[at] = value;
    return true;
  }

  #text(at: number, kind: number, value: unknown): boolean {
    const text = typeof value === "string" ? value : "";
    this.#kinds[at] = kind;
    this.#texts.push(text);
    this.#end += text.length;
    return true;
  }

  finish(width: number): ConstantCells {
    return {
      width,
      kinds: this.#kinds,
      integers: this.#integers,
      locations: this.#locations,
      text: this.#texts.join(""),
      ends: this.#ends,
    };
  }
}

function plainList(nodes: readonly unknown[]): ConstantCells | undefined {
  if (nodes.length < CELLS_MIN) return undefined;
  const cells = new Cells(nodes.length);
  return nodes.every((node) => cells.add(node)) ? cells.finish(0) : undefined;
}

function itemsOf(row: unknown): readonly unknown[] {
  const inner = isTree(row) ? row["List"] : undefined;
  const items = isTree(inner) ? inner["items"] : undefined;
  return Array.isArray(items) ? items : [];
}

function listOfRows(rows: readonly unknown[]): ConstantCells | undefined {
  const width = itemsOf(rows[0]).length;
  if (width === 0 || rows.length * width < CELLS_MIN) return undefined;
  const cells = new Cells(rows.length * width);
  const fits = (row: readonly unknown[]): boolean =>
    row.length === width && row.every((node) => cells.add(node));
  return rows.every((row) => fits(itemsOf(row))) ? cells.finish(width) : undefined;
}

/** The constants of the list that a node has under the name, if it is one that may be lifted. */
export function constantsOf(
  tag: string,
  field: string,
  nodes: readonly unknown[],
): ConstantCells | undefined {
  if (field === "valuesLists") return listOfRows(nodes);
  const isLiftable = (field === "elements" && tag === "A_ArrayExpr") || field === "items";
  return isLiftable ? plainList(nodes) : undefined;
}
