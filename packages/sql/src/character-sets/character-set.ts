/**
 * Text in other encodings than UTF-8, both ways, as PostgreSQL's own conversions have it. All of
 * these encodings have ASCII in the bytes below 0x80.
 */
import { isAscii } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import { SqlError } from "@firstlight/common";
import { CHARACTER_SETS } from "../catalog-data/character-sets.ts";
import { lazy } from "../catalog/lazy.ts";
import { sequencesOf } from "./byte-sequences.ts";
import { basicFourByteCodes, supplementaryCharacter, supplementaryCode } from "./gb18030.ts";
import type { SequenceAt } from "./byte-sequences.ts";

const ASCII_END = 0x80;
const GB18030 = "GB18030";

/** By the name of the encoding: what CHARACTER_SETS has of it. */
const lines = lazy((): ReadonlyMap<string, string> => {
  const text = inflateRawSync(Buffer.from(CHARACTER_SETS, "base64")).toString("utf8");
  return new Map(text.split("\n").map((line) => [line.slice(0, line.indexOf("\t")), line]));
});

const loaded = new Map<string, CharacterSet>();

/** Undefined for encodings that are not here, and for those that need no conversion. */
export function characterSet(encoding: string): CharacterSet | undefined {
  if (encoding === "UTF8" || encoding === "SQL_ASCII") return undefined;
  const known = loaded.get(encoding);
  if (known !== undefined) return known;
  const line = lines().get(encoding);
  if (line === undefined) return undefined;
  const [, characters = "", exceptions = "", combined = ""] = line.split("\t");
  const set = new CharacterSet(encoding, characters, exceptions, combined);
  loaded.set(encoding, set);
  return set;
}

/** Codes and characters of runs such as `81a0:abc`. */
function* codes(text: string): Generator<readonly [code: number, character: string]> {
  for (const run of text.split(" ")) {
    const colon = run.indexOf(":");
    let code = Number.parseInt(run.slice(0, colon), 16);
    for (const character of run.slice(colon + 1)) yield [code++, character];
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
}

/** 22P05. */
function noEquivalent(bytes: Uint8Array, from: string, to: string): SqlError {
  return new SqlError(
    "22P05",
    `character with byte sequence ${hex(bytes)} in encoding "${from}" has no equivalent in encoding "${to}"`,
  );
}

/** Where bytes that are ASCII in any encoding end. */
function plainEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === 0 || byte >= ASCII_END) break;
  }
  return at;
}

const FEW = 16;

/** Not one by one: JavaScript would keep a text of as many parts. */
function asciiText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start < FEW) return String.fromCharCode(...bytes.subarray(start, end));
  const { buffer, byteOffset } = bytes;
  return Buffer.from(buffer, byteOffset + start, end - start).toString("latin1");
}

export class CharacterSet {
  readonly encoding: string;
  readonly #sequenceAt: SequenceAt;
  /** By the number that a character's bytes are, the first one highest. */
  readonly #characters = new Map<number, string>();
  readonly #codes = new Map<string, number>();
  readonly #asAscii = new Map<string, string>();
  /** Of two characters that are one of the encoding: by the first one, codes by the second. */
  readonly #pairs = new Map<string, Map<string, number>>();

  constructor(encoding: string, characters: string, exceptions: string, combined: string) {
    this.encoding = encoding;
    this.#addPairs(combined);
    this.#sequenceAt = sequencesOf(encoding);
    for (const [code, character] of codes(characters)) {
      this.#characters.set(code, character);
      if (!this.#codes.has(character)) this.#codes.set(character, code);
    }
    if (encoding === GB18030) this.#addFourBytes();
    if (exceptions === "") return;
    for (const [code, character] of codes(exceptions)) {
      if (code === 0) this.#codes.delete(character);
      else this.#codes.set(character, code);
      if (code > 0 && code < ASCII_END) this.#asAscii.set(character, String.fromCharCode(code));
    }
  }

  #addPairs(combined: string): void {
    if (combined === "") return;
    for (const each of combined.split(" ")) {
      const [hexadecimal = "", pair = ""] = each.split(":");
      const code = Number.parseInt(hexadecimal, 16);
      const [first = "", second = ""] = pair;
      this.#characters.set(code, pair);
      const seconds = this.#pairs.get(first) ?? new Map<string, number>();
      this.#pairs.set(first, seconds.set(second, code));
    }
  }

  #addFourBytes(): void {
    const two = new Set(this.#codes.keys());
    for (const [code, character] of basicFourByteCodes((each) => two.has(each))) {
      this.#characters.set(code, character);
      if (!this.#codes.has(character)) this.#codes.set(character, code);
    }
  }

  /** 22021 for bytes that are no text, 22P05 for characters that Unicode does not have. */
  decode(bytes: Uint8Array, start: number = 0, end: number = bytes.length): string {
    let text = "";
    for (let at = start; at < end;) {
      const plain = plainEnd(bytes, at, end);
      if (plain > at) {
        text += asciiText(bytes, at, plain);
        at = plain;
        continue;
      }
      const { length, isValid } = this.#sequenceAt(bytes, at, end);
      if (!isValid) throw this.#invalid(bytes.subarray(at, Math.min(at + length, end)));
      text += this.#character(bytes.subarray(at, at + length));
      at += length;
    }
    return text;
  }

  #character(bytes: Uint8Array): string {
    let code = 0;
    for (const byte of bytes) code = code * 256 + byte;
    const character = this.#characters.get(code) ?? this.#beyond(code);
    if (character !== undefined) return character;
    throw noEquivalent(bytes, this.encoding, "UTF8");
  }

  #beyond(code: number): string | undefined {
    return this.encoding === GB18030 ? supplementaryCharacter(code) : undefined;
  }

  #invalid(bytes: Uint8Array): SqlError {
    const text = `invalid byte sequence for encoding "${this.encoding}": ${hex(bytes)}`;
    return new SqlError("22021", text);
  }

  /** 22P05 for characters that the encoding does not have. */
  encode(text: string): Uint8Array {
    const utf8 = Buffer.from(text, "utf8");
    if (isAscii(utf8)) return utf8;
    const bytes: number[] = [];
    if (this.#pairs.size > 0) this.#appendPairs(bytes, text);
    else for (const character of text) this.#append(bytes, character);
    return Uint8Array.from(bytes);
  }

  /** Two characters that are one of the encoding go together. */
  #appendPairs(bytes: number[], text: string): void {
    let seconds: ReadonlyMap<string, number> | undefined;
    let first = "";
    for (const character of text) {
      const code = seconds?.get(character);
      if (code !== undefined) {
        pushCode(bytes, code);
        seconds = undefined;
        continue;
      }
      if (seconds !== undefined) this.#append(bytes, first);
      seconds = this.#pairs.get(character);
      first = character;
      if (seconds === undefined) this.#append(bytes, character);
    }
    if (seconds !== undefined) this.#append(bytes, first);
  }

  /**
   * The text with ASCII for characters whose bytes are that, such as the yen sign in SJIS: what is
   * to be escaped has to be found first.
   */
  withAscii(text: string): string {
    if (this.#asAscii.size === 0) return text;
    let plain = text;
    for (const [character, ascii] of this.#asAscii) plain = plain.replaceAll(character, ascii);
    return plain;
  }

  #append(bytes: number[], character: string): void {
    const point = character.charCodeAt(0);
    if (point < ASCII_END) {
      bytes.push(point);
      return;
    }
    const code =
      this.#codes.get(character) ??
      (this.encoding === GB18030 ? supplementaryCode(character) : undefined);
    if (code === undefined) {
      throw noEquivalent(Buffer.from(character, "utf8"), "UTF8", this.encoding);
    }
    pushCode(bytes, code);
  }
}

function pushCode(bytes: number[], code: number): void {
  if (code > 0xff_ffff) bytes.push(code >>> 24);
  if (code > 0xffff) bytes.push((code >>> 16) & 0xff);
  if (code > 0xff) bytes.push((code >>> 8) & 0xff);
  bytes.push(code & 0xff);
}
