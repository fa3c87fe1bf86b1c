/**
 * Texts in the order and the case of a language, by the ICU that comes with Node. It compares, but
 * gives no sort keys: such an order is never that of keys.
 */
import { featureNotSupported } from "@firstlight/common";
import { compareText } from "./text-order.ts";

/** What of an ICU collation decides an answer. */
export interface IcuCollation {
  /** A language tag as pg_collation.colliculocale has it. */
  readonly locale: string;
  /** Texts that ICU takes for equal are told apart by their bytes. */
  readonly deterministic: boolean;
}

type Options = Pick<Intl.CollatorOptions, "sensitivity" | "ignorePunctuation">;

const STRENGTHS: ReadonlyMap<string, Options["sensitivity"]> = new Map([
  ["level1", "base"],
  ["primary", "base"],
  ["level2", "accent"],
  ["secondary", "accent"],
  ["level3", "variant"],
  ["tertiary", "variant"],
]);

/** Attributes that Intl takes as they are. */
const PASSED: ReadonlySet<string> = new Set(["co", "kn", "kf"]);

interface Locale {
  /** Without attributes. */
  readonly language: string;
  readonly attributes: ReadonlyMap<string, string>;
}

function unsupported(locale: string): Error {
  return featureNotSupported(`ICU locale "${locale}"`);
}

const ATTRIBUTE = /^(?<key>[a-z][a-z0-9])(?:-(?<value>[a-z0-9]{3,8}(?:-[a-z0-9]{3,8})*))?(?:-|$)/u;

function parse(locale: string): Locale {
  const [before = "", after = "", ...more] = locale.replaceAll("_", "-").toLowerCase().split("-u-");
  // Extensions other than u, and ICU's own @attributes.
  if (more.length > 0 || /[@]|-[a-tv-z0-9](?:-|$)/u.test(locale)) throw unsupported(locale);
  const attributes = new Map<string, string>();
  for (let rest = after; rest !== "";) {
    const found = ATTRIBUTE.exec(rest);
    if (found?.groups === undefined) throw unsupported(locale);
    attributes.set(found.groups["key"] ?? "", found.groups["value"] ?? "true");
    rest = rest.slice(found[0].length);
  }
  // The root's order is that of English; the machine's own locale must not matter.
  const language = before.replace(/^(?:und|root)?(?=-|$)/u, "en");
  return { language, attributes };
}

/** Sensitivity "case" is level 1 and the case. */
function optionsOf(locale: string, { attributes }: Locale): Options {
  const strength = STRENGTHS.get(attributes.get("ks") ?? "level3");
  if (strength === undefined) throw unsupported(locale);
  const caseLevel = attributes.get("kc") === "true";
  if (caseLevel && strength !== "base") throw unsupported(locale);
  const alternate = attributes.get("ka");
  const shifted = { shifted: true, noignore: false }[alternate ?? ""];
  if (alternate !== undefined && shifted === undefined) throw unsupported(locale);
  return {
    sensitivity: caseLevel ? "case" : strength,
    ...(shifted === undefined ? {} : { ignorePunctuation: shifted }),
  };
}

const KNOWN: ReadonlySet<string> = new Set([...PASSED, "ks", "kc", "ka"]);

function tagOf({ language, attributes }: Locale): string {
  const passed = [...attributes].filter(([key]) => PASSED.has(key));
  if (passed.length === 0) return language;
  return `${language}-u-${passed.map(([key, value]) => `${key}-${value}`).join("-")}`;
}

function makeCollator(name: string): Intl.Collator {
  const locale = parse(name);
  for (const key of locale.attributes.keys()) if (!KNOWN.has(key)) throw unsupported(name);
  const tag = tagOf(locale);
  // ICU falls back to the root where it has no data for a language.
  const has = Intl.Collator.supportedLocalesOf([locale.language]).length > 0;
  const collator = new Intl.Collator(has ? tag : tag.replace(locale.language, "en"), {
    ...optionsOf(name, locale),
  });
  const { collation } = collator.resolvedOptions();
  const wanted = locale.attributes.get("co");
  if (wanted !== undefined && wanted !== "standard" && collation !== wanted) {
    throw unsupported(name);
  }
  return collator;
}

const COLLATORS_MAX = 256;
const collators = new Map<string, Intl.Collator>();

function collatorOf(locale: string): Intl.Collator {
  let collator = collators.get(locale);
  if (collator === undefined) {
    collator = makeCollator(locale);
    if (collators.size >= COLLATORS_MAX) collators.clear();
    collators.set(locale, collator);
  }
  return collator;
}

/** Whether the order of the locale can be had. */
export function isKnownLocale(locale: string): boolean {
  try {
    collatorOf(locale);
    return true;
  } catch {
    return false;
  }
}

export type CompareTexts = (a: string, b: string) => number;

export function collatedCompare({ locale, deterministic }: IcuCollation): CompareTexts {
  const collator = collatorOf(locale);
  if (!deterministic) return (a, b) => collator.compare(a, b);
  return (a, b) => collator.compare(a, b) || compareText(a, b);
}

function languageOf(locale: string): string {
  return parse(locale).language;
}

export function upperIn(locale: string): (text: string) => string {
  const language = languageOf(locale);
  return (text) => text.toLocaleUpperCase(language);
}

export function lowerIn(locale: string): (text: string) => string {
  const language = languageOf(locale);
  return (text) => text.toLocaleLowerCase(language);
}

const FIRST = /[\p{L}\p{N}\p{S}\p{Co}]/u;

/** Letters of two signs have a form of which only the first is large. */
const DIGRAPHS: ReadonlyMap<string, string> = new Map([
  ["Ǆ", "ǅ"],
  ["Ǉ", "ǈ"],
  ["Ǌ", "ǋ"],
  ["Ǳ", "ǲ"],
]);

/** The first letter or digit of each word in title case, the others in lower case. */
export function titleIn(locale: string): (text: string) => string {
  const language = languageOf(locale);
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  const titled = (word: string): string => {
    const at = word.search(FIRST);
    if (at < 0) return word;
    const first = String.fromCodePoint(word.codePointAt(at) ?? 0);
    const rest = word.slice(at + first.length).toLocaleLowerCase(language);
    const upper = first.toLocaleUpperCase(language);
    // Where one letter becomes two, only the first is large: ß as Ss.
    const [head = "", ...tail] = DIGRAPHS.get(upper) ?? upper;
    return word.slice(0, at) + head + tail.join("").toLocaleLowerCase(language) + rest;
  };
  return (text) => Array.from(segmenter.segment(text), ({ segment }) => titled(segment)).join("");
}
