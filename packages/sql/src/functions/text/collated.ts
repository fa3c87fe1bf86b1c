/** Functions of texts under an ICU collation, by pg_proc.prosrc and the collated type of an argument. */
import { featureNotSupported } from "@firstlight/common";
import { baseTypeOid } from "../../catalog/type-catalog.ts";
import { collationOfCollated } from "../../types/collated-type.ts";
import { typeByOid } from "../../types/type-registry.ts";
import { type IcuCollation, lowerIn, titleIn, upperIn } from "../../values/icu-collator.ts";
import type { CallTypes, Implementation } from "../registry.ts";
import { like } from "./like.ts";

type Test = (order: number) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  ge: (order) => order >= 0,
  gt: (order) => order > 0,
};

const COMPARISON =
  /^(?:text|bpchar|name|textname|nametext)_?(?<test>lt|le|eq|ne|ge|gt)(?:text|name)?$/u;
const ORDER = /^(?:bttextcmp|bpcharcmp|btnamecmp|btnametextcmp|bttextnamecmp)$/u;
const EXTREME = /^(?:text|bpchar)_(?<which>larger|smaller)$/u;
const INSENSITIVE = /^(?:text|bpchar|name)ic(?<not>n?)like$/u;

type Compare = (a: string, b: string) => number;

function comparison(source: string, compare: Compare): Implementation | undefined {
  if (ORDER.test(source)) return (_, a: string, b: string) => compare(a, b);
  const test = TESTS[COMPARISON.exec(source)?.groups?.["test"] ?? ""];
  if (test !== undefined) return (_, a: string, b: string) => test(compare(a, b));
  const which = EXTREME.exec(source)?.groups?.["which"];
  if (which === undefined) return undefined;
  const sign = which === "larger" ? 1 : -1;
  return (_, a: string, b: string) => (sign * compare(a, b) > 0 ? a : b);
}

const CASES: Readonly<Record<string, (locale: string) => (text: string) => string>> = {
  lower: lowerIn,
  upper: upperIn,
  initcap: titleIn,
};

function caseChange(source: string, { locale }: IcuCollation): Implementation | undefined {
  const change = CASES[source]?.(locale);
  if (change !== undefined) return (_, a: string) => change(a);
  const insensitive = INSENSITIVE.exec(source);
  if (insensitive === null) return undefined;
  const lower = lowerIn(locale);
  const wanted = insensitive.groups?.["not"] === "";
  return (_, a: string, b: string) => like(lower(a), lower(b)) === wanted;
}

/** Undefined where no argument has a collated type. */
export function collatedImplementation(
  source: string,
  { argTypes }: CallTypes,
): Implementation | undefined {
  const type = argTypes.find((each) => collationOfCollated(each) !== undefined);
  const icu = type === undefined ? undefined : collationOfCollated(type);
  if (type === undefined || icu === undefined) return undefined;
  const sqlType = typeByOid(baseTypeOid(type));
  const found = comparison(source, (a, b) => sqlType.compare(a, b)) ?? caseChange(source, icu);
  if (found === undefined) throw featureNotSupported(`${source}() with an ICU collation`);
  return found;
}
