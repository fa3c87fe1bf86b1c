/** The options of a COPY statement, checked as PostgreSQL's ProcessCopyOptions checks them. */
import {
  SqlError,
  encodingName,
  encodingNumber,
  isConvertedEncoding,
  parseBoolean,
} from "@firstlight/common";
import type { CharacterSet } from "@firstlight/sql";
import { characterSet } from "@firstlight/sql";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { constantText, listField, nodeField, options } from "../session/parse-fields.ts";
import type { Option } from "../session/parse-fields.ts";

export type CopyDirection = "from" | "to";
/** Names of columns, or every one of them. */
export type ColumnChoice = "all" | readonly string[];

export interface CopyOptions {
  readonly format: "text" | "csv" | "binary";
  readonly delimiter: string;
  readonly nullText: string;
  /** Stands for a column's default. */
  readonly defaultText: string | undefined;
  readonly header: "none" | "present" | "match";
  readonly quote: string;
  readonly escape: string;
  readonly forceQuote: ColumnChoice;
  readonly forceNotNull: ColumnChoice;
  readonly forceNull: ColumnChoice;
  readonly freeze: boolean;
  /** Of the lines, where they are not in UTF-8; `client`: those of the client's encoding. */
  characters(client: CharacterSet | undefined): CharacterSet | undefined;
}

/** What was given; undefined where nothing was. */
interface GivenOptions {
  format?: CopyOptions["format"];
  delimiter?: string;
  nullText?: string;
  defaultText?: string;
  header?: CopyOptions["header"];
  quote?: string;
  escape?: string;
  forceQuote?: ColumnChoice;
  forceNotNull?: ColumnChoice;
  forceNull?: ColumnChoice;
  freeze?: boolean;
  encoding?: string;
}

function syntax(message: string, option?: Option): SqlError {
  const position = option?.location === undefined ? undefined : option.location + 1;
  return new SqlError("42601", message, { position });
}

function unsupported(message: string): SqlError {
  return new SqlError("0A000", message);
}

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

export function copyOptions(nodes: readonly ParseNode[], direction: CopyDirection): CopyOptions {
  const given: GivenOptions = {};
  const seen = new Set<string>();
  for (const option of options(nodes)) {
    if (seen.has(option.name)) throw syntax("conflicting or redundant options", option);
    seen.add(option.name);
    readOption(given, option, direction);
  }
  return checked(given, direction);
}

function readOption(given: GivenOptions, option: Option, direction: CopyDirection): void {
  switch (option.name) {
    case "format":
      given.format = formatOf(option);
      return;
    case "delimiter":
      given.delimiter = textOf(option);
      return;
    case "null":
      given.nullText = textOf(option);
      return;
    case "header":
      given.header = headerOf(option, direction);
      return;
    case "quote":
      given.quote = textOf(option);
      return;
    case "escape":
      given.escape = textOf(option);
      return;
    case "force_quote":
      given.forceQuote = choiceOf(option);
      return;
    case "force_not_null":
      given.forceNotNull = choiceOf(option);
      return;
    case "force_null":
      given.forceNull = choiceOf(option);
      return;
    case "freeze":
      given.freeze = booleanOf(option);
      return;
    case "encoding":
      given.encoding = encodingOf(option);
      return;
    case "default":
      given.defaultText = textOf(option);
      return;
    default:
      throw syntax(`option "${option.name}" not recognized`, option);
  }
}

function textOf(option: Option): string {
  const text = option.value === undefined ? undefined : constantText(option.value);
  if (text === undefined) throw syntax(`${option.name} requires a parameter`);
  return text;
}

function booleanOf(option: Option): boolean {
  if (option.value === undefined) return true;
  const value = parseBoolean(textOf(option));
  if (value === undefined) throw syntax(`${option.name} requires a Boolean value`);
  return value;
}

function formatOf(option: Option): CopyOptions["format"] {
  const name = textOf(option);
  if (name === "text" || name === "csv" || name === "binary") return name;
  throw new SqlError("22023", `COPY format "${name}" not recognized`, {
    position: option.location === undefined ? undefined : option.location + 1,
  });
}

function headerOf(option: Option, direction: CopyDirection): CopyOptions["header"] {
  if (option.value === undefined) return "present";
  const text = textOf(option);
  if (text.toLowerCase() === "match") {
    if (direction === "to") throw unsupported('cannot use "match" with HEADER in COPY TO');
    return "match";
  }
  const value = parseBoolean(text);
  if (value === undefined) throw syntax(`${option.name} requires a Boolean value or "match"`);
  return value ? "present" : "none";
}

function choiceOf(option: Option): ColumnChoice {
  const { value } = option;
  if (option.name === "force_quote" && nodeField(value ?? {}, "A_Star") !== undefined) return "all";
  const list = nodeField(value ?? {}, "List");
  if (list === undefined) throw notColumns(option);
  return listField(list, "items").map((item) => constantText(item) ?? "");
}

function notColumns(option: Option): SqlError {
  const message = `argument to option "${option.name}" must be a list of column names`;
  return new SqlError("22023", message, {
    position: option.location === undefined ? undefined : option.location + 1,
  });
}

function encodingOf(option: Option): string {
  const encoding = encodingName(encodingNumber(textOf(option)));
  if (encoding === undefined) {
    const message = `argument to option "${option.name}" must be a valid encoding name`;
    throw new SqlError("22023", message, {
      position: option.location === undefined ? undefined : option.location + 1,
    });
  }
  if (isConvertedEncoding(encoding)) return encoding;
  throw unsupported(`COPY encoding ${encoding} is not supported`);
}

const NO_COLUMNS: readonly string[] = [];

function checked(given: GivenOptions, direction: CopyDirection): CopyOptions {
  const format = given.format ?? "text";
  if (format === "binary") checkBinary(given);
  const csv = format === "csv";
  if (!csv) checkNotCsv(given);
  const quote = given.quote ?? '"';
  const result: CopyOptions = {
    format,
    delimiter: given.delimiter ?? (csv ? "," : "\t"),
    nullText: given.nullText ?? (csv ? "" : "\\N"),
    defaultText: given.defaultText,
    header: given.header ?? "none",
    quote,
    escape: given.escape ?? quote,
    forceQuote: given.forceQuote ?? NO_COLUMNS,
    forceNotNull: given.forceNotNull ?? NO_COLUMNS,
    forceNull: given.forceNull ?? NO_COLUMNS,
    freeze: given.freeze ?? false,
    characters: (client) => (given.encoding === undefined ? client : characterSet(given.encoding)),
  };
  checkCharacters(result, csv);
  checkDefaultText(result, direction);
  checkDirection(given, direction);
  return result;
}

function checkBinary(given: GivenOptions): void {
  if (given.delimiter !== undefined) throw syntax("cannot specify DELIMITER in BINARY mode");
  if (given.nullText !== undefined) throw syntax("cannot specify NULL in BINARY mode");
  if (given.defaultText !== undefined) throw syntax("cannot specify DEFAULT in BINARY mode");
  if (given.header !== undefined && given.header !== "none") {
    throw unsupported("cannot specify HEADER in BINARY mode");
  }
}

function checkNotCsv(given: GivenOptions): void {
  const only = (value: unknown, what: string): void => {
    if (value !== undefined) throw unsupported(`COPY ${what} available only in CSV mode`);
  };
  only(given.quote, "quote");
  only(given.escape, "escape");
  only(given.forceQuote, "force quote");
  only(given.forceNotNull, "force not null");
  only(given.forceNull, "force null");
}

function isOneByte(text: string): boolean {
  return text.length === 1 && text.charCodeAt(0) < 0x80;
}

function checkCharacters(given: CopyOptions, csv: boolean): void {
  const { delimiter, nullText, quote, escape } = given;
  if (!isOneByte(delimiter)) {
    throw unsupported("COPY delimiter must be a single one-byte character");
  }
  if (/[\r\n]/.test(delimiter)) {
    throw invalid("COPY delimiter cannot be newline or carriage return");
  }
  if (/[\r\n]/.test(nullText)) {
    throw invalid("COPY null representation cannot use newline or carriage return");
  }
  if (!csv && /[\\.a-z0-9]/.test(delimiter)) {
    throw invalid(`COPY delimiter cannot be "${delimiter}"`);
  }
  if (csv && !isOneByte(quote)) {
    throw unsupported("COPY quote must be a single one-byte character");
  }
  if (csv && delimiter === quote) throw invalid("COPY delimiter and quote must be different");
  if (csv && !isOneByte(escape)) {
    throw unsupported("COPY escape must be a single one-byte character");
  }
  if (nullText.includes(delimiter)) {
    throw unsupported("COPY delimiter must not appear in the NULL specification");
  }
  if (csv && nullText.includes(quote)) {
    throw unsupported("CSV quote character must not appear in the NULL specification");
  }
}

function checkDefaultText(
  { defaultText, nullText, delimiter, quote, format }: CopyOptions,
  direction: CopyDirection,
): void {
  if (defaultText === undefined) return;
  if (/[\r\n]/.test(defaultText)) {
    throw invalid("COPY default representation cannot use newline or carriage return");
  }
  if (direction === "to") throw unsupported("COPY DEFAULT only available using COPY FROM");
  if (defaultText.includes(delimiter)) {
    throw unsupported("COPY delimiter must not appear in the DEFAULT specification");
  }
  if (format === "csv" && defaultText.includes(quote)) {
    throw unsupported("CSV quote character must not appear in the DEFAULT specification");
  }
  if (defaultText === nullText) {
    throw unsupported("NULL specification and DEFAULT specification cannot be the same");
  }
}

function checkDirection(given: GivenOptions, direction: CopyDirection): void {
  if (direction === "from" && given.forceQuote !== undefined) {
    throw unsupported("COPY force quote only available using COPY TO");
  }
  if (direction === "from") return;
  if (given.forceNotNull !== undefined) {
    throw unsupported("COPY force not null only available using COPY FROM");
  }
  if (given.forceNull !== undefined) {
    throw unsupported("COPY force null only available using COPY FROM");
  }
}

/**
 * Which of `columns` are chosen by the option; 42703 for a name that is not there, 42P10 for one of
 * `tableColumns` that is not copied. No table for a query.
 */
export function chosenColumns(
  choice: ColumnChoice,
  option: "FORCE_QUOTE" | "FORCE_NULL" | "FORCE_NOT_NULL",
  columns: readonly string[],
  table: string | undefined,
  tableColumns: readonly string[] = columns,
): readonly boolean[] {
  if (choice === "all") return columns.map(() => true);
  for (const name of choice) {
    if (columns.includes(name)) continue;
    if (tableColumns.includes(name)) {
      throw new SqlError("42P10", `${option} column "${name}" not referenced by COPY`);
    }
    const where = table === undefined ? "" : ` of relation "${table}"`;
    throw new SqlError("42703", `column "${name}"${where} does not exist`);
  }
  return columns.map((name) => choice.includes(name));
}
