/** Long texts are searched in windows: what is found is what the automaton finds in the whole. */
import { describe, expect, it } from "vitest";
import { toEnd } from "../long-call.ts";
import { Automaton } from "./automaton.ts";
import { compileRegex } from "./compile.ts";
import { DEFAULT_OPTIONS } from "./options.ts";
import { parseRegex } from "./parse.ts";
import { SHORTER, partsOf } from "./parts.ts";
import { Places } from "./places.ts";

const WINDOW = 1 << 17;

/** Pseudo-random, the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Long runs of some characters around the ends of windows, and anything elsewhere. */
function textOf(seed: number): string {
  const next = numbers(seed);
  const letters = ["a", "b", "ab", "aab", "c", "x", " ", "\n", "😀", "é"];
  const filler = (length: number): string => {
    let text = "";
    while (text.length < length) text += letters[Math.floor(next() * letters.length)];
    return text;
  };
  let text = "";
  for (let window = 1; window <= 3; window++) {
    text += filler(WINDOW * window - 40 - text.length);
    text += "ab".repeat(Math.floor(next() * 60)) + (next() < 0.5 ? "c" : "😀a");
  }
  return text + filler(100);
}

type Spans = readonly (readonly [number, number])[];

function byAutomaton(source: string, text: string): Spans {
  const { root } = parseRegex(source, DEFAULT_OPTIONS);
  const part = partsOf(root);
  const automaton = new Automaton(part.node);
  const places = new Places(text);
  toEnd(places.prepare(root));
  const isShort = (part.flags & SHORTER) !== 0;
  return all(text, (from) => {
    const start = toEnd(automaton.leftmost(places, from));
    return start < 0 ? undefined : [start, toEnd(automaton.end(places, start, isShort))];
  });
}

function inWindows(source: string, text: string): Spans {
  const regex = compileRegex(source, DEFAULT_OPTIONS);
  return all(text, (from) => toEnd(regex.matchSteps(text, from))?.[0]);
}

/** Some from the beginning, and some around the end of each window. */
function all(text: string, match: (from: number) => readonly [number, number] | undefined): Spans {
  const spans: (readonly [number, number])[] = [];
  for (const begin of [0, WINDOW - 90, 2 * WINDOW - 90, 3 * WINDOW - 90]) {
    let at = begin;
    for (let count = 0; count < 60 && at <= text.length; count++) {
      const span = match(at);
      if (span === undefined) break;
      spans.push(span);
      at = span[1] > span[0] ? span[1] : span[1] + widthAt(text, span[1]);
    }
  }
  return spans;
}

const widthAt = (text: string, at: number): number =>
  (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;

describe("a long text", () => {
  it.each([
    "ab",
    "a.c",
    "(ab){3,9}c",
    "b{2,3}?x?",
    "(?:ab)+c",
    "a+b",
    "[abc]+x",
    "c*",
    "😀a?",
    "[^a]b",
    "\\mab",
    "c\\M",
    "ab$",
    "(?n)^x",
    "(?n)c$",
    "c?$",
    "(?<=ab)c",
    "a(?!b)",
    "(ab|c)+😀",
    "(a|ab)(c|bcd)?x",
  ])("is searched for %s as it is as a whole", (source) => {
    for (const seed of [1, 2, 3]) {
      const text = textOf(seed);
      const found = inWindows(source, text);
      expect(found).toEqual(byAutomaton(source, text));
      expect(toEnd(compileRegex(source, DEFAULT_OPTIONS).testSteps(text))).toBe(found.length > 0);
    }
  });

  it("is looked through in steps, whether something is found in it or not", () => {
    const text = "xy".repeat(500_000);
    for (const source of ["y+z", "yz", "y{3}", "[yz]+w", "z$"]) {
      const regex = compileRegex(source, DEFAULT_OPTIONS);
      expect([...regex.testSteps(text)].length).toBeGreaterThanOrEqual(3);
      expect([...regex.matchSteps(text, 0)].length).toBeGreaterThanOrEqual(3);
    }
  });

  it("has runs too long for JavaScript", () => {
    const text = `${"a".repeat(300_000)}c${"a".repeat(1000)}b`;
    const regex = compileRegex("a+b", DEFAULT_OPTIONS);
    expect(toEnd(regex.matchSteps(text, 0))).toEqual([[300_001, text.length]]);
  });
});
