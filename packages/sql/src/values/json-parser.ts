/**
 * Reads JSON as PostgreSQL's lexer and parser do, with their error details and context line. In "check" mode (type json) nothing is built and escapes are only checked for form;
 * in "build" mode (jsonb) they are decoded.
 */
import { SqlError } from "@firstlight/common";
import type { LongCalls, Steps } from "../functions/long-call.ts";
import { LONG, flat } from "../functions/long-call.ts";
import type { JsonbNode } from "./datum.ts";
import { makeJsonbObject } from "./jsonb-order.ts";
import { MANY_MEMBERS, objectSteps } from "./jsonb-object-steps.ts";
import { parseNumeric } from "./numeric.ts";

type Token = "string" | "number" | "word" | "end" | "{" | "}" | "[" | "]" | "," | ":";

const NULL_NODE: JsonbNode = { kind: "null" };
const TRUE_NODE: JsonbNode = { kind: "boolean", value: true };
const FALSE_NODE: JsonbNode = { kind: "boolean", value: false };

/** Nesting past this would exhaust the stack of whatever walks the value. */
const DEPTH_MAX = 6400;
const CONTEXT_BYTES = 50;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z0-9_\u0080-\uffff]*/y;
const HEX4 = /^[0-9a-fA-F]{4}/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Neither quote nor backslash nor control character. */
function isPlain(code: number): boolean {
  return code !== 34 && code !== 92 && code >= 32;
}

/** What is not plain. */
// oxlint-disable-next-line no-control-regex -- JSON names these.
const SPECIAL = /[\u0000-\u001f"\\]/u;
const BLOCK_BITS = 14;
const BLOCK: number = 1 << BLOCK_BITS;
const BLOCKS_PER_STEP = 32;

/** Comma, closing bracket or brace, or blank: what follows most numbers. */
function endsToken(code: number): boolean {
  return code === 44 || code === 93 || code === 125 || code === 32 || code === 10;
}

/** A text that was added to so often is made flat: its parts take many times its memory. */
const ESCAPES_PER_PART = 4096;

/** Values that one step reads. */
const VALUES_PER_STEP = 4096;

/** A container whose end is not read yet. */
interface Open {
  readonly isArray: boolean;
  readonly items: JsonbNode[];
  readonly entries: [string, JsonbNode][];
  /** Of an object: of the value that is read next. */
  key: string;
}

type Entry = readonly [string, JsonbNode];

interface OpenObject {
  readonly kind: "object";
  entries: readonly Entry[];
}

function* sortedMembers(members: readonly Entry[]): Steps<readonly Entry[]> {
  const object = yield* objectSteps(members);
  return object.kind === "object" ? object.entries : [];
}

const NO_ITEMS: JsonbNode[] = [];
const NO_ENTRIES: [string, JsonbNode][] = [];

export type JsonMode = "check" | "build";

export class JsonParser {
  readonly #text: string;
  readonly #build: boolean;
  /** Any but "end" until the first token is known: an error there is not one at the end. */
  #token: Token = ",";
  #tokenStart = 0;
  #tokenEnd = 0;
  #line = 1;
  #lineStart = 0;
  #string = "";
  /** By block of the text: whether nothing in it ends a string or has to be looked at. */
  #plain: Uint8Array | undefined;
  /** Outermost first. */
  readonly #open: Open[] = [];
  #root: JsonbNode = NULL_NODE;
  /** Objects of many members are put in order at the end, in steps. */
  #sortsLater = false;
  readonly #unsorted: { readonly object: OpenObject; readonly entries: Entry[] }[] = [];

  constructor(text: string, mode: JsonMode) {
    this.#text = text;
    this.#build = mode === "build";
  }

  parse(): JsonbNode {
    this.#advance();
    while (!this.#run(VALUES_PER_STEP));
    return this.#root;
  }

  /** The same in steps. */
  *steps(): Steps<JsonbNode> {
    yield* this.#findPlain();
    this.#advance();
    this.#sortsLater = true;
    while (!this.#run(VALUES_PER_STEP)) yield;
    for (const { object, entries } of this.#unsorted) {
      object.entries = yield* sortedMembers(entries);
    }
    return this.#root;
  }

  /** Long strings are one token each: what of them needs no look is found before, in steps. */
  *#findPlain(): Steps<void> {
    const text = this.#text;
    const plain = new Uint8Array(text.length >> BLOCK_BITS);
    for (let block = 0; block < plain.length; block++) {
      const from = block << BLOCK_BITS;
      if (!SPECIAL.test(text.slice(from, from + BLOCK))) plain[block] = 1;
      if (block % BLOCKS_PER_STEP === 0) yield;
    }
    this.#plain = plain;
  }

  /** The first character from `at` on that is not plain, or the end. */
  #plainEnd(at: number): number {
    const text = this.#text;
    for (;;) {
      const block = at >> BLOCK_BITS;
      const end = Math.min(text.length, (block + 1) << BLOCK_BITS);
      if (this.#plain?.[block] === 1) at = end;
      else while (at < end && isPlain(text.charCodeAt(at))) at++;
      if (at < end || at >= text.length) return at;
    }
  }

  /** So many values, containers counted when they open; true at the end of the text. */
  #run(values: number): boolean {
    for (let left = values; left > 0; left--) {
      const node = this.#valueOrOpened();
      if (node !== undefined && this.#completed(node)) return true;
    }
    return false;
  }

  /** Undefined: a container was opened, and the token is that of its first value. */
  #valueOrOpened(): JsonbNode | undefined {
    switch (this.#token) {
      case "{":
        return this.#openObject();
      case "[":
        return this.#openArray();
      case "string": {
        const value = this.#string;
        this.#advance();
        return this.#build ? { kind: "string", value } : NULL_NODE;
      }
      case "number":
        return this.#number();
      case "word":
        return this.#word();
      case "end":
      case "}":
      case "]":
      case ",":
      case ":":
        throw this.#unexpected("Expected JSON value");
    }
  }

  #checkDepth(): void {
    if (this.#open.length < DEPTH_MAX) return;
    throw new SqlError("54001", "stack depth limit exceeded");
  }

  #openObject(): JsonbNode | undefined {
    this.#checkDepth();
    this.#advance();
    if (this.#token === "string") {
      const key = this.#key();
      this.#open.push({ isArray: false, items: NO_ITEMS, entries: [], key });
      return undefined;
    }
    if (this.#token !== "}") throw this.#unexpected('Expected string or "}"');
    this.#advance();
    return this.#build ? makeJsonbObject([]) : NULL_NODE;
  }

  #openArray(): JsonbNode | undefined {
    this.#checkDepth();
    this.#advance();
    if (this.#token === "]") {
      this.#advance();
      return { kind: "array", items: [] };
    }
    this.#open.push({ isArray: true, items: [], entries: NO_ENTRIES, key: "" });
    return undefined;
  }

  #key(): string {
    const key = this.#string;
    this.#advance();
    if (this.#token !== ":") throw this.#unexpected('Expected ":"');
    this.#advance();
    return key;
  }

  /** Puts a value where it belongs, and closes what ends behind it; true at the end of the text. */
  #completed(value: JsonbNode): boolean {
    let node = value;
    for (;;) {
      const container = this.#open[this.#open.length - 1];
      if (container === undefined) {
        if (this.#token !== "end") throw this.#unexpected("Expected end of input");
        this.#root = node;
        return true;
      }
      const closed = container.isArray
        ? this.#item(container, node)
        : this.#member(container, node);
      if (closed === undefined) return false;
      this.#open.pop();
      node = closed;
    }
  }

  #item({ items }: Open, node: JsonbNode): JsonbNode | undefined {
    if (this.#build) items.push(node);
    if (this.#token === ",") {
      this.#advance();
      return undefined;
    }
    if (this.#token !== "]") throw this.#unexpected('Expected "," or "]"');
    this.#advance();
    return { kind: "array", items };
  }

  #member(object: Open, node: JsonbNode): JsonbNode | undefined {
    if (this.#build) object.entries.push([object.key, node]);
    if (this.#token === ",") {
      this.#advance();
      if ((this.#token as Token) !== "string") throw this.#unexpected("Expected string");
      object.key = this.#key();
      return undefined;
    }
    if (this.#token !== "}") throw this.#unexpected('Expected "," or "}"');
    this.#advance();
    return this.#build ? this.#object(object.entries) : NULL_NODE;
  }

  #object(entries: [string, JsonbNode][]): JsonbNode {
    if (!this.#sortsLater || entries.length < MANY_MEMBERS) return makeJsonbObject(entries);
    const object: OpenObject = { kind: "object", entries: [] };
    this.#unsorted.push({ object, entries });
    return object;
  }

  #number(): JsonbNode {
    const text = this.#text.slice(this.#tokenStart, this.#tokenEnd);
    const node: JsonbNode = this.#build ? { kind: "number", value: parseNumeric(text) } : NULL_NODE;
    this.#advance();
    return node;
  }

  #word(): JsonbNode {
    const word = this.#text.slice(this.#tokenStart, this.#tokenEnd);
    this.#advance();
    if (word === "null") return NULL_NODE;
    return word === "true" ? TRUE_NODE : FALSE_NODE;
  }

  #advance(): void {
    const text = this.#text;
    let at = this.#tokenEnd;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10) {
        this.#line++;
        this.#lineStart = at + 1;
      } else if (code !== 32 && code !== 9 && code !== 13) {
        break;
      }
    }
    this.#tokenStart = at;
    this.#tokenEnd = at;
    if (at >= text.length) {
      this.#token = "end";
      return;
    }
    const first = text.charAt(at);
    switch (first) {
      case "{":
      case "}":
      case "[":
      case "]":
      case ",":
      case ":":
        this.#token = first;
        this.#tokenEnd = at + 1;
        return;
      case '"':
        this.#token = "string";
        this.#lexString(at + 1);
        return;
      default:
        this.#lexWordOrNumber(at, first);
    }
  }

  #lexWordOrNumber(at: number, first: string): void {
    WORD.lastIndex = at;
    if (first === "-" || (first >= "0" && first <= "9")) {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(this.#text)?.[0] ?? "";
      this.#tokenEnd = at + number.length;
      this.#token = "number";
      const valid = number !== "";
      if (valid && endsToken(this.#text.charCodeAt(this.#tokenEnd))) return;
      this.#skipJunk(valid ? this.#tokenEnd : at + 1, number);
      return;
    }
    const word = WORD.exec(this.#text)?.[0] ?? "";
    this.#tokenEnd = at + Math.max(word.length, 1);
    if (word !== "true" && word !== "false" && word !== "null") throw this.#invalidToken();
    this.#token = "word";
  }

  /** A number must not run into letters, nor end in a lone "." or "e". */
  #skipJunk(from: number, number: string): void {
    let end = from;
    let bad = number === "";
    const exponent = /[eE]/.test(number);
    const unfinished = exponent ? /^$/ : number.includes(".") ? /^[eE][+-]?/ : /^(?:\.|[eE][+-]?)/;
    const tail = unfinished.exec(this.#text.slice(from, from + 2) || " ")?.[0];
    if (tail !== undefined) {
      bad = true;
      end += tail.length;
    }
    WORD.lastIndex = end;
    const junk = WORD.exec(this.#text)?.[0] ?? "";
    end += junk.length;
    if (!bad && junk === "") return;
    this.#tokenEnd = end;
    throw this.#invalidToken();
  }

  #lexString(from: number): void {
    const text = this.#text;
    const parts: string[] = [];
    let at = from;
    let value = "";
    let escapes = 0;
    for (;;) {
      const start = at;
      at = this.#plainEnd(at);
      if (this.#build) value += text.slice(start, at);
      if (at >= text.length) {
        this.#tokenEnd = at;
        throw this.#invalidToken();
      }
      const code = text.charCodeAt(at);
      if (code === 34) break;
      if (code !== 92) {
        this.#tokenEnd = at;
        const shown = code.toString(16).padStart(2, "0");
        throw this.#error(`Character with value 0x${shown} must be escaped.`);
      }
      const decoded = this.#escape(at + 1);
      value += decoded.value;
      at = decoded.end;
      if (++escapes % ESCAPES_PER_PART > 0) continue;
      parts.push(flat(value));
      value = "";
    }
    this.#tokenEnd = at + 1;
    this.#string = parts.length === 0 ? value : parts.join("") + value;
  }

  #escape(at: number): { readonly value: string; readonly end: number } {
    const letter = this.#text.charAt(at);
    if (letter === "") {
      this.#tokenEnd = at;
      throw this.#invalidToken();
    }
    if (letter === "u") return this.#unicodeEscape(at + 1);
    const value = ESCAPES[letter];
    if (value === undefined) {
      this.#tokenStart = at;
      this.#tokenEnd = at + String.fromCodePoint(this.#text.codePointAt(at) ?? 0).length;
      throw this.#error(`Escape sequence "\\${this.#tokenText()}" is invalid.`);
    }
    return { value, end: at + 1 };
  }

  #hex4(at: number): number {
    const digits = HEX4.exec(this.#text.slice(at, at + 4))?.[0];
    if (digits !== undefined) return Number.parseInt(digits, 16);
    let end = at;
    while (end < at + 4 && /^[0-9a-fA-F]/.test(this.#text.charAt(end))) end++;
    this.#tokenEnd = Math.min(end + 1, this.#text.length);
    if (end >= this.#text.length) throw this.#invalidToken();
    throw this.#error('"\\u" must be followed by four hexadecimal digits.');
  }

  #unicodeEscape(at: number): { readonly value: string; readonly end: number } {
    const unit = this.#hex4(at);
    let end = at + 4;
    if (!this.#build) return { value: "", end };
    this.#tokenEnd = end;
    if (unit === 0) {
      throw this.#error("\\u0000 cannot be converted to text.", "unsupportedEscape");
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) throw this.#loneSurrogate();
    if (unit < 0xd800 || unit > 0xdbff) return { value: String.fromCharCode(unit), end };
    if (this.#text.slice(end, end + 2) !== "\\u") throw this.#surrogateWithoutNext(end);
    const low = this.#hex4(end + 2);
    end += 6;
    this.#tokenEnd = end;
    if (low >= 0xd800 && low <= 0xdbff) {
      throw this.#error("Unicode high surrogate must not follow a high surrogate.");
    }
    if (low < 0xdc00 || low > 0xdfff) throw this.#loneSurrogate();
    return { value: String.fromCharCode(unit, low), end };
  }

  /** The offending character is the one in whose place a low surrogate had to be. */
  #surrogateWithoutNext(end: number): SqlError {
    const at = this.#text.charAt(end) === "\\" ? end + 1 : end;
    const next = this.#text.codePointAt(at);
    this.#tokenEnd = at + (next === undefined ? 0 : String.fromCodePoint(next).length);
    return next === undefined ? this.#invalidToken() : this.#loneSurrogate();
  }

  #loneSurrogate(): SqlError {
    return this.#error("Unicode low surrogate must follow a high surrogate.");
  }

  #tokenText(): string {
    return this.#text.slice(this.#tokenStart, this.#tokenEnd);
  }

  #unexpected(expectation: string): SqlError {
    if (this.#token === "end") return this.#error("The input string ended unexpectedly.");
    return this.#error(`${expectation}, but found "${this.#tokenText()}".`);
  }

  #invalidToken(): SqlError {
    return this.#error(`Token "${this.#tokenText()}" is invalid.`);
  }

  #error(detail: string, kind: "syntax" | "unsupportedEscape" = "syntax"): SqlError {
    const fields = { detail, where: this.#context() };
    return kind === "syntax"
      ? new SqlError("22P02", "invalid input syntax for type json", fields)
      : new SqlError("22P05", "unsupported Unicode escape sequence", fields);
  }

  /** report_json_context: the line up to the offending token, at most about 50 bytes of it. */
  #context(): string {
    const text = this.#text;
    const end = this.#tokenEnd;
    let start = Math.max(this.#lineStart, end - CONTEXT_BYTES);
    while (Buffer.byteLength(text.slice(start, end)) >= CONTEXT_BYTES) start++;
    if (start - this.#lineStart <= 3) start = this.#lineStart;
    const prefix = start > this.#lineStart ? "..." : "";
    const next = text.charAt(end);
    const more = this.#token !== "end" && next !== "" && next !== "\n" && next !== "\r";
    return `JSON data, line ${this.#line}: ${prefix}${text.slice(start, end)}${more ? "..." : ""}`;
  }
}

/** json_in: the text itself, once it is known to be JSON. */
export function checkJson(text: string, longCalls?: LongCalls): string {
  const parser = new JsonParser(text, "check");
  if (text.length <= LONG || longCalls === undefined) parser.parse();
  else longCalls.run(() => parser.steps());
  return text;
}
