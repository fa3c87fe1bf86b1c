/** trim, ltrim and rtrim: by sets of characters. */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, PLAIN_STEP, flatten, longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { hasSurrogates } from "./characters.ts";

export interface Sides {
  readonly left: boolean;
  readonly right: boolean;
}

export const BOTH: Sides = { left: true, right: true };
export const LEFT: Sides = { left: true, right: false };
export const RIGHT: Sides = { left: false, right: true };

export function trimCharacters(text: string, set: string, sides: Sides): string {
  if (text === "" || set === "") return text;
  const members = new Set(set);
  const list = hasSurrogates(text) ? Array.from(text) : text;
  let start = 0;
  let end = list.length;
  while (sides.left && start < end && members.has(list[start] ?? "")) start++;
  while (sides.right && end > start && members.has(list[end - 1] ?? "")) end--;
  const kept = list.slice(start, end);
  return typeof kept === "string" ? kept : kept.join("");
}

export function trimmed(
  context: EvaluationContext,
  text: string,
  set: string,
  sides: Sides,
): string {
  if (text.length <= LONG && set.length <= LONG) return trimCharacters(text, set, sides);
  return longCall(context, () => trimSteps(text, set, sides));
}

/** The character that begins, or ends, at a place. */
function characterFrom(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  const isPair = unit >= 0xdc00 && unit <= 0xdfff && at > 1;
  return isPair ? text.slice(at - 2, at) : text.charAt(at - 1);
}

function* membersOf(set: string): Steps<ReadonlySet<string>> {
  const members = new Set<string>();
  let count = 0;
  for (const character of set) {
    members.add(character);
    if (++count % PLAIN_STEP === 0) yield;
  }
  return members;
}

function* trimSteps(text: string, set: string, sides: Sides): Steps<string> {
  yield* flatten(text, set);
  const members = yield* membersOf(set);
  let start = 0;
  let end = text.length;
  for (let passed = 1; sides.left && start < end; passed++) {
    const first = characterFrom(text, start);
    if (!members.has(first)) break;
    start += first.length;
    if (passed % PLAIN_STEP === 0) yield;
  }
  for (let passed = 1; sides.right && end > start; passed++) {
    const last = characterBefore(text, end);
    if (!members.has(last)) break;
    end -= last.length;
    if (passed % PLAIN_STEP === 0) yield;
  }
  return text.slice(start, end);
}
