/**
 * Options of CREATE and ALTER DATABASE. There is one encoding and one locale: what says the same, in
 * whichever words, is accepted.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { bindError } from "../../bind/errors.ts";
import {
  asTag,
  child,
  flag,
  int,
  list,
  locationOf,
  optionalString,
  string,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";

export interface DatabaseOptions {
  owner?: string;
  template?: string;
  isTemplate?: boolean;
  allowConnections?: boolean;
  connectionLimit?: number;
}

const SAME_LOCALES: ReadonlySet<string> = new Set(["C", "POSIX", "C.UTF-8", "C.UTF8", "DEFAULT"]);
const ENCODINGS: ReadonlySet<string> = new Set(["UTF8", "UNICODE"]);
const UTF8 = 6;

function argOf(option: ParseNode): ParseNode | undefined {
  return child(option, "arg");
}

/** As defGetString; undefined: DEFAULT. */
function textOf(option: ParseNode): string | undefined {
  const arg = argOf(option);
  const text = asTag(arg, "String");
  if (text !== undefined) return string(text, "sval");
  const number = asTag(arg, "Integer");
  if (number !== undefined) return String(int(number, "ival"));
  const boolean = asTag(arg, "Boolean");
  return boolean === undefined ? undefined : flag(boolean, "boolval") ? "true" : "false";
}

/** As defGetBoolean. */
function flagOf(option: ParseNode): boolean {
  const text = textOf(option)?.toLowerCase() ?? "true";
  if (["true", "on", "1"].includes(text)) return true;
  if (["false", "off", "0"].includes(text)) return false;
  throw new SqlError("42601", `${string(option, "defname")} requires a Boolean value`);
}

function limitOf(option: ParseNode): number {
  const limit = Number(textOf(option) ?? -1);
  if (!Number.isInteger(limit)) {
    throw new SqlError("42601", "connection_limit requires an integer value");
  }
  if (limit < -1) throw new SqlError("22023", `invalid connection limit: ${limit}`);
  return limit;
}

function checkEncoding(option: ParseNode): void {
  const number = asTag(argOf(option), "Integer");
  if (number !== undefined && int(number, "ival") === UTF8) return;
  const text = textOf(option);
  if (text === undefined) return;
  const name = text.toUpperCase().replace(/[^A-Z0-9]/gu, "");
  if (ENCODINGS.has(name) || (number === undefined && name === "")) return;
  throw featureNotSupported(`encoding ${text}`);
}

function checkLocale(option: ParseNode): void {
  const text = textOf(option);
  if (text === undefined || SAME_LOCALES.has(text.toUpperCase())) return;
  throw featureNotSupported(`locale "${text}"`);
}

function checkProvider(option: ParseNode): void {
  const text = textOf(option) ?? "libc";
  if (text.toLowerCase() === "libc") return;
  if (text.toLowerCase() === "icu") throw featureNotSupported("locale provider icu");
  throw new SqlError("42P17", `unrecognized locale provider: ${text}`);
}

function checkTablespace(option: ParseNode): void {
  const text = textOf(option) ?? "pg_default";
  if (text === "pg_default") return;
  if (text === "pg_global") {
    throw new SqlError("42501", "pg_global cannot be used as default tablespace");
  }
  throw new SqlError("42704", `tablespace "${text}" does not exist`);
}

function checkStrategy(option: ParseNode): void {
  const text = textOf(option) ?? "wal_log";
  if (["wal_log", "file_copy"].includes(text.toLowerCase())) return;
  throw new SqlError("22023", `invalid create database strategy "${text}"`, {
    hint: 'Valid strategies are "wal_log" and "file_copy".',
  });
}

type Reader = (option: ParseNode, options: DatabaseOptions) => void;

const ALTER_READERS: Readonly<Record<string, Reader>> = {
  is_template: (option, options) => void (options.isTemplate = flagOf(option)),
  allow_connections: (option, options) => void (options.allowConnections = flagOf(option)),
  connection_limit: (option, options) => void (options.connectionLimit = limitOf(option)),
  tablespace: checkTablespace,
};

const CREATE_READERS: Readonly<Record<string, Reader>> = {
  ...ALTER_READERS,
  owner: (option, options) => setText(options, "owner", option),
  template: (option, options) => setText(options, "template", option),
  encoding: checkEncoding,
  locale: checkLocale,
  lc_collate: checkLocale,
  lc_ctype: checkLocale,
  locale_provider: checkProvider,
  icu_locale: () => {
    throw featureNotSupported("locale provider icu");
  },
  icu_rules: () => {
    throw featureNotSupported("locale provider icu");
  },
  collation_version: () => undefined,
  strategy: checkStrategy,
  oid: () => {
    throw featureNotSupported("CREATE DATABASE ... OID");
  },
};

function setText(options: DatabaseOptions, name: "owner" | "template", option: ParseNode): void {
  const text = textOf(option);
  if (text !== undefined) options[name] = text;
}

export function databaseOptions(
  context: DdlContext,
  statement: ParseNode,
  command: "create" | "alter",
): DatabaseOptions {
  const readers = command === "create" ? CREATE_READERS : ALTER_READERS;
  const options: DatabaseOptions = {};
  const seen = new Set<string>();
  for (const node of list(statement, "options")) {
    const option = asTag(node, "DefElem") ?? node;
    const name = optionalString(option, "defname") ?? "";
    if (name === "location") {
      const hint = "Consider using tablespaces instead.";
      context.session.notice("WARNING", "0A000", "LOCATION is not supported anymore", { hint });
      continue;
    }
    const reader = readers[name];
    if (reader === undefined) {
      throw bindError("42601", `option "${name}" not recognized`, locationOf(option));
    }
    if (seen.has(name)) {
      throw bindError("42601", "conflicting or redundant options", locationOf(option));
    }
    seen.add(name);
    reader(option, options);
  }
  return options;
}
