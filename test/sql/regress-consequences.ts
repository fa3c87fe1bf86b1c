/**
 * Which disagreement is but the consequence of an earlier one: a statement that fails here because
 * what it names was to be made, or changed, by a statement that failed here before, or because that
 * one ended the transaction. The cause is found, not guessed from the SQLSTATE: without an earlier
 * statement that names the same thing there is none.
 */
const MISSING = /^error (?:26000|34000|42P01|42704|42883|42703|3F000|42P17|42809):/u;
const ENDED = /^error (?:25P02|3B001):/u;
const ENDS = /^tag (?:BEGIN|COMMIT|ROLLBACK)$/u;
const NAMED = /"([^"]+)"|(?:function|procedure|aggregate|operator) ([\w.]+)\(/gu;
/** A refused statement can be missed long after, but scripts have some hundred of them. */
const REFUSED_MAX = 2_000;

interface Refused {
  readonly line: number;
  readonly words: ReadonlySet<string>;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\w$]+/gu) ?? [];
}

function errorOf(lines: readonly string[]): string | undefined {
  return lines.find((line) => line.startsWith("error "));
}

export class Consequences {
  readonly #refused: Refused[] = [];
  /** Line of the statement that failed here alone and so ended the open transaction. */
  #ender: number | undefined;
  /** Words of the statements since the last end of a transaction. */
  #block = new Set<string>();

  /**
   * The line of the statement that this one's failure follows from, if any. To be called with every
   * statement, counted or not, in order.
   */
  causeOf(
    statement: { readonly line: number; readonly sql: string },
    mine: readonly string[],
    truth: readonly string[],
  ): number | undefined {
    const error = errorOf(mine);
    for (const word of wordsOf(statement.sql)) this.#block.add(word);
    if (error === undefined) {
      const lost = mine.includes("tag ROLLBACK") && !truth.includes("tag ROLLBACK");
      const cause = lost ? this.#ender : undefined;
      // What the transaction had made before it was ended is lost, too.
      if (cause !== undefined) this.#refuse({ line: cause, words: this.#block });
      if (mine.some((line) => ENDS.test(line))) this.#block = new Set();
      this.#ender = undefined;
      return cause;
    }
    const cause = ENDED.test(error) ? this.#ender : this.#causeOfMissing(error);
    if (errorOf(truth) === undefined) {
      this.#ender ??= cause ?? statement.line;
      this.#refuse({ line: cause ?? statement.line, words: new Set(wordsOf(statement.sql)) });
    }
    return cause;
  }

  #refuse(refused: Refused): void {
    if (this.#refused.length >= REFUSED_MAX) this.#refused.shift();
    this.#refused.push(refused);
  }

  #causeOfMissing(error: string): number | undefined {
    if (!MISSING.test(error)) return undefined;
    for (const [, quoted, call] of error.matchAll(NAMED)) {
      const name = wordsOf(quoted ?? call ?? "").at(-1);
      const cause = this.#refused.findLast(({ words }) => name !== undefined && words.has(name));
      if (cause !== undefined) return cause.line;
    }
    return undefined;
  }
}
