/**
 * Values of type json are their text. This walks a text that json's input function has accepted and
 * says where each part lies, so that parts are returned as they were written.
 */
import { parseJsonb } from "../../values/jsonb.ts";
import { ELEMENTS_PER_STEP } from "../long-call.ts";
import type { Steps } from "../long-call.ts";

export type RawKind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** What is inside is read when it is asked for. */
export interface RawNode {
  readonly kind: RawKind;
  /** The text of the node without blanks around it. */
  readonly text: string;
  /** In the order of the text, duplicates kept; keys are decoded. */
  readonly members: readonly (readonly [key: string, value: RawNode])[];
  readonly items: readonly RawNode[];
}

const KINDS: Readonly<Record<string, RawKind>> = {
  "{": "object",
  "[": "array",
  '"': "string",
  t: "boolean",
  f: "boolean",
  n: "null",
};

/** Decoding follows jsonb's rules: \u0000 and lone surrogates are errors. */
export function decodeString(text: string): string {
  if (!text.includes("\\")) return text.slice(1, -1);
  const { root } = parseJsonb(text);
  return root.kind === "string" ? root.value : "";
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];

function opens(code: number): boolean {
  return code === 123 || code === 91;
}

function closes(code: number): boolean {
  return code === 125 || code === 93;
}

/** Characters that are looked at before native code is asked. */
const SHORT = 64;

/** Behind the string that begins here. */
function endOfString(text: string, start: number): number {
  const near = Math.min(text.length, start + SHORT);
  let at = start + 1;
  for (; at < near; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return endOfLongString(text, at);
}

/** A quote behind an odd number of backslashes is one of them. */
function endOfLongString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((at - first) % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Reads what stands between the brackets of a container, or around a value. */
class RawReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#at = from;
  }

  value(): RawNode {
    this.#blanks();
    const start = this.#at;
    const first = this.#text.charCodeAt(start);
    if (opens(first)) this.#passContainer();
    else if (first === QUOTE) this.#at = endOfString(this.#text, start);
    else this.#passWord();
    return new RawPart(this.#text.slice(start, this.#at));
  }

  /** A key and its colon. */
  key(): string {
    this.#blanks();
    const start = this.#at;
    this.#at = endOfString(this.#text, start);
    const key = decodeString(this.#text.slice(start, this.#at));
    this.#passed(COLON);
    return key;
  }

  /** Whether there is another one behind the comma that is passed. */
  hasMore(): boolean {
    return this.#passed(COMMA);
  }

  isEmpty(): boolean {
    this.#blanks();
    return closes(this.#text.charCodeAt(this.#at));
  }

  #passed(code: number): boolean {
    this.#blanks();
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at++;
    return true;
  }

  #blanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      this.#at++;
    }
  }

  #passWord(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code <= 32 || code === COMMA || closes(code)) return;
    }
  }

  #passContainer(): void {
    const text = this.#text;
    let depth = 0;
    let at = this.#at;
    do {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        at = endOfString(text, at);
        continue;
      }
      if (opens(code)) depth++;
      else if (closes(code)) depth--;
      at++;
    } while (depth > 0 && at < text.length);
    this.#at = at;
  }
}

class RawPart implements RawNode {
  readonly text: string;
  #members: readonly (readonly [string, RawNode])[] | undefined;
  #items: readonly RawNode[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get kind(): RawKind {
    return KINDS[this.text.charAt(0)] ?? "number";
  }

  get members(): readonly (readonly [string, RawNode])[] {
    return (this.#members ??= [...eachMember(this)]);
  }

  get items(): readonly RawNode[] {
    return (this.#items ??= [...eachItem(this)]);
  }
}

/** The members of an object one by one. */
export function* eachMember({ kind, text }: RawNode): Generator<readonly [string, RawNode]> {
  if (kind !== "object") return;
  const reader = new RawReader(text, 1);
  if (reader.isEmpty()) return;
  do yield [reader.key(), reader.value()];
  while (reader.hasMore());
}

/** The items of an array one by one. */
export function* eachItem({ kind, text }: RawNode): Generator<RawNode> {
  if (kind !== "array") return;
  const reader = new RawReader(text, 1);
  if (reader.isEmpty()) return;
  do yield reader.value();
  while (reader.hasMore());
}

export function readRaw(text: string): RawNode {
  return new RawPart(text.trim());
}

export function* countItems(node: RawNode): Steps<number> {
  let count = 0;
  for (const _item of eachItem(node)) if (++count % ELEMENTS_PER_STEP === 0) yield;
  return count;
}

/** rawElement in steps; negative ones count from the end. */
export function* elementSteps(node: RawNode, index: number): Steps<RawNode | undefined> {
  const wanted = index < 0 ? (yield* countItems(node)) + index : index;
  let at = 0;
  for (const item of eachItem(node)) {
    if (at === wanted) return item;
    if (++at % ELEMENTS_PER_STEP === 0) yield;
  }
  return undefined;
}

/** rawMember in steps. */
export function* memberSteps(node: RawNode, key: string): Steps<RawNode | undefined> {
  let found: RawNode | undefined;
  let passed = 0;
  for (const [name, value] of eachMember(node)) {
    if (name === key) found = value;
    if (++passed % ELEMENTS_PER_STEP === 0) yield;
  }
  return found;
}

export function rawElement(node: RawNode, index: number): RawNode | undefined {
  return node.items[index < 0 ? node.items.length + index : index];
}

/** Of equal keys the last one counts. */
export function rawMember(node: RawNode, key: string): RawNode | undefined {
  let found: RawNode | undefined;
  for (const [name, value] of node.members) if (name === key) found = value;
  return found;
}

/** The text that ->> gives: null for JSON's null, strings decoded. */
export function rawText(node: RawNode): string | null {
  if (node.kind === "null") return null;
  return node.kind === "string" ? decodeString(node.text) : node.text;
}
