/** Where the rows that wait to be stored were read: what is found wrong with one later is told there. */
import { lineContext, placeContext } from "./bad-copy-data.ts";

export class RowPlaces {
  readonly #table: string;
  #lines: number[] = [];
  /** Undefined where a row is judged while its line is at hand. */
  #texts: (string | undefined)[] = [];

  constructor(table: string) {
    this.#table = table;
  }

  note(line: number, text?: string): void {
    this.#lines.push(line);
    this.#texts.push(text);
  }

  clear(): void {
    this.#lines = [];
    this.#texts = [];
  }

  /** Of what is wrong with a row itself. */
  lineOf(row: number): string {
    const text = this.#texts[row];
    return text === undefined ? this.placeOf(row) : lineContext(this.#place(row), text);
  }

  /** Of a row that its table does not take: PostgreSQL has forgotten the line by then. */
  placeOf(row: number): string {
    return placeContext(this.#place(row));
  }

  #place(row: number): { readonly table: string; readonly line: number } {
    return { table: this.#table, line: this.#lines[row] ?? 0 };
  }
}
