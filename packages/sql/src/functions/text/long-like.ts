/**
 * LIKE over long texts, in steps: what like.ts decides character by character is searched for by runs
 * of plain characters, which is native code. Answers and errors are the same: a percent is followed by
 * the first place where what stands before the next percent fits, and never looked at again.
 */
import { danglingEscape } from "../errors.ts";
import type { Steps } from "../long-call.ts";
import { indexOfSteps } from "./long-search.ts";
import type { SearchedText } from "./long-search.ts";

const PERCENT = 37;
const UNDERSCORE = 95;
const BACKSLASH = 92;
/** Places that are tried between two steps. */
const TRIES_PER_STEP = 4096;

/** What stands between two percents: runs of plain characters, and numbers of any characters. */
interface Block {
  readonly parts: readonly (string | number)[];
  /** Behind it. */
  readonly next: number;
  readonly isLast: boolean;
  /** It ends with an escape that nothing follows. */
  readonly dangles: boolean;
}

const SPECIAL = /[%_\\]/g;

/** Where a run of plain characters ends that begins at `from`, at a special one or behind an escape. */
function endOfRun(pattern: string, from: number): number {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(pattern)?.index ?? pattern.length;
}

function* blockAt(pattern: string, start: number): Steps<Block> {
  const parts: (string | number)[] = [];
  let run = "";
  let at = start;
  const endRun = (): void => {
    if (run !== "") parts.push(run);
    run = "";
  };
  for (let steps = 1; at < pattern.length; steps++) {
    if (steps % TRIES_PER_STEP === 0) yield;
    const unit = pattern.charCodeAt(at);
    if (unit === PERCENT) break;
    if (unit === UNDERSCORE) {
      endRun();
      const last = parts.at(-1);
      if (typeof last === "number") parts[parts.length - 1] = last + 1;
      else parts.push(1);
      at++;
      continue;
    }
    const from = unit === BACKSLASH ? at + 1 : at;
    if (from === pattern.length) {
      endRun();
      return { parts, next: from, isLast: true, dangles: true };
    }
    at = endOfRun(pattern, from + 1);
    run += pattern.slice(from, at);
  }
  endRun();
  return { parts, next: at, isLast: at === pattern.length, dangles: false };
}

/** Behind what fits at `at`; -1 where it does not, -2 where the text ends before. */
const MISMATCH = -1;
const TOO_SHORT = -2;

/** How far the text is searched. */
class Search {
  readonly #text: SearchedText;

  constructor(text: SearchedText) {
    this.#text = text;
  }

  /** Behind as many characters; TOO_SHORT past the end. */
  *skip(from: number, count: number): Steps<number> {
    let at = from;
    for (let left = count; left > 0; left--) {
      if (at >= this.#text.length) return TOO_SHORT;
      const unit = this.#text.slice(at, at + 1).charCodeAt(0);
      at += unit >= 0xd800 && unit < 0xdc00 ? 2 : 1;
      if (left % TRIES_PER_STEP === 0) yield;
    }
    return at;
  }

  /** Behind the block, where it fits at `from`. */
  *fit({ parts, dangles }: Block, from: number, fromPart = 0): Steps<number> {
    let at = from;
    for (let part = fromPart; part < parts.length && at >= 0; part++) {
      const each = parts[part] as string | number;
      at = typeof each === "number" ? yield* this.skip(at, each) : this.#run(each, at);
    }
    if (at >= 0 && dangles) {
      if (at < this.#text.length) throw danglingEscape();
      return TOO_SHORT;
    }
    return at;
  }

  #run(run: string, at: number): number {
    const end = at + run.length;
    const { length } = this.#text;
    if (end <= length) return this.#text.slice(at, end) === run ? end : MISMATCH;
    const rest = length - at;
    return this.#text.slice(at, length) === run.slice(0, rest) ? TOO_SHORT : MISMATCH;
  }

  /** Behind the first place from `from` on where a block fits that begins with a run. */
  *findBlock(block: Block, from: number): Steps<number> {
    const run = block.parts[0] as string;
    const { length } = this.#text;
    // What the text has to end with is nowhere else.
    if (block.isLast && block.parts.length === 1 && !block.dangles) {
      const at = length - run.length;
      return at >= from && this.#run(run, at) === length ? length : TOO_SHORT;
    }
    let tries = 0;
    for (let at = from; ; at++) {
      at = yield* indexOfSteps(this.#text, run, at);
      if (at < 0) return TOO_SHORT;
      const end = yield* this.fit(block, at + run.length, 1);
      if (end === TOO_SHORT) return TOO_SHORT;
      if (end >= 0 && (!block.isLast || end === length)) return end;
      if (++tries % TRIES_PER_STEP === 0) yield;
    }
  }
}

function onlyPercents(pattern: string, from: number): boolean {
  for (let at = from; at < pattern.length; at++) {
    if (pattern.charCodeAt(at) !== PERCENT) return false;
  }
  return true;
}

/** Whether the text, which is not empty, is like the pattern. */
export function* likeSteps(text: SearchedText, pattern: string): Steps<boolean> {
  const search = new Search(text);
  let block = yield* blockAt(pattern, 0);
  let at = yield* search.fit(block, 0);
  let isBehindPercent = false;
  while (at >= 0 && !block.isLast) {
    // A text that has ended is like nothing but percents.
    if (!isBehindPercent && at >= text.length) return onlyPercents(pattern, block.next);
    block = yield* blockAt(pattern, block.next + 1);
    const [first] = block.parts;
    if (typeof first === "number") {
      at = yield* search.skip(at, first);
      if (at < 0) return false;
      block = { ...block, parts: block.parts.slice(1) };
    }
    isBehindPercent = block.parts.length === 0;
    if (!isBehindPercent) at = yield* search.findBlock(block, at);
    else if (block.dangles) throw danglingEscape();
    else if (block.isLast) return true;
  }
  return at === text.length;
}
