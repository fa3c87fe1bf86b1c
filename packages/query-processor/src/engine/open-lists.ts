/** What is open at a place of a statement's text, and whether its literals become parameters. */

/** What a parenthesis or bracket encloses whose literals become parameters; "": something else. */
export type List = "in" | "array" | "values" | "call" | "";

/** Words before the parenthesis of a list, or of one array. */
const OPENS_LIST = new Set(["in", "any", "all", "some"]);

export interface Opening {
  readonly char: string;
  /** Right before it, in lower case; "": something else. */
  readonly word: string;
  /** Right behind an opening, or a comma. */
  readonly isStart: boolean;
  /** It belongs to a function's name, and literals among its arguments become parameters. */
  readonly isCall: boolean;
}

export class OpenLists {
  /** The innermost last. */
  readonly #lists: List[] = [];
  /** How many were open at the last VALUES; -1 behind its lists. */
  #valuesDepth = -1;

  get inner(): List {
    return this.#lists.at(-1) ?? "";
  }

  /** What a word says of the lists that it stands in: a query's have ordinals. */
  read(word: string): void {
    if (word === "values") this.#valuesDepth = this.#lists.length;
    else if (this.#lists.length === this.#valuesDepth) this.#valuesDepth = -1;
    if (this.#lists.length === 0) return;
    if (word === "select" || word === "by") this.#lists[this.#lists.length - 1] = "";
  }

  /** What begins here, if something does. */
  open(opening: Opening): List | undefined {
    const list = this.#listOf(opening);
    if (list !== undefined) this.#lists.push(list);
    return list;
  }

  #listOf({ char, word, isStart, isCall }: Opening): List | undefined {
    const { inner } = this;
    if (char === "[") return word === "array" || (inner === "array" && isStart) ? "array" : "";
    if (char !== "(") return undefined;
    if (OPENS_LIST.has(word)) return "in";
    if (this.#lists.length === this.#valuesDepth || inner === "values") return "values";
    if (isStart) return inner === "call" ? "" : inner;
    return isCall ? "call" : "";
  }

  close(): void {
    this.#lists.pop();
    if (this.#lists.length < this.#valuesDepth) this.#valuesDepth = -1;
  }
}
