/**
 * jsonpath from text: the grammar of jsonpath_gram.y by recursive descent. Expressions and
 * predicates are parsed by one set of rules and told apart by what they are.
 */
import { SqlError } from "@firstlight/common";
import { toEnd } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import type { JsonbNode, JsonPath, PathNode, PathOperator, PathSubscript } from "./datum.ts";
import { scanPath, type PathToken, pathSyntaxError } from "./jsonpath-scanner.ts";
import { numericNegate } from "./numeric-arithmetic.ts";
import { parseNumeric } from "./numeric.ts";

const METHODS: ReadonlySet<string> = new Set([
  "abs",
  "size",
  "type",
  "floor",
  "double",
  "ceiling",
  "keyvalue",
]);
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<>", "<", "<=", ">", ">="]);
/** Where the last element of an array or level is meant. */
const LAST = -1;

const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);
const TESTS: ReadonlySet<string> = new Set(["exists", "not", "isUnknown", "likeRegex"]);

function isPredicate(node: PathNode): boolean {
  return node.kind === "binary" ? !ARITHMETIC.has(node.operator) : TESTS.has(node.kind);
}

function literal(value: JsonbNode): PathNode {
  return { kind: "literal", value };
}

const WORDS: Readonly<Record<string, PathNode>> = {
  null: literal({ kind: "null" }),
  true: literal({ kind: "boolean", value: true }),
  false: literal({ kind: "boolean", value: false }),
};

class PathParser {
  readonly #tokens: readonly PathToken[];
  readonly #checkRegex: (pattern: string, flags: string) => void;
  #at = 0;
  /** How many filters and subscripts are open: @ and LAST need one. */
  #filters = 0;
  #subscripts = 0;
  /** The first @ or LAST outside of them: told AFTER what else is wrong with the path. */
  #misplaced: SqlError | undefined;

  constructor(tokens: readonly PathToken[], checkRegex: (pattern: string, flags: string) => void) {
    this.#tokens = tokens;
    this.#checkRegex = checkRegex;
  }

  parse(): JsonPath {
    const strict = this.#word("strict");
    if (!strict) this.#word("lax");
    const root = this.#or();
    if (this.#token().kind !== "end") throw this.#unexpected();
    if (this.#misplaced !== undefined) throw this.#misplaced;
    return { tag: "jsonpath", lax: !strict, root };
  }

  #misplace(message: string): void {
    this.#misplaced ??= new SqlError("42601", message);
  }

  #token(ahead = 0): PathToken {
    return this.#tokens[this.#at + ahead] ?? { kind: "end", value: "", raw: "" };
  }

  #unexpected(): SqlError {
    const { seen, raw } = this.#token();
    return pathSyntaxError("syntax error", seen ?? raw);
  }

  #isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.#token(ahead);
    return token.kind === "symbol" && token.value === symbol;
  }

  #symbol(symbol: string): boolean {
    if (!this.#isSymbol(symbol)) return false;
    this.#at++;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#symbol(symbol)) throw this.#unexpected();
  }

  #isWord(word: string, ahead = 0): boolean {
    const token = this.#token(ahead);
    return token.kind === "identifier" && token.raw.toLowerCase() === word;
  }

  #word(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at++;
    return true;
  }

  #binary(operator: PathOperator, left: PathNode, right: PathNode): PathNode {
    return { kind: "binary", operator, left, right };
  }

  #predicate(node: PathNode): PathNode {
    if (isPredicate(node)) return node;
    throw this.#unexpected();
  }

  #value(node: PathNode): PathNode {
    if (!isPredicate(node)) return node;
    throw this.#unexpected();
  }

  #or(): PathNode {
    let left = this.#and();
    while (this.#isSymbol("||")) {
      this.#predicate(left);
      this.#at++;
      left = this.#binary("or", left, this.#predicate(this.#and()));
    }
    return left;
  }

  #and(): PathNode {
    let left = this.#comparison();
    while (this.#isSymbol("&&")) {
      this.#predicate(left);
      this.#at++;
      left = this.#binary("and", left, this.#predicate(this.#comparison()));
    }
    return left;
  }

  #comparison(): PathNode {
    if (this.#symbol("!")) return this.#not();
    const left = this.#sum();
    const { kind, value } = this.#token();
    if (kind === "symbol" && COMPARISONS.has(value)) {
      this.#value(left);
      this.#at++;
      const operator = value === "<>" ? "!=" : value;
      return this.#binary(operator as PathOperator, left, this.#value(this.#sum()));
    }
    if (this.#isWord("starts") && this.#isWord("with", 1)) return this.#startsWith(left);
    if (this.#isWord("like_regex")) return this.#likeRegex(left);
    return left;
  }

  /** Only what is delimited can be negated. */
  #not(): PathNode {
    if (this.#isWord("exists")) return { kind: "not", arg: this.#exists() };
    this.#expect("(");
    const arg = this.#predicate(this.#or());
    this.#expect(")");
    return { kind: "not", arg };
  }

  #exists(): PathNode {
    this.#at++;
    this.#expect("(");
    const arg = this.#value(this.#or());
    this.#expect(")");
    return { kind: "exists", arg };
  }

  #startsWith(left: PathNode): PathNode {
    this.#value(left);
    this.#at += 2;
    const { kind, value } = this.#token();
    if (kind !== "string" && kind !== "variable") throw this.#unexpected();
    this.#at++;
    const right: PathNode =
      kind === "string" ? literal({ kind: "string", value }) : { kind: "variable", name: value };
    return this.#binary("startsWith", left, right);
  }

  #string(): string {
    const { kind, value } = this.#token();
    if (kind !== "string") throw this.#unexpected();
    this.#at++;
    return value;
  }

  #likeRegex(arg: PathNode): PathNode {
    this.#value(arg);
    this.#at++;
    const pattern = this.#string();
    const flags = this.#word("flag") ? regexFlags(this.#string()) : "";
    this.#checkRegex(pattern, flags);
    return { kind: "likeRegex", arg, pattern, flags };
  }

  #sum(): PathNode {
    let left = this.#product();
    for (;;) {
      const { value } = this.#token();
      if (!this.#isSymbol("+") && !this.#isSymbol("-")) return left;
      this.#value(left);
      this.#at++;
      left = this.#binary(value as PathOperator, left, this.#value(this.#product()));
    }
  }

  #product(): PathNode {
    let left = this.#unary();
    for (;;) {
      const { value } = this.#token();
      if (!this.#isSymbol("*") && !this.#isSymbol("/") && !this.#isSymbol("%")) return left;
      this.#value(left);
      this.#at++;
      left = this.#binary(value as PathOperator, left, this.#value(this.#unary()));
    }
  }

  #unary(): PathNode {
    const negative = this.#isSymbol("-");
    if (!negative && !this.#isSymbol("+")) return this.#accessors(this.#primary());
    this.#at++;
    const arg = this.#value(this.#unary());
    if (arg.kind === "literal" && arg.value.kind === "number") {
      if (!negative) return arg;
      return literal({ kind: "number", value: numericNegate(arg.value.value) });
    }
    return { kind: negative ? "minus" : "plus", arg };
  }

  #primary(): PathNode {
    const token = this.#token();
    if (token.kind === "symbol") return this.#symbolPrimary(token.value);
    if (token.kind === "identifier" && this.#isWord("exists")) return this.#exists();
    this.#at++;
    if (token.kind === "string") return literal({ kind: "string", value: token.value });
    if (token.kind === "variable") return { kind: "variable", name: token.value };
    if (token.kind === "number") {
      return literal({ kind: "number", value: parseNumeric(token.value) });
    }
    const word = token.kind === "identifier" ? WORDS[token.raw] : undefined;
    if (word !== undefined) return word;
    this.#at--;
    if (!this.#word("last")) throw this.#unexpected();
    if (this.#subscripts === 0) this.#misplace("LAST is allowed only in array subscripts");
    return { kind: "last" };
  }

  #symbolPrimary(symbol: string): PathNode {
    if (symbol === "$") {
      this.#at++;
      return { kind: "root" };
    }
    if (symbol === "@") {
      this.#at++;
      if (this.#filters === 0) this.#misplace("@ is not allowed in root expressions");
      return { kind: "current" };
    }
    this.#expect("(");
    const inner = this.#or();
    this.#expect(")");
    if (!this.#isWord("is") || !this.#isWord("unknown", 1)) return inner;
    this.#at += 2;
    return { kind: "isUnknown", arg: this.#predicate(inner) };
  }

  #accessors(head: PathNode): PathNode {
    let node = head;
    for (;;) {
      if (this.#symbol("[")) node = this.#subscript(node);
      else if (this.#symbol(".")) node = this.#member(node);
      else if (this.#isSymbol("?")) node = this.#filter(node);
      else return node;
    }
  }

  #filter(of: PathNode): PathNode {
    this.#at++;
    this.#expect("(");
    this.#filters++;
    const condition = this.#predicate(this.#or());
    this.#filters--;
    this.#expect(")");
    return { kind: "filter", of, condition };
  }

  #subscript(of: PathNode): PathNode {
    if (this.#isSymbol("*") && this.#isSymbol("]", 1)) {
      this.#at += 2;
      return { kind: "anyItem", of };
    }
    const subscripts: PathSubscript[] = [];
    this.#subscripts++;
    do {
      const from = this.#value(this.#or());
      subscripts.push(this.#word("to") ? { from, to: this.#value(this.#or()) } : { from });
    } while (this.#symbol(","));
    this.#subscripts--;
    this.#expect("]");
    return { kind: "index", of, subscripts };
  }

  #member(of: PathNode): PathNode {
    if (this.#symbol("**")) return this.#deep(of);
    if (this.#symbol("*")) return { kind: "anyKey", of };
    const token = this.#token();
    if (token.kind !== "identifier" && token.kind !== "string") throw this.#unexpected();
    this.#at++;
    const name = token.raw.toLowerCase();
    if (token.kind === "identifier" && this.#isSymbol("(")) {
      if (METHODS.has(name)) {
        this.#at++;
        this.#expect(")");
        return { kind: "method", of, name };
      }
      if (name === "datetime") return this.#datetime(of);
    }
    return { kind: "key", of, key: token.value };
  }

  #datetime(of: PathNode): PathNode {
    this.#at++;
    const template = this.#token().kind === "string" ? this.#string() : undefined;
    this.#expect(")");
    return template === undefined ? { kind: "datetime", of } : { kind: "datetime", of, template };
  }

  #level(): number {
    if (this.#word("last")) return LAST;
    const { kind, value } = this.#token();
    if (kind !== "number" || !/^\d+$/.test(value)) throw this.#unexpected();
    this.#at++;
    return Number(value);
  }

  #deep(of: PathNode): PathNode {
    if (!this.#symbol("{")) return { kind: "deep", of, first: 0, last: LAST };
    const first = this.#level();
    const last = this.#word("to") ? this.#level() : first;
    this.#expect("}");
    return { kind: "deep", of, first, last };
  }
}

/** Each flag once, in the order in which they are printed. */
function regexFlags(text: string): string {
  for (const flag of text) {
    if ("ismxq".includes(flag)) continue;
    throw new SqlError("42601", "invalid input syntax for type jsonpath", {
      detail: `Unrecognized flag character "${flag}" in LIKE_REGEX predicate.`,
    });
  }
  return ["i", "s", "m", "x", "q"].filter((flag) => text.includes(flag)).join("");
}

export function* jsonPathSteps(
  text: string,
  checkRegex: (pattern: string, flags: string) => void,
): Steps<JsonPath> {
  if (/^[ \t\n\r\f]*$/.test(text)) {
    throw new SqlError("22P02", `invalid input syntax for type jsonpath: "${text}"`);
  }
  return new PathParser(yield* scanPath(text), checkRegex).parse();
}

export function parseJsonPath(
  text: string,
  checkRegex: (pattern: string, flags: string) => void,
): JsonPath {
  return toEnd(jsonPathSteps(text, checkRegex));
}
