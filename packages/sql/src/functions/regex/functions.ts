/**
 * The regular expression operators and regexp_* functions. Positions that users see count
 * characters from 1; inside they are UTF-16 offsets.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions, registerSetReturning } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { invalidParameter } from "../errors.ts";
import { textArray } from "../array/build.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { PLAIN_STEP, longCall, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { unitOffset } from "../text/characters.ts";
import { similarToEscape } from "../text/similar.ts";
import { characterCount } from "../../values/text-order.ts";
import type { ArrayValue } from "../../values/datum.ts";
import { compileRegex } from "./compile.ts";
import type { CompiledRegex, Match } from "./compile.ts";
import { DEFAULT_OPTIONS, parseFlags } from "./options.ts";
import { replaceMatches } from "./replace.ts";

const IGNORE_CASE = { ...DEFAULT_OPTIONS, ignoreCase: true };

/** Characters from which on a test that is slow is worth steps. */
const SLOW_LENGTH = 64;

function tested(context: EvaluationContext, text: string, regex: CompiledRegex): boolean {
  if (text.length < SLOW_LENGTH || !regex.isSlow(text)) return regex.test(text);
  return longCall(context, () => regex.testSteps(text));
}

function matches(context: EvaluationContext, text: string, pattern: string): boolean {
  return tested(context, text, compileRegex(pattern, DEFAULT_OPTIONS));
}

function matchesIgnoringCase(context: EvaluationContext, text: string, pattern: string): boolean {
  return tested(context, text, compileRegex(pattern, IGNORE_CASE));
}

/** All matches, as setup_regexp_matches: `degenerate` says whether empty ones at the rims count. */
function* allMatches(
  regex: CompiledRegex,
  text: string,
  from: number,
  degenerate: boolean,
): Generator<Match> {
  let at = from;
  let previousEnd = 0;
  while (at <= text.length) {
    const match = regex.match(text, at);
    const whole = match?.[0];
    if (match === undefined || whole === undefined) return;
    const [start, end] = whole;
    if (degenerate || (start < text.length && end > previousEnd)) yield match;
    previousEnd = end;
    at = end === start ? end + widthAt(text, end) : end;
  }
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function part(text: string, match: Match, group: number): string | null {
  const span = match[group];
  return span === undefined ? null : text.slice(span[0], span[1]);
}

/** The groups of a match, or all of it when there are none. */
function groupsArray(regex: CompiledRegex, text: string, match: Match): ArrayValue {
  if (regex.groups === 0) return textArray([part(text, match, 0)]);
  const parts: (string | null)[] = [];
  for (let group = 1; group <= regex.groups; group++) parts.push(part(text, match, group));
  return textArray(parts);
}

function noGlobal(name: string, hint?: string): SqlError {
  return invalidParameter(`${name}() does not support the "global" option`, hint);
}

function compileWith(name: string, pattern: string, flags: string, hint?: string): CompiledRegex {
  const { options, global } = parseFlags(flags);
  if (global) throw noGlobal(name, hint);
  return compileRegex(pattern, options);
}

function firstMatch(text: string, pattern: string, flags: string): ArrayValue | null {
  const hint = "Use the regexp_matches function instead.";
  const regex = compileWith("regexp_match", pattern, flags, hint);
  const match = regex.match(text, 0);
  return match === undefined ? null : groupsArray(regex, text, match);
}

function* matchArrays(text: string, pattern: string, flags: string): Generator<ArrayValue> {
  const { options, global } = parseFlags(flags);
  const regex = compileRegex(pattern, options);
  for (const match of allMatches(regex, text, 0, true)) {
    yield groupsArray(regex, text, match);
    if (!global) return;
  }
}

function* split(name: string, text: string, pattern: string, flags: string): Generator<string> {
  const regex = compileWith(name, pattern, flags);
  let from = 0;
  for (const match of allMatches(regex, text, 0, false)) {
    const [start, end] = match[0] ?? [0, 0];
    yield text.slice(from, start);
    from = end;
  }
  yield text.slice(from);
}

const PARTS_PER_STEP = 256;

/** All parts of a text, some at a time. */
function splitToArray(
  context: EvaluationContext,
  text: string,
  pattern: string,
  flags: string,
): ArrayValue {
  return steps(context, text, function* parts() {
    const all: string[] = [];
    for (const part of split("regexp_split_to_array", text, pattern, flags)) {
      all.push(part);
      if (all.length % PARTS_PER_STEP === 0) yield;
    }
    return textArray(all);
  });
}

/** What is done with a long text is done in steps. */
function steps<T>(context: EvaluationContext, text: string, make: () => Steps<T>): T {
  return text.length > PLAIN_STEP ? longCall(context, make) : toEnd(make());
}

function substringMatch(text: string, pattern: string): string | null {
  const regex = compileRegex(pattern, DEFAULT_OPTIONS);
  const match = regex.match(text, 0);
  return match === undefined ? null : part(text, match, regex.groups > 0 ? 1 : 0);
}

function checkParameter(name: string, value: number, valid: boolean): void {
  if (!valid) throw invalidParameter(`invalid value for parameter "${name}": ${value}`);
}

function* count(text: string, pattern: string, start = 1, flags = ""): Steps<number> {
  checkParameter("start", start, start > 0);
  const regex = compileWith("regexp_count", pattern, flags);
  let found = 0;
  for (const match of allMatches(regex, text, startOffset(text, start), true)) {
    if (match.length > 0) found++;
    if (found % PARTS_PER_STEP === 0) yield;
  }
  return found;
}

/** One past the text when `start` is: nothing matches there. */
function startOffset(text: string, start: number): number {
  return start - 1 > characterCount(text) ? text.length + 1 : unitOffset(text, start - 1);
}

function nthMatch(regex: CompiledRegex, text: string, start: number, n: number): Match | undefined {
  let found = 0;
  for (const match of allMatches(regex, text, startOffset(text, start), true)) {
    if (++found === n) return match;
  }
  return undefined;
}

function instr(
  text: string,
  pattern: string,
  start = 1,
  n = 1,
  endOption = 0,
  flags = "",
  group = 0,
): number {
  checkParameter("start", start, start > 0);
  checkParameter("n", n, n > 0);
  checkParameter("endoption", endOption, endOption === 0 || endOption === 1);
  checkParameter("subexpr", group, group >= 0);
  const regex = compileWith("regexp_instr", pattern, flags);
  const span = nthMatch(regex, text, start, n)?.[group];
  return span === undefined ? 0 : characterCount(text.slice(0, span[endOption])) + 1;
}

function substr(
  text: string,
  pattern: string,
  start = 1,
  n = 1,
  flags = "",
  group = 0,
): string | null {
  checkParameter("start", start, start > 0);
  checkParameter("n", n, n > 0);
  checkParameter("subexpr", group, group >= 0);
  const regex = compileWith("regexp_substr", pattern, flags);
  const match = nthMatch(regex, text, start, n);
  return match === undefined ? null : part(text, match, group);
}

function replace(text: string, pattern: string, replacement: string, flags: string): Steps<string> {
  if (/^[0-9]/.test(flags)) {
    throw invalidParameter(
      `invalid regular expression option: "${flags.charAt(0)}"`,
      "If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.",
    );
  }
  const { options, global } = parseFlags(flags);
  return replaceMatches(compileRegex(pattern, options), text, replacement, 0, global ? 0 : 1);
}

/** Without `n` the g flag decides between the first match and all. */
function replaceFrom(
  text: string,
  pattern: string,
  replacement: string,
  start: number,
  n?: number,
  flags = "",
): Steps<string> {
  checkParameter("start", start, start > 0);
  if (n !== undefined) checkParameter("n", n, n >= 0);
  const { options, global } = parseFlags(flags);
  const regex = compileRegex(pattern, options);
  const which = n ?? (global ? 0 : 1);
  return replaceMatches(regex, text, replacement, startOffset(text, start), which);
}

const operators: Record<string, Implementation> = {
  textregexeq: (context, a: string, b: string) => matches(context, a, b),
  textregexne: (context, a: string, b: string) => !matches(context, a, b),
  nameregexeq: (context, a: string, b: string) => matches(context, a, b),
  nameregexne: (context, a: string, b: string) => !matches(context, a, b),
  texticregexeq: (context, a: string, b: string) => matchesIgnoringCase(context, a, b),
  texticregexne: (context, a: string, b: string) => !matchesIgnoringCase(context, a, b),
  nameicregexeq: (context, a: string, b: string) => matchesIgnoringCase(context, a, b),
  nameicregexne: (context, a: string, b: string) => !matchesIgnoringCase(context, a, b),
  textregexsubstr: (_, a: string, b: string) => substringMatch(a, b),
  "substring(text,text,text)": (_, a: string, pattern: string, escape: string) =>
    substringMatch(a, similarToEscape(pattern, escape)),
};

const searching: Record<string, Implementation> = {
  regexp_like_no_flags: (context, a: string, b: string) => matches(context, a, b),
  regexp_like: (context, a: string, b: string, flags: string) =>
    tested(context, a, compileWith("regexp_like", b, flags)),
  regexp_match_no_flags: (_, a: string, b: string) => firstMatch(a, b, ""),
  regexp_match: (_, a: string, b: string, flags: string) => firstMatch(a, b, flags),
  regexp_split_to_array_no_flags: (context, a: string, b: string) =>
    splitToArray(context, a, b, ""),
  regexp_split_to_array: (context, a: string, b: string, flags: string) =>
    splitToArray(context, a, b, flags),
};

type CountArgs = [string, string, number?, string?];
type InstrArgs = [string, string, number?, number?, number?, string?, number?];
type SubstrArgs = [string, string, number?, number?, string?, number?];
type ReplaceArgs = [string, string, string, number, number?, string?];

const counting: Record<string, Implementation> = {
  textregexreplace_noopt: (context, a: string, b: string, to: string) =>
    steps(context, a, () => replace(a, b, to, "")),
  textregexreplace: (context, a: string, b: string, to: string, flags: string) =>
    steps(context, a, () => replace(a, b, to, flags)),
};
for (const suffix of ["", "_no_flags", "_no_n"]) {
  counting[`textregexreplace_extended${suffix}`] = (context, ...args: ReplaceArgs) =>
    steps(context, args[0], () => replaceFrom(...args));
}
for (const suffix of ["", "_no_start", "_no_flags"]) {
  counting[`regexp_count${suffix}`] = (context, ...args: CountArgs) =>
    steps(context, args[0], () => count(...args));
}
for (const suffix of ["", "_no_start", "_no_n", "_no_endoption", "_no_flags", "_no_subexpr"]) {
  counting[`regexp_instr${suffix}`] = (_, ...args: InstrArgs) => instr(...args);
  if (suffix === "_no_endoption") continue;
  counting[`regexp_substr${suffix}`] = (_, ...args: SubstrArgs) => substr(...args);
}

export function registerRegex(): void {
  registerFunctions(operators);
  registerFunctions(searching);
  registerFunctions(counting);
  registerSetReturning({
    regexp_matches_no_flags: () => (_, a: string, b: string) => matchArrays(a, b, ""),
    regexp_matches: () => (_, a: string, b: string, flags: string) => matchArrays(a, b, flags),
    regexp_split_to_table_no_flags: () => (_, a: string, b: string) =>
      split("regexp_split_to_table", a, b, ""),
    regexp_split_to_table: () => (_, a: string, b: string, flags: string) =>
      split("regexp_split_to_table", a, b, flags),
  });
}
