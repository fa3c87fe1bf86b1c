/**
 * Replacement of matches, with \1 to \9, \& and \\ in the replacement text.
 */
import type { Steps } from "../long-call.ts";
import type { CompiledRegex, Match } from "./compile.ts";

const MATCHES_PER_STEP = 64;
/** Parts that are put together at one go. */
const PARTS_MAX = 16_384;

/** `n` is the match to replace, 0 for all. Text before `from` is kept. */
export function* replaceMatches(
  regex: CompiledRegex,
  text: string,
  replacement: string,
  from: number,
  n: number,
): Steps<string> {
  const done: string[] = [];
  const parts: string[] = [];
  let copied = 0;
  let at = from;
  const isQuick = regex.isQuick(text);
  for (let found = 1; at <= text.length; found++) {
    const match = isQuick ? regex.match(text, at) : yield* regex.matchSteps(text, at);
    const whole = match?.[0];
    if (match === undefined || whole === undefined) break;
    const [start, end] = whole;
    if (n === 0 || n === found) {
      parts.push(text.slice(copied, start), expand(replacement, text, match));
      copied = end;
      if (n !== 0) break;
    }
    if (found % MATCHES_PER_STEP === 0) yield;
    if (parts.length >= PARTS_MAX) done.push(parts.splice(0).join(""));
    at = end === start ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
  }
  parts.push(text.slice(copied));
  return done.join("") + parts.join("");
}

function expand(replacement: string, text: string, match: Match): string {
  if (!replacement.includes("\\")) return replacement;
  return replacement.replace(/\\([1-9&\\])/g, (_, code: string) => {
    if (code === "\\") return "\\";
    const span = match[code === "&" ? 0 : Number(code)];
    return span === undefined ? "" : text.slice(span[0], span[1]);
  });
}
