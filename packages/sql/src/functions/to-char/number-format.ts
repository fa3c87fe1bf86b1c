/**
 * Numeric templates of to_char and to_number: their parts and the description that the whole
 * template amounts to (formatting.c: NUMDesc_prepare).
 */
import { SqlError } from "@firstlight/common";

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
  readonly nodes: readonly NumberNode[];
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

/** As they are written, by their first character, and the key that each one is. */
const WRITTEN: ReadonlyMap<string, readonly (readonly [string, NumberKey])[]> = writtenKeys();

function writtenKeys(): ReadonlyMap<string, readonly (readonly [string, NumberKey])[]> {
  const written = new Map<string, (readonly [string, NumberKey])[]>();
  for (const key of KEYS) {
    for (const text of new Set([key, key.toLowerCase()])) {
      const meant = key === "RN" || key === "TH" ? text : key;
      const first = written.get(text.charAt(0)) ?? [];
      written.set(text.charAt(0), [...first, [text, meant as NumberKey]]);
    }
  }
  return written;
}

function keyAt(template: string, at: number): { key: NumberKey; length: number } | undefined {
  for (const [text, key] of WRITTEN.get(template.charAt(at)) ?? []) {
    if (template.startsWith(text, at)) return { key, length: text.length };
  }
  return undefined;
}

function scan(template: string): NumberNode[] {
  const nodes: NumberNode[] = [];
  for (let at = 0; at < template.length;) {
    const found = keyAt(template, at);
    if (found !== undefined) {
      nodes.push({ kind: "key", key: found.key });
      at += found.length;
      continue;
    }
    const literal = literalAt(template, at);
    for (const text of literal.text) nodes.push({ kind: "literal", text });
    at = literal.end;
  }
  return nodes;
}

/** A quoted text, an escaped quote, or one character. */
export function literalAt(template: string, at: number): { text: string; end: number } {
  if (template[at] === '"') return quotedAt(template, at + 1);
  const start = template[at] === "\\" && template[at + 1] === '"' ? at + 1 : at;
  const text = String.fromCodePoint(template.codePointAt(start) ?? 0);
  return { text, end: start + text.length };
}

function quotedAt(template: string, from: number): { text: string; end: number } {
  let text = "";
  let at = from;
  while (at < template.length && template[at] !== '"') {
    if (template[at] === "\\" && at + 1 < template.length) at++;
    text += template[at] ?? "";
    at++;
  }
  return { text, end: at + 1 };
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

export function parseNumberFormat(template: string): NumberFormat {
  const nodes = scan(template);
  const description = new Description();
  for (const node of nodes) if (node.kind === "key") description.add(node.key);
  const { pre, post, multi, zeroStart, zeroEnd, sign, preSign, flags } = description;
  return { nodes, pre, post, multi, zeroStart, zeroEnd, sign, preSign, flags };
}
