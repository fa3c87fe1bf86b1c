/**
 * Reads what a client gave for a setting into its canonical text, or refuses with PostgreSQL's
 * SQLSTATE and words. Canonical text parses to itself.
 */
import { SqlError } from "../errors/sql-error.ts";
import { parseDateStyle } from "./date-style.ts";
import { encodingName, encodingNumber, isConvertedEncoding } from "./encoding-names.ts";
import type { SettingDefinition } from "./setting.ts";
import { parseNumber, showWithUnit, unitHint } from "./setting-units.ts";
import { canonicalTimeZone } from "./time-zone-name.ts";

const TRUE_WORDS = ["true", "yes", "on"];
const FALSE_WORDS = ["false", "no", "off"];

export function invalidValue(name: string, value: string, hint?: string): SqlError {
  return new SqlError("22023", `invalid value for parameter "${name}": "${value}"`, { hint });
}

/** PostgreSQL's parse_bool: unique prefixes of true/false/yes/no/on/off, and 1/0. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === "1") return true;
  if (word === "0") return false;
  if (word === "" || word === "o") return undefined;
  if (TRUE_WORDS.some((full) => full.startsWith(word))) return true;
  if (FALSE_WORDS.some((full) => full.startsWith(word))) return false;
  return undefined;
}

/** As %g prints it. */
function asG(value: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 6) return String(Number(value.toPrecision(6)));
  const [digits = "", power = ""] = value.toExponential(5).split("e");
  const sign = power.startsWith("-") ? "-" : "+";
  return `${String(Number(digits))}e${sign}${power.slice(1).padStart(2, "0")}`;
}

export function boundText({ kind }: NumberDefinition, value: number): string {
  return kind === "real" ? asG(value) : String(value);
}

function parseBool(name: string, value: string): string {
  const parsed = parseBoolean(value);
  if (parsed === undefined) {
    throw new SqlError("22023", `parameter "${name}" requires a Boolean value`);
  }
  return parsed ? "on" : "off";
}

export type NumberDefinition = Extract<SettingDefinition, { kind: "integer" | "real" }>;
type StringDefinition = Extract<SettingDefinition, { kind: "string" }>;
type EnumDefinition = Extract<SettingDefinition, { kind: "enum" }>;

function parseNumeric(definition: NumberDefinition, value: string): string {
  const { name, unit, min, max } = definition;
  const parsed = parseNumber(value, unit);
  if (parsed.kind === "invalidUnit") {
    throw invalidValue(name, value, unit === undefined ? undefined : unitHint(unit));
  }
  if (parsed.kind === "invalid") throw invalidValue(name, value);
  const number = definition.kind === "integer" ? Math.round(parsed.value) : parsed.value;
  if (definition.kind === "integer" && Math.abs(number) > 2147483648) {
    throw invalidValue(name, value, "Value exceeds integer range.");
  }
  if (number < min || number > max) {
    const shown = unit === undefined ? String(number) : `${String(number)} ${unit}`;
    throw new SqlError(
      "22023",
      `${shown} is outside the valid range for parameter "${name}" (${boundText(definition, min)} .. ${boundText(definition, max)})`,
    );
  }
  return String(number === 0 ? 0 : number);
}

function parseEnum(definition: EnumDefinition, value: string): string {
  const word = value.toLowerCase();
  const found =
    definition.values.find((known) => known.toLowerCase() === word) ?? definition.aliases?.[word];
  if (found !== undefined) return found;
  throw invalidValue(definition.name, value, `Available values: ${definition.values.join(", ")}.`);
}

function parseEncoding(name: string, value: string): string {
  const encoding = encodingName(encodingNumber(value));
  if (encoding === undefined) throw invalidValue(name, value);
  if (isConvertedEncoding(encoding)) return encoding;
  // PostgreSQL converts it to others than UTF8 only.
  if (encoding === "MULE_INTERNAL") {
    const detail = `Conversion between ${encoding} and UTF8 is not supported.`;
    throw new SqlError("0A000", `invalid value for parameter "${name}": "${value}"`, { detail });
  }
  throw new SqlError("0A000", `client encoding ${encoding} is not supported`);
}

function parseString(definition: StringDefinition, value: string, current: string): string {
  const { name } = definition;
  switch (definition.check) {
    case "timeZone":
      return canonicalTimeZone(value) ?? refuse(name, value);
    case "dateStyle":
      return dateStyle(name, value, current);
    case "encoding":
      return parseEncoding(name, value);
    case "serverVersion":
      return /^(?:1[0-6](?:\.\d{1,2})?)?$/.test(value) ? value : refuse(name, value);
    case "ascii":
      // NAMEDATALEN - 1 bytes; what is not printable ASCII is escaped as PostgreSQL 16 does.
      return asciiOnly(value).slice(0, 63);
    case undefined:
      break;
  }
  return value;
}

function asciiOnly(value: string): string {
  let out = "";
  for (const byte of Buffer.from(value, "utf8")) {
    out +=
      byte >= 32 && byte < 127
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return out;
}

function dateStyle(name: string, value: string, current: string): string {
  const parsed = parseDateStyle(value, current);
  if (parsed.kind === "valid") return parsed.canonical;
  throw new SqlError("22023", `invalid value for parameter "${name}": "${value}"`, {
    detail:
      parsed.kind === "unknown"
        ? `Unrecognized key word: "${parsed.word}".`
        : 'Conflicting "datestyle" specifications.',
  });
}

function refuse(name: string, value: string): never {
  throw invalidValue(name, value);
}

/** `current` is the value in force: DateStyle keeps the part that is not mentioned. */
export function parseSetting(
  known: SettingDefinition,
  value: string,
  current: string,
  nameAsWritten: string = known.name,
): string {
  const canonical = canonicalValue(known, value, current, nameAsWritten);
  if (known.only === undefined || known.only.includes(canonical)) return canonical;
  throw new SqlError("0A000", `setting parameter "${known.name}" to "${value}" is not supported`);
}

function canonicalValue(
  known: SettingDefinition,
  value: string,
  current: string,
  nameAsWritten: string,
): string {
  // PostgreSQL names a parameter as it was written, except where the value is a free string.
  const definition = known.kind === "string" ? known : { ...known, name: nameAsWritten };
  switch (definition.kind) {
    case "bool":
      return parseBool(definition.name, value);
    case "integer":
    case "real":
      return parseNumeric(definition, value);
    case "enum":
      return parseEnum(definition, value);
    case "string":
      return parseString(definition, value, current);
  }
}

/** As SHOW prints it. */
export function showSetting(definition: SettingDefinition, canonical: string): string {
  if (definition.kind !== "integer" && definition.kind !== "real") return canonical;
  return definition.unit === undefined
    ? canonical
    : showWithUnit(Number(canonical), definition.unit);
}
