/**
 * A long list of constants, or of rows of them, out of a parse tree: held in arrays instead of a node
 * for each, so that a text with hundreds of thousands of them costs no more than their characters.
 * In a tree it stands for the array of nodes; `list` of node.ts makes those for whoever asks.
 */
import type { ParseNode } from "./parsed-statement.ts";

export const CELL = { null: 0, integer: 1, number: 2, text: 3, boolean: 4 } as const;

export interface ConstantCells {
  /** Of a row; 0: the list is no list of rows. */
  readonly width: number;
  /** Of CELL, row after row. */
  readonly kinds: Uint8Array;
  /** Of integers, and 1 for true. */
  readonly integers: Int32Array;
  /** Byte offsets in the source. */
  readonly locations: Int32Array;
  /** All texts and digits one behind the other, and where each cell's end. */
  readonly text: string;
  readonly ends: Uint32Array;
}

export class ConstantRows {
  readonly #cells: ConstantCells;

  constructor(cells: ConstantCells) {
    this.#cells = cells;
  }

  get width(): number {
    return this.#cells.width;
  }

  /** Of rows, or constants that are in none. */
  get length(): number {
    const { kinds, width } = this.#cells;
    return width === 0 ? kinds.length : kinds.length / width;
  }

  get cellCount(): number {
    return this.#cells.kinds.length;
  }

  kind(cell: number): number {
    return this.#cells.kinds[cell] ?? CELL.null;
  }

  integer(cell: number): number {
    return this.#cells.integers[cell] ?? 0;
  }

  location(cell: number): number {
    return this.#cells.locations[cell] ?? -1;
  }

  text(cell: number): string {
    const { text, ends } = this.#cells;
    return text.slice(cell === 0 ? 0 : ends[cell - 1], ends[cell]);
  }

  /** The fields of the constant as the grammar gives them. */
  constant(cell: number): ParseNode {
    const location = this.location(cell);
    switch (this.kind(cell)) {
      case CELL.integer:
        return { ival: { ival: this.integer(cell) }, location };
      case CELL.number:
        return { fval: { fval: this.text(cell) }, location };
      case CELL.text:
        return { sval: { sval: this.text(cell) }, location };
      case CELL.boolean:
        return { boolval: { boolval: this.integer(cell) === 1 }, location };
      default:
        return { isnull: true, location };
    }
  }

  nodes(): readonly ParseNode[] {
    const { width } = this;
    const one = (cell: number): ParseNode => ({ A_Const: this.constant(cell) });
    if (width === 0) return Array.from({ length: this.length }, (_, at) => one(at));
    return Array.from({ length: this.length }, (_, row) => ({
      List: { items: Array.from({ length: width }, (_each, at) => one(row * width + at)) },
    }));
  }
}
