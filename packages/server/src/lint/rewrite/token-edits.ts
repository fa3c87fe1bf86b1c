/** Changes of a statement by its tokens: what is not touched stays as it was written. */
import type { Token } from "@firstlight/query-processor";
import { tokensOf } from "@firstlight/query-processor";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export class TokenEdits {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly #edits: Edit[] = [];

  constructor(text: string) {
    this.text = text;
    this.tokens = [...tokensOf(text)];
  }

  /** As it was written. */
  written(from: number, to: number = from + 1): string {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    return first === undefined || last === undefined ? "" : this.text.slice(first.start, last.end);
  }

  is(at: number, ...words: readonly string[]): boolean {
    return words.every((word, i) => this.tokens[at + i]?.text === word);
  }

  /** The first place at or after `from` where these words stand; -1 where they do not. */
  find(words: readonly string[], from = 0): number {
    for (let at = from; at < this.tokens.length; at++) if (this.is(at, ...words)) return at;
    return -1;
  }

  /** All places of a word, outermost parentheses being depth 0. */
  *places(word: string): Generator<{ readonly at: number; readonly depth: number }> {
    let depth = 0;
    for (const [at, { text }] of this.tokens.entries()) {
      if (text === word) yield { at, depth };
      if (text === "(") depth++;
      else if (text === ")") depth--;
    }
  }

  /** The token after the parenthesis that closes the one at `open`. */
  after(open: number): number {
    let depth = 0;
    for (let at = open; at < this.tokens.length; at++) {
      if (this.is(at, "(")) depth++;
      else if (this.is(at, ")") && --depth === 0) return at + 1;
    }
    return this.tokens.length;
  }

  /** Puts text in place of tokens from `from` up to `to`. */
  replace(from: number, to: number, text: string): this {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    if (first !== undefined && last !== undefined && to > from) {
      this.#edits.push({ start: first.start, end: last.end, text });
    }
    return this;
  }

  /** Takes tokens away, and the blank before them. */
  remove(from: number, to: number = from + 1): this {
    const before = this.tokens[from - 1];
    const last = this.tokens[to - 1];
    if (last !== undefined) {
      this.#edits.push({ start: before?.end ?? 0, end: last.end, text: "" });
    }
    return this;
  }

  /** Puts text after a token, with a blank before it. */
  insertAfter(at: number, text: string): this {
    const token = this.tokens[at];
    if (token !== undefined)
      this.#edits.push({ start: token.end, end: token.end, text: ` ${text}` });
    return this;
  }

  append(text: string): this {
    return this.insertAfter(this.tokens.length - 1, text);
  }

  get hasChanged(): boolean {
    return this.#edits.length > 0;
  }

  /** The changed text; edits do not overlap. */
  result(): string {
    let result = this.text;
    for (const { start, end, text } of this.#edits.toSorted((a, b) => b.start - a.start)) {
      result = result.slice(0, start) + text + result.slice(end);
    }
    return result;
  }
}
