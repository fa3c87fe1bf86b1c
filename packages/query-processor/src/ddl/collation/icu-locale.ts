/** Names of ICU locales as language tags (icu_language_tag): what ICU's own names say with @, too. */

/** ICU's names of attributes, and those of language tags. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ["collation", "co"],
  ["colalternate", "ka"],
  ["colbackwards", "kb"],
  ["colcaselevel", "kc"],
  ["colcasefirst", "kf"],
  ["colnormalization", "kk"],
  ["colnumeric", "kn"],
  ["colreorder", "kr"],
  ["colstrength", "ks"],
]);

const VALUES: ReadonlyMap<string, string> = new Map([
  ["yes", "true"],
  ["no", "false"],
  ["primary", "level1"],
  ["secondary", "level2"],
  ["tertiary", "level3"],
  ["quaternary", "level4"],
  ["identical", "identic"],
  ["non-ignorable", "noignore"],
  ["phonebook", "phonebk"],
  ["traditional", "trad"],
  ["dictionary", "dict"],
  ["gb2312han", "gb2312"],
]);

type Attributes = readonly (readonly [string, string])[];

function ofKeywords(text: string): Attributes | undefined {
  const pairs = text.split(";").map((each) => each.toLowerCase().split("="));
  const known = pairs.flatMap(([name = "", value = ""]): Attributes => {
    const key = KEYS.get(name.trim());
    return key === undefined ? [] : [[key, VALUES.get(value.trim()) ?? value.trim()]];
  });
  return known.length === pairs.length ? known : undefined;
}

/** A key has two characters, the parts of its value have more. */
function ofExtension(text: string): Attributes {
  const found: [string, string][] = [];
  for (const part of text.split("-")) {
    const last = found.at(-1);
    if (part.length === 2) found.push([part, ""]);
    else if (last !== undefined) last[1] = last[1] === "" ? part : `${last[1]}-${part}`;
  }
  return found.map(([key, value]) => [key, value === "" ? "true" : value]);
}

/** Language, script and region as they are written. */
function languageOf(text: string): string {
  const [language = "", ...rest] = text.split("-");
  const parts = rest.map((part) => {
    if (part.length === 4) return part.charAt(0).toUpperCase() + part.slice(1);
    return part.length === 2 ? part.toUpperCase() : part;
  });
  return [language === "" ? "und" : language, ...parts].join("-");
}

const PHONEBOOK = /-+phonebook$/u;

/** Undefined: ICU knows no tag for it. */
export function languageTag(locale: string): string | undefined {
  if (/^(?:C|POSIX)$/iu.test(locale)) return "en-US-u-va-posix";
  const [before = "", keywords] = locale.split("@");
  const name = before.replaceAll("_", "-").toLowerCase();
  const [own = "", extension] = name.replace(PHONEBOOK, "").split("-u-");
  const named = keywords === undefined ? [] : ofKeywords(keywords);
  if (named === undefined) return undefined;
  const variant: Attributes = PHONEBOOK.test(name) ? [["co", "phonebk"]] : [];
  const given = extension === undefined ? [] : ofExtension(extension);
  const attributes = [...given, ...named, ...variant]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}-${value}`);
  const language = languageOf(own);
  return attributes.length === 0 ? language : `${language}-u-${attributes.join("-")}`;
}
