/**
 * Text with PostgreSQL's line breaks (ruleutils' appendContextKeyword): clauses begin on lines of
 * their own, indented by their query's depth.
 */
export const INDENT = { standard: 8, join: 4, item: 4 } as const;

const INDENT_LIMIT = 40;

function amountOf(level: number, plus: number): number {
  if (level < INDENT_LIMIT) return Math.max(level, 0) + plus;
  const beyond = Math.trunc((level - INDENT_LIMIT) / (INDENT.standard / 2));
  return ((INDENT_LIMIT + beyond) % INDENT_LIMIT) + plus;
}

export class RuleText {
  text = "";
  indent: number;
  /** Columns past which items of a list begin on a new line; 0: each does, -1: none does. */
  readonly wrap: number;

  constructor(indent: number, wrap: number) {
    this.indent = indent;
    this.wrap = wrap;
  }

  add(text: string): this {
    if (text.startsWith("\n")) this.trimSpaces();
    this.text += text;
    return this;
  }

  trimSpaces(): void {
    this.text = this.text.replace(/ +$/u, "");
  }

  /** A keyword on a new line. */
  keyword(text: string, before: number, after: number, plus: number): this {
    this.indent += before;
    this.trimSpaces();
    this.text += `\n${" ".repeat(amountOf(this.indent, plus))}${text}`;
    this.indent = Math.max(0, this.indent + after);
    return this;
  }

  /** Length of the line that is being written. */
  get lineLength(): number {
    return this.text.length - (this.text.lastIndexOf("\n") + 1);
  }

  /** A piece of its own, at this text's indentation. */
  piece(write: (into: RuleText) => void): string {
    const into = new RuleText(this.indent, this.wrap);
    write(into);
    return into.text;
  }

  breakItem(): void {
    this.keyword("", -INDENT.standard, INDENT.standard, INDENT.item);
  }
}
