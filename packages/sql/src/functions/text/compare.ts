/**
 * Comparisons of text, name, varchar and bpchar in the collation C. bpchar ignores trailing blanks.
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { compareBpchar, trimBlanks } from "../../values/text-order.ts";
import { areEqual, ordered } from "./long-compare.ts";

const equal: Implementation = areEqual;
const notEqual: Implementation = (context, a: string, b: string) => !areEqual(context, a, b);
const less: Implementation = (context, a: string, b: string) => ordered(context, a, b) < 0;
const lessOrEqual: Implementation = (context, a: string, b: string) => ordered(context, a, b) <= 0;
const greater: Implementation = (context, a: string, b: string) => ordered(context, a, b) > 0;
const greaterOrEqual: Implementation = (context, a: string, b: string) =>
  ordered(context, a, b) >= 0;
const compare: Implementation = ordered;

const textOperators: Record<string, Implementation> = {
  texteq: equal,
  textne: notEqual,
  text_lt: less,
  text_le: lessOrEqual,
  text_gt: greater,
  text_ge: greaterOrEqual,
  bttextcmp: compare,
  text_pattern_lt: less,
  text_pattern_le: lessOrEqual,
  text_pattern_gt: greater,
  text_pattern_ge: greaterOrEqual,
  bttext_pattern_cmp: compare,
  btnamecmp: compare,
  btnametextcmp: compare,
  bttextnamecmp: compare,
  btcharcmp: compare,
  text_larger: (context, a: string, b: string) => (ordered(context, a, b) > 0 ? a : b),
  text_smaller: (context, a: string, b: string) => (ordered(context, a, b) < 0 ? a : b),
};

/** name, name with text, and "char" compare as text does. */
function family(name: (operator: string) => string): Record<string, Implementation> {
  return {
    [name("eq")]: equal,
    [name("ne")]: notEqual,
    [name("lt")]: less,
    [name("le")]: lessOrEqual,
    [name("gt")]: greater,
    [name("ge")]: greaterOrEqual,
  };
}

const bpcharOperators: Record<string, Implementation> = {
  bpcharcmp: (_, a: string, b: string) => compareBpchar(a, b),
  bpchareq: (_, a: string, b: string) => trimBlanks(a) === trimBlanks(b),
  bpcharne: (_, a: string, b: string) => trimBlanks(a) !== trimBlanks(b),
  btbpchar_pattern_cmp: (_, a: string, b: string) => compareBpchar(a, b),
  bpchar_larger: (_, a: string, b: string) => (compareBpchar(a, b) >= 0 ? a : b),
  bpchar_smaller: (_, a: string, b: string) => (compareBpchar(a, b) <= 0 ? a : b),
};
for (const prefix of ["bpchar", "bpchar_pattern_"]) {
  bpcharOperators[`${prefix}lt`] = (_, a: string, b: string) => compareBpchar(a, b) < 0;
  bpcharOperators[`${prefix}le`] = (_, a: string, b: string) => compareBpchar(a, b) <= 0;
  bpcharOperators[`${prefix}gt`] = (_, a: string, b: string) => compareBpchar(a, b) > 0;
  bpcharOperators[`${prefix}ge`] = (_, a: string, b: string) => compareBpchar(a, b) >= 0;
}

export function registerTextComparison(): void {
  registerFunctions(textOperators);
  registerFunctions(family((operator) => `name${operator}`));
  registerFunctions(family((operator) => `name${operator}text`));
  registerFunctions(family((operator) => `text${operator}name`));
  registerFunctions(family((operator) => `char${operator}`));
  registerFunctions(bpcharOperators);
}
