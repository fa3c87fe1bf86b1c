/**
 * psql scripts as steps: statements, COPY data and the backslash commands that change what is sent
 * (\set, \unset, \gset, \gexec, \c, \if). Other backslash commands print only and are left out.
 */
export type ScriptStep =
  | {
      readonly kind: "statement";
      readonly sql: string;
      readonly line: number;
      /** What follows in place of the semicolon: gset, gexec, or nothing. */
      readonly ending: string;
      readonly copyData: string | undefined;
    }
  | { readonly kind: "command"; readonly name: string; readonly words: string; line: number };

const COPY_FROM_STDIN = /\bcopy\b[\s\S]*\bfrom\s+stdin\b/iu;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z_0-9$\u0080-\uffff]*/uy;
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff]*)?\$/uy;

function matchAt(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}

/** One pass over a script, as psql's lexer does it. */
class ScriptReader {
  readonly #text: string;
  readonly steps: ScriptStep[] = [];
  #at = 0;
  #start = 0;
  #parentheses = 0;
  #begins = 0;
  #firstWord = "";

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly ScriptStep[] {
    while (this.#at < this.#text.length) this.#step();
    return this.steps;
  }

  #step(): void {
    const char = this.#text[this.#at] ?? "";
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (two === "--") this.#at = this.#lineEnd();
    else if (two === "/*") this.#skipComment();
    else if (char === "'") this.#skipString();
    else if (char === '"') this.#skipTo('"', this.#at + 1);
    else if (char === "$") this.#dollar();
    else if (char === "\\") this.#backslash();
    else if (char === ";" && this.#parentheses <= 0 && this.#begins === 0) this.#end("", 1);
    else if (/[A-Za-z_]/u.test(char)) this.#word();
    else {
      if (char === "(") this.#parentheses++;
      if (char === ")") this.#parentheses--;
      this.#at++;
    }
  }

  #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #skipTo(end: string, from: number): void {
    const found = this.#text.indexOf(end, from);
    this.#at = found < 0 ? this.#text.length : found + end.length;
  }

  #skipComment(): void {
    let depth = 0;
    do {
      const two = this.#text.slice(this.#at, this.#at + 2);
      if (two === "/*") depth++;
      if (two === "*/") depth--;
      this.#at += two === "/*" || two === "*/" ? 2 : 1;
    } while (depth > 0 && this.#at < this.#text.length);
  }

  #skipString(): void {
    const before = this.#text[this.#at - 1] ?? "";
    const escapes = /[eE]/u.test(before) && !/\w/u.test(this.#text[this.#at - 2] ?? "");
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      if (escapes && this.#text[this.#at] === "\\") this.#at++;
      else if (this.#text[this.#at] === "'") break;
    }
    this.#at++;
  }

  #dollar(): void {
    const tag = matchAt(DOLLAR, this.#text, this.#at);
    if (tag === undefined) this.#at++;
    else this.#skipTo(tag, this.#at + tag.length);
  }

  #word(): void {
    const word = matchAt(WORD, this.#text, this.#at) ?? "";
    this.#at += Math.max(word.length, 1);
    const lower = word.toLowerCase();
    this.#firstWord ||= lower;
    // psql counts BEGIN ... END only in CREATE statements (bodies of BEGIN ATOMIC).
    if (this.#firstWord !== "create") return;
    if (lower === "begin" || (lower === "case" && this.#begins > 0)) this.#begins++;
    if (lower === "end" && this.#begins > 0) this.#begins--;
  }

  #lineOf(at: number): number {
    return this.#text.slice(0, at).split("\n").length;
  }

  #end(ending: string, length: number): void {
    const sql = this.#text.slice(this.#start, this.#at);
    const skipped = /^(?:\s|--[^\n]*(?:\n|$))*/u.exec(sql)?.[0].length ?? 0;
    const line = this.#lineOf(this.#start + skipped);
    this.#at += length;
    const statement = sql.slice(skipped).trimEnd();
    const copyData = COPY_FROM_STDIN.test(statement) ? this.#copyData() : undefined;
    if (statement !== "") {
      this.steps.push({ kind: "statement", sql: statement, line, ending, copyData });
    }
    this.#reset();
  }

  #reset(): void {
    this.#start = this.#at;
    this.#parentheses = 0;
    this.#begins = 0;
    this.#firstWord = "";
  }

  #copyData(): string {
    this.#at = this.#lineEnd() + 1;
    const from = this.#at;
    const end = /^\\\.$/mu.exec(this.#text.slice(from));
    const length = end?.index ?? this.#text.length - from;
    this.#at = from + length + 2;
    return this.#text.slice(from, from + length);
  }

  #backslash(): void {
    const end = this.#lineEnd();
    const line = this.#text.slice(this.#at + 1, end);
    const name = /^(?:[A-Za-z_!?]+|;)/u.exec(line)?.[0] ?? "";
    if (name === ";") {
      this.#at += 2;
      return;
    }
    if (name === "g" || name === "gset" || name === "gexec" || name === "gx" || name === "gdesc") {
      this.#end(`${line}`.trim(), end - this.#at);
      return;
    }
    const at = this.#at;
    this.steps.push({
      kind: "command",
      name,
      words: line.slice(name.length).trim(),
      line: this.#lineOf(at),
    });
    const unfinished = this.#text.slice(this.#start, at);
    this.#at = end;
    // A command in the middle of a statement leaves the statement's text as it was.
    if (/^(?:\s|--[^\n]*(?:\n|$))*$/u.test(unfinished)) this.#reset();
  }
}

export function stepsOf(text: string): readonly ScriptStep[] {
  return new ScriptReader(text).read();
}

/** psql's :name, :'name' and :"name", outside of quoted text. */
export function withVariables(sql: string, variables: ReadonlyMap<string, string>): string {
  const pattern =
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:'(\w+)'|:"(\w+)"|:(\w+)|--[^\n]*|\$(\w*)\$[\s\S]*?\$\4\$/gu;
  return sql.replaceAll(pattern, (all, quoted?: string, named?: string, plain?: string) => {
    const name = quoted ?? named ?? plain;
    const value = name === undefined ? undefined : variables.get(name);
    if (value === undefined) return all;
    if (quoted !== undefined) return `'${value.replaceAll("'", "''")}'`;
    return named === undefined ? value : `"${value.replaceAll('"', '""')}"`;
  });
}
