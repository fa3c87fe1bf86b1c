/**
 * Numeric templates of to_char and to_number: their parts and the description that the whole
 * template amounts to (formatting.c: NUMDesc_prepare).
 */
import { SqlError } from "@firstlight/common";
import { toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { eachNode, foundAnew } from "./template-nodes.ts";

export type NumberKey =
  | ","
  | "."
  | "0"
  | "9"
  | "B"
  | "D"
  | "EEEE"
  | "FM"
  | "G"
  | "L"
  | "MI"
  | "PL"
  | "PR"
  | "RN"
  | "rn"
  | "S"
  | "SG"
  | "SP"
  | "TH"
  | "th"
  | "V";

export type NumberNode =
  | { readonly kind: "key"; readonly key: NumberKey }
  | { readonly kind: "literal"; readonly text: string };

export interface NumberFormat {
  readonly nodes: Iterable<NumberNode>;
  readonly pre: number;
  readonly post: number;
  readonly multi: number;
  readonly zeroStart: number;
  readonly zeroEnd: number;
  readonly sign: "none" | "pre" | "post";
  readonly preSign: number;
  readonly flags: ReadonlySet<Flag>;
}

export type Flag =
  | "decimal"
  | "zero"
  | "blank"
  | "fill"
  | "sign"
  | "bracket"
  | "minus"
  | "plus"
  | "roman"
  | "multi"
  | "exponent";

const KEYS: readonly string[] = "EEEE FM MI PL PR RN SG SP TH , . 0 9 B D G L S V".split(" ");

interface WrittenKey {
  readonly text: string;
  readonly node: NumberNode;
}

/** As they are written, by their first character, and the key that each one is. */
const WRITTEN: ReadonlyMap<string, readonly WrittenKey[]> = writtenKeys();

function writtenKeys(): ReadonlyMap<string, readonly WrittenKey[]> {
  const written = new Map<string, readonly WrittenKey[]>();
  for (const key of KEYS) {
    for (const text of new Set([key, key.toLowerCase()])) {
      const meant = (key === "RN" || key === "TH" ? text : key) as NumberKey;
      const others = written.get(text.charAt(0)) ?? [];
      written.set(text.charAt(0), [...others, { text, node: { kind: "key", key: meant } }]);
    }
  }
  return written;
}

function keyAt(template: string, at: number): WrittenKey | undefined {
  return WRITTEN.get(template.charAt(at))?.find(({ text }) => template.startsWith(text, at));
}

/** A quoted text, an escaped quote, or one character. */
function* nodesOf(template: string): Generator<NumberNode, void, void> {
  for (let at = 0; at < template.length;) {
    const found = keyAt(template, at);
    if (found !== undefined) {
      yield found.node;
      at += found.text.length;
    } else if (template[at] === '"') {
      at = yield* quotedNodes(template, at + 1);
    } else {
      if (template[at] === "\\" && template[at + 1] === '"') at++;
      const node = characterAt(template, at);
      yield node;
      at += node.text.length;
    }
  }
}

function characterAt(template: string, at: number): NumberNode & { readonly kind: "literal" } {
  return { kind: "literal", text: String.fromCodePoint(template.codePointAt(at) ?? 0) };
}

/** Returns where the text goes on behind them. */
function* quotedNodes(template: string, from: number): Generator<NumberNode, number, void> {
  let at = from;
  while (at < template.length && template[at] !== '"') {
    if (template[at] === "\\" && at + 1 < template.length) at++;
    const node = characterAt(template, at);
    yield node;
    at += node.text.length;
  }
  return at + 1;
}

function syntaxError(message: string, detail?: string): SqlError {
  return new SqlError("42601", message, { detail });
}

class Description {
  pre = 0;
  post = 0;
  multi = 0;
  zeroStart = 0;
  zeroEnd = 0;
  sign: NumberFormat["sign"] = "none";
  preSign = 0;
  readonly flags = new Set<Flag>();

  add(key: NumberKey): void {
    if (this.flags.has("exponent") && key !== "EEEE") {
      throw syntaxError('"EEEE" must be the last pattern used');
    }
    switch (key) {
      case "9":
        return this.#nine();
      case "0":
        return this.#zero();
      case "B":
        if (this.pre === 0 && this.post === 0 && !this.flags.has("zero")) this.flags.add("blank");
        return;
      case "D":
      case ".":
        return this.#point();
      case "FM":
        this.flags.add("fill");
        return;
      case "S":
        return this.#lockedSign();
      case "MI":
      case "PL":
      case "SG":
        return this.#freeSign(key);
      case "PR":
        return this.#bracket();
      case "RN":
      case "rn":
        this.flags.add("roman");
        return;
      case "V":
        if (this.flags.has("decimal")) {
          throw syntaxError('cannot use "V" and decimal point together');
        }
        this.flags.add("multi");
        return;
      case "EEEE":
        return this.#exponent();
      case ",":
      case "G":
      case "L":
      case "SP":
      case "TH":
      case "th":
        return;
    }
  }

  #has(...flags: readonly Flag[]): boolean {
    return flags.some((flag) => this.flags.has(flag));
  }

  #nine(): void {
    if (this.#has("bracket")) throw syntaxError('"9" must be ahead of "PR"');
    if (this.#has("multi")) this.multi++;
    else if (this.#has("decimal")) this.post++;
    else this.pre++;
  }

  #zero(): void {
    if (this.#has("bracket")) throw syntaxError('"0" must be ahead of "PR"');
    if (!this.#has("zero", "decimal")) {
      this.flags.add("zero");
      this.zeroStart = this.pre + 1;
    }
    if (this.#has("decimal")) this.post++;
    else this.pre++;
    this.zeroEnd = this.pre + this.post;
  }

  #point(): void {
    if (this.#has("decimal")) throw syntaxError("multiple decimal points");
    if (this.#has("multi")) throw syntaxError('cannot use "V" and decimal point together');
    this.flags.add("decimal");
  }

  #lockedSign(): void {
    if (this.#has("sign")) throw syntaxError('cannot use "S" twice');
    if (this.#has("plus", "minus", "bracket")) {
      throw syntaxError('cannot use "S" and "PL"/"MI"/"SG"/"PR" together');
    }
    this.flags.add("sign");
    if (this.#has("decimal")) this.sign = "post";
    else {
      this.sign = "pre";
      this.preSign = this.pre;
    }
  }

  #freeSign(key: "MI" | "PL" | "SG"): void {
    if (this.#has("sign")) throw syntaxError(`cannot use "S" and "${key}" together`);
    if (key !== "PL") this.flags.add("minus");
    if (key !== "MI") this.flags.add("plus");
  }

  #bracket(): void {
    if (this.#has("sign", "plus", "minus")) {
      throw syntaxError('cannot use "PR" and "S"/"PL"/"MI"/"SG" together');
    }
    this.flags.add("bracket");
  }

  #exponent(): void {
    if (this.#has("exponent")) throw syntaxError('cannot use "EEEE" twice');
    if (this.#has("blank", "fill", "sign", "bracket", "minus", "plus", "roman", "multi")) {
      throw syntaxError(
        '"EEEE" is incompatible with other formats',
        '"EEEE" may only be used together with digit and decimal point patterns.',
      );
    }
    this.flags.add("exponent");
  }
}

function* describe(nodes: Iterable<NumberNode>): Steps<NumberFormat> {
  const description = new Description();
  yield* eachNode(nodes, (node) => {
    if (node.kind === "key") description.add(node.key);
    return undefined;
  });
  const { pre, post, multi, zeroStart, zeroEnd, sign, preSign, flags } = description;
  return { nodes, pre, post, multi, zeroStart, zeroEnd, sign, preSign, flags };
}

/** Of a long template. */
export function longNumberFormat(template: string): Steps<NumberFormat> {
  return describe(foundAnew(() => nodesOf(template)));
}

export function parseNumberFormat(template: string): NumberFormat {
  return toEnd(describe([...nodesOf(template)]));
}
