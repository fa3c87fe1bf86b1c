/** Queries and changes of rows of MySQL, token by token: what is the same stays as it is. */
import type { MysqlToken } from "./mysql-tokens.ts";
import { mysqlTokens } from "./mysql-tokens.ts";
import type { Remark } from "./translation.ts";
import { Untranslatable, quotedName, quotedText } from "./translation.ts";

const WORDS: Readonly<Record<string, string>> = {
  ifnull: "coalesce",
  uuid: "gen_random_uuid",
  rand: "random",
  regexp: "~",
  rlike: "~",
  ucase: "upper",
  lcase: "lower",
};

const SIGNS: Readonly<Record<string, string>> = {
  "<=>": "IS NOT DISTINCT FROM",
  "&&": "AND",
  "||": "OR",
};

/** Nothing in PostgreSQL does the same by another name alone. */
const WITHOUT_EQUIVALENT: ReadonlySet<string> = new Set(
  "date_add date_format date_sub field find_in_set from_unixtime group_concat last_insert_id low_priority sql_calc_found_rows str_to_date straight_join unix_timestamp".split(
    " ",
  ),
);

function word(token: MysqlToken, next: MysqlToken | undefined): string {
  const isCall = next?.text === "(";
  if (WITHOUT_EQUIVALENT.has(token.value)) {
    throw new Untranslatable("mysql-function", `MySQL's ${token.text} has no equivalent`);
  }
  if (token.value === "curdate" && isCall) return "current_date";
  const other = WORDS[token.value];
  if (other !== undefined && (isCall || other === "~")) return other;
  return token.text;
}

function translated(token: MysqlToken, next: MysqlToken | undefined): string {
  switch (token.kind) {
    case "name":
      return quotedName(token.value);
    case "string":
      return quotedText(token.value);
    case "number":
      return token.value.startsWith("0x") ? `'\\x${token.text.slice(2)}'::bytea` : token.text;
    case "sign":
      return SIGNS[token.text] ?? token.text;
    case "word":
      return word(token, next);
  }
}

/** _utf8mb4'text' names the character set of a string. */
function isIntroducer(token: MysqlToken, next: MysqlToken | undefined): boolean {
  return token.kind === "word" && token.text.startsWith("_") && next?.kind === "string";
}

/** Where LIMIT a, b stands: the two numbers. */
function limitPair(tokens: readonly MysqlToken[], at: number): boolean {
  return tokens[at]?.value === "limit" && tokens[at + 2]?.text === ",";
}

export class StatementWords {
  readonly remarks: Remark[] = [];
  readonly #text: string;
  readonly #tokens: readonly MysqlToken[];
  #result = "";
  #from = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = [...mysqlTokens(text)];
  }

  /** In PostgreSQL's words, with blanks and comments as they were. */
  translate(): string {
    const ending = this.#ending();
    for (let at = 0; at < this.#tokens.length; at++) at = this.#one(at);
    return this.#result + this.#text.slice(this.#from).replaceAll(/#([^\n]*)/gu, "--$1") + ending;
  }

  #put(until: MysqlToken, token: MysqlToken, by: string): void {
    const blanks = this.#text.slice(this.#from, token.start).replaceAll(/#([^\n]*)/gu, "--$1");
    this.#result += blanks + by;
    this.#from = until.end;
  }

  /** The place of the last token that it has dealt with. */
  #one(at: number): number {
    const token = this.#tokens[at];
    const next = this.#tokens[at + 1];
    if (token === undefined) return at;
    if (isIntroducer(token, next)) {
      this.#put(token, token, "");
      return at;
    }
    const [skipped, taken] = [this.#tokens[at + 1], this.#tokens[at + 3]];
    if (limitPair(this.#tokens, at) && skipped !== undefined && taken !== undefined) {
      this.#put(taken, token, `LIMIT ${taken.text} OFFSET ${skipped.text}`);
      return at + 3;
    }
    if (token.value === "ignore" && this.#tokens[at - 1]?.value === "insert") {
      this.#put(token, token, "");
      return at;
    }
    this.#put(token, token, translated(token, next));
    return at;
  }

  #ending(): string {
    const words = this.#tokens.map(({ kind, value }) => (kind === "word" ? value : ""));
    const [first, second] = words;
    if (first === "replace") {
      throw new Untranslatable(
        "mysql-replace",
        "REPLACE has no equivalent: ON CONFLICT names its key",
      );
    }
    const duplicate = words.findIndex((each, i) => each === "duplicate" && words[i + 1] === "key");
    if (first === "insert" && duplicate > 0) {
      const message = "ON DUPLICATE KEY UPDATE has no equivalent: ON CONFLICT names its key";
      throw new Untranslatable("mysql-on-duplicate-key", message);
    }
    if ((first === "update" || first === "delete") && words.includes("limit")) {
      throw new Untranslatable("mysql-limit", `LIMIT of ${first.toUpperCase()} has no equivalent`);
    }
    return first === "insert" && second === "ignore" ? " ON CONFLICT DO NOTHING" : "";
  }
}
