/**
 * Values of type json are their text. This walks a text that json's input function has accepted and
 * says where each part lies, so that parts are returned as they were written.
 */
import { parseJsonb } from "../../values/jsonb.ts";

export type RawKind = "object" | "array" | "string" | "number" | "boolean" | "null";

export interface RawNode {
  readonly kind: RawKind;
  /** The text of the node without blanks around it. */
  readonly text: string;
  /** In the order of the text, duplicates kept; keys are decoded. */
  readonly members: readonly (readonly [key: string, value: RawNode])[];
  readonly items: readonly RawNode[];
}

const BLANKS = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\[^])*"/y;
const WORD = /[^ \t\n\r,\]}]+/y;
const NONE: readonly never[] = [];

const KINDS: Readonly<Record<string, RawKind>> = { t: "boolean", f: "boolean", n: "null" };

/** Decoding follows jsonb's rules: \u0000 and lone surrogates are errors. */
export function decodeString(text: string): string {
  if (!text.includes("\\")) return text.slice(1, -1);
  const { root } = parseJsonb(text);
  return root.kind === "string" ? root.value : "";
}

class RawReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): RawNode {
    this.#blanks();
    const start = this.#at;
    const first = this.#text[start] ?? "";
    if (first === "{") return this.#object(start);
    if (first === "[") return this.#array(start);
    if (first === '"') return this.#leaf("string", this.#take(STRING));
    return this.#leaf(KINDS[first] ?? "number", this.#take(WORD));
  }

  #leaf(kind: RawKind, text: string): RawNode {
    return { kind, text, members: NONE, items: NONE };
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #blanks(): void {
    this.#take(BLANKS);
  }

  /** Consumes `character` after blanks if it is next. */
  #skip(character: string): boolean {
    this.#blanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #object(start: number): RawNode {
    const members: [string, RawNode][] = [];
    this.#at++;
    if (!this.#skip("}")) {
      do {
        this.#blanks();
        const key = decodeString(this.#take(STRING));
        this.#skip(":");
        members.push([key, this.read()]);
      } while (this.#skip(","));
      this.#skip("}");
    }
    return { kind: "object", text: this.#text.slice(start, this.#at), members, items: NONE };
  }

  #array(start: number): RawNode {
    const items: RawNode[] = [];
    this.#at++;
    if (!this.#skip("]")) {
      do items.push(this.read());
      while (this.#skip(","));
      this.#skip("]");
    }
    return { kind: "array", text: this.#text.slice(start, this.#at), members: NONE, items };
  }
}

export function readRaw(text: string): RawNode {
  return new RawReader(text).read();
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
