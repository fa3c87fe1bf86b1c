/**
 * Translation of a RegexNode to the source of a JavaScript RegExp with the flags "u": every set is
 * spelled out, so nothing depends on JavaScript's own classes or case folding.
 */
import type { CharSet, RegexNode } from "./tree.ts";
import { MAX_CODE_POINT, WORD } from "./tree.ts";

const hex = (code: number): string => `\\u{${code.toString(16)}}`;

function emitSet(set: CharSet): string {
  const first = set[0];
  if (first === undefined) return "(?!)";
  if (set.length === 1 && first[0] === 0 && first[1] === MAX_CODE_POINT) return "[^]";
  const ranges = set.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`));
  return set.length === 1 && first[0] === first[1] ? hex(first[0]) : `[${ranges.join("")}]`;
}

const WORD_CLASS = emitSet(WORD);
const ANCHORS = {
  start: "^",
  end: "$",
  wordStart: `(?<!${WORD_CLASS})(?=${WORD_CLASS})`,
  wordEnd: `(?<=${WORD_CLASS})(?!${WORD_CLASS})`,
  word: `(?:(?<!${WORD_CLASS})(?=${WORD_CLASS})|(?<=${WORD_CLASS})(?!${WORD_CLASS}))`,
  notWord: `(?:(?<!${WORD_CLASS})(?!${WORD_CLASS})|(?<=${WORD_CLASS})(?=${WORD_CLASS}))`,
} as const;

function quantifier(min: number, max: number, greedy: boolean): string {
  const lazy = greedy ? "" : "?";
  if (max === Infinity) return (min === 0 ? "*" : min === 1 ? "+" : `{${min},}`) + lazy;
  return (min === 0 && max === 1 ? "?" : `{${min},${max}}`) + lazy;
}

export function emitRegex(node: RegexNode): string {
  switch (node.kind) {
    case "set":
      return emitSet(node.set);
    case "anchor":
      if (node.multiline && node.anchor === "start") return "(?:^|(?<=\\n))";
      if (node.multiline && node.anchor === "end") return "(?:$|(?=\\n))";
      return ANCHORS[node.anchor];
    case "concat":
      return node.items.map((item) => emitItem(item)).join("");
    case "alternatives":
      return node.branches.map((branch) => emitRegex(branch)).join("|");
    case "repeat":
      return `(?:${emitRegex(node.body)})${quantifier(node.min, node.max, node.preference !== "short")}`;
    case "capture":
      return `(${emitRegex(node.body)})`;
    case "backref":
      return `(?:\\${node.index})`;
    case "look": {
      const sign = `${node.behind ? "<" : ""}${node.negative ? "!" : "="}`;
      return `(?${sign}${emitRegex(node.body)})`;
    }
  }
}

function emitItem(node: RegexNode): string {
  return node.kind === "alternatives" ? `(?:${emitRegex(node)})` : emitRegex(node);
}
