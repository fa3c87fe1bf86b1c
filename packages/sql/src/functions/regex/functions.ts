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
import { LONG, PLAIN_STEP, countPieces, longCall, longIfMore, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { unitOffset } from "../text/characters.ts";
import { detached } from "../text/detached.ts";
import { similarToEscape } from "../text/similar.ts";
import { characterCount } from "../../values/text-order.ts";
import type { ArrayValue } from "../../values/datum.ts";
import { compileRegex } from "./compile.ts";
import type { CompiledRegex, Match } from "./compile.ts";
import { DEFAULT_OPTIONS, parseFlags } from "./options.ts";
import { replaceMatches } from "./replace.ts";

const IGNORE_CASE = { ...DEFAULT_OPTIONS, ignoreCase: true };

function tested(context: EvaluationContext, text: string, regex: CompiledRegex): boolean {
  if (text.length > LONG) return longCall(context, () => regex.testSteps(text));
  return regex.isSlow(text) ? longIfMore(context, () => regex.testSteps(text)) : regex.test(text);
}

function matches(context: EvaluationContext, text: string, pattern: string): boolean {
  return tested(context, text, compileRegex(pattern, DEFAULT_OPTIONS));
}

function matchesIgnoringCase(context: EvaluationContext, text: string, pattern: string): boolean {
  return tested(context, text, compileRegex(pattern, IGNORE_CASE));
}

/**
 * All matches, as setup_regexp_matches: `degenerate` says whether empty ones at the rims count.
 * Undefined where others may have their turn before the next match is found.
 */
function* allMatches(
  regex: CompiledRegex,
  text: string,
  from: number,
  degenerate: boolean,
): Generator<Match | undefined> {
  const isQuick = regex.isQuick(text);
  let at = from;
  let previousEnd = 0;
  while (at <= text.length) {
    const match = isQuick ? regex.match(text, at) : yield* regex.matchSteps(text, at);
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
  return span === undefined ? null : detached(text.slice(span[0], span[1]), text);
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

/** The first match, found at once where that is quick. */
function found(context: EvaluationContext, regex: CompiledRegex, text: string): Match | undefined {
  return regex.isQuick(text)
    ? regex.match(text, 0)
    : steps(context, text, () => regex.matchSteps(text, 0));
}

function firstMatch(
  context: EvaluationContext,
  text: string,
  pattern: string,
  flags: string,
): ArrayValue | null {
  const hint = "Use the regexp_matches function instead.";
  const regex = compileWith("regexp_match", pattern, flags, hint);
  const match = found(context, regex, text);
  return match === undefined ? null : groupsArray(regex, text, match);
}

/** So many matches of a set are found in turns BEFORE its first row. */
const MATCHES_AHEAD = 4_096;
const MATCHES_PER_STEP = 64;

function* ahead(matches: Generator<Match | undefined>, most: number): Steps<readonly Match[]> {
  const first: Match[] = [];
  while (first.length < most) {
    const step = matches.next();
    if (step.done === true) break;
    if (step.value !== undefined) first.push(step.value);
    if (step.value === undefined || first.length % MATCHES_PER_STEP === 0) yield;
  }
  return first;
}

/** The matches that a set is made of, those that take long as far as they can be found ahead. */
function* setOfMatches(
  context: EvaluationContext,
  matches: Generator<Match | undefined>,
  first: readonly Match[],
): Generator<Match> {
  yield* first;
  for (;;) {
    const next = ahead(matches, 1);
    const [match] = context.longCalls?.toEnd(next) ?? toEnd(next);
    if (match === undefined) return;
    yield match;
  }
}

function matchesOfSet(
  context: EvaluationContext,
  regex: CompiledRegex,
  text: string,
  { degenerate, most }: { readonly degenerate: boolean; readonly most: number },
): Generator<Match> {
  const make = (): Generator<Match | undefined> => allMatches(regex, text, 0, degenerate);
  if (regex.isQuick(text)) return setOfMatches(context, make(), []);
  const [matches, first] = longIfMore(context, function* begun() {
    const each = make();
    return [each, yield* ahead(each, Math.min(most, MATCHES_AHEAD))] as const;
  });
  return setOfMatches(context, matches, first);
}

function matchArrays(
  context: EvaluationContext,
  text: string,
  pattern: string,
  flags: string,
): Iterable<ArrayValue> {
  const { options, global } = parseFlags(flags);
  const regex = compileRegex(pattern, options);
  const most = global ? Infinity : 1;
  const matches = matchesOfSet(context, regex, text, { degenerate: true, most });
  return arraysOf(regex, text, matches, most);
}

function* arraysOf(
  regex: CompiledRegex,
  text: string,
  matches: Iterable<Match>,
  most: number,
): Generator<ArrayValue> {
  let count = 0;
  for (const match of matches) {
    yield groupsArray(regex, text, match);
    if (++count === most) return;
  }
}

/** What stands between the matches. */
function* between<M extends Match | undefined>(
  text: string,
  matches: Iterable<M>,
): Generator<string | Exclude<M, Match>> {
  let from = 0;
  for (const match of matches) {
    if (match === undefined) {
      yield match as Exclude<M, Match>;
      continue;
    }
    const [start, end] = match[0] ?? [0, 0];
    yield text.slice(from, start);
    from = end;
  }
  yield text.slice(from);
}

function splitToTable(
  context: EvaluationContext,
  text: string,
  pattern: string,
  flags: string,
): Iterable<string> {
  const regex = compileWith("regexp_split_to_table", pattern, flags);
  const about = { degenerate: false, most: Infinity };
  return between(text, matchesOfSet(context, regex, text, about));
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
    const regex = compileWith("regexp_split_to_array", pattern, flags);
    const all: string[] = [];
    for (const part of between(text, allMatches(regex, text, 0, false))) {
      if (part !== undefined) all.push(part);
      if (part === undefined || all.length % PARTS_PER_STEP === 0) yield;
    }
    return textArray(all);
  });
}

/** What is done with a long text is done in steps, and what takes long with a short one. */
function steps<T>(context: EvaluationContext, text: string, make: () => Steps<T>): T {
  return text.length > PLAIN_STEP ? longCall(context, make) : longIfMore(context, make);
}

function substringMatch(context: EvaluationContext, text: string, pattern: string): string | null {
  const regex = compileRegex(pattern, DEFAULT_OPTIONS);
  const match = found(context, regex, text);
  return match === undefined ? null : part(text, match, regex.groups > 0 ? 1 : 0);
}

function checkParameter(name: string, value: number, valid: boolean): void {
  if (!valid) throw invalidParameter(`invalid value for parameter "${name}": ${value}`);
}

function* count(text: string, pattern: string, start = 1, flags = ""): Steps<number> {
  checkParameter("start", start, start > 0);
  const regex = compileWith("regexp_count", pattern, flags);
  let matched = 0;
  for (const match of allMatches(regex, text, startOffset(text, start), true)) {
    if (match !== undefined) matched++;
    if (match === undefined || matched % PARTS_PER_STEP === 0) yield;
  }
  return matched;
}

/** One past the text when `start` is: nothing matches there. */
function startOffset(text: string, start: number): number {
  const before = start - 1;
  // All that may be before it has no more units than twice as many.
  if (2 * before <= text.length) return unitOffset(text.slice(0, 2 * before), before);
  return before > characterCount(text) ? text.length + 1 : unitOffset(text, before);
}

function* nthMatch(
  regex: CompiledRegex,
  text: string,
  start: number,
  n: number,
): Steps<Match | undefined> {
  let matched = 0;
  for (const match of allMatches(regex, text, startOffset(text, start), true)) {
    if (match !== undefined && ++matched === n) return match;
    if (match === undefined || matched % PARTS_PER_STEP === 0) yield;
  }
  return undefined;
}

function* instr(
  text: string,
  pattern: string,
  start = 1,
  n = 1,
  endOption = 0,
  flags = "",
  group = 0,
): Steps<number> {
  checkParameter("start", start, start > 0);
  checkParameter("n", n, n > 0);
  checkParameter("endoption", endOption, endOption === 0 || endOption === 1);
  checkParameter("subexpr", group, group >= 0);
  const regex = compileWith("regexp_instr", pattern, flags);
  const span = (yield* nthMatch(regex, text, start, n))?.[group];
  if (span === undefined) return 0;
  return (yield* countPieces(text.slice(0, span[endOption]), PLAIN_STEP, characterCount)) + 1;
}

function* substr(
  text: string,
  pattern: string,
  start = 1,
  n = 1,
  flags = "",
  group = 0,
): Steps<string | null> {
  checkParameter("start", start, start > 0);
  checkParameter("n", n, n > 0);
  checkParameter("subexpr", group, group >= 0);
  const regex = compileWith("regexp_substr", pattern, flags);
  const match = yield* nthMatch(regex, text, start, n);
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
  textregexsubstr: (context, a: string, b: string) => substringMatch(context, a, b),
  "substring(text,text,text)": (context, a: string, pattern: string, escape: string) =>
    substringMatch(context, a, similarToEscape(pattern, escape)),
};

const searching: Record<string, Implementation> = {
  regexp_like_no_flags: (context, a: string, b: string) => matches(context, a, b),
  regexp_like: (context, a: string, b: string, flags: string) =>
    tested(context, a, compileWith("regexp_like", b, flags)),
  regexp_match_no_flags: (context, a: string, b: string) => firstMatch(context, a, b, ""),
  regexp_match: (context, a: string, b: string, flags: string) => firstMatch(context, a, b, flags),
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
  counting[`regexp_instr${suffix}`] = (context, ...args: InstrArgs) =>
    steps(context, args[0], () => instr(...args));
  if (suffix === "_no_endoption") continue;
  counting[`regexp_substr${suffix}`] = (context, ...args: SubstrArgs) =>
    steps(context, args[0], () => substr(...args));
}

export function registerRegex(): void {
  registerFunctions(operators);
  registerFunctions(searching);
  registerFunctions(counting);
  registerSetReturning({
    regexp_matches_no_flags: () => (context, a: string, b: string) =>
      matchArrays(context, a, b, ""),
    regexp_matches: () => matchArrays,
    regexp_split_to_table_no_flags: () => (context, a: string, b: string) =>
      splitToTable(context, a, b, ""),
    regexp_split_to_table: () => splitToTable,
  });
}
