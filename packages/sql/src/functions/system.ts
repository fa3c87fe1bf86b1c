/**
 * Functions that answer about the session, the server or the catalog. What needs the catalog is
 * delegated to the session by its pg_proc name (proname, not prosrc) with the arguments as given.
 */
import { InvariantError, SqlError, featureNotSupported } from "@firstlight/common";
import { registerFunctions, registerPolymorphic } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import type { EvaluationContext, SessionFacts } from "../expression/evaluation-context.ts";
import type { Datum } from "../values/datum.ts";
import { NAME } from "../types/oids.ts";
import { makeArray } from "../values/array.ts";
import { CATALOG_FUNCTIONS } from "./catalog-functions.ts";

export function sessionOf(context: EvaluationContext): SessionFacts {
  if (context.session !== undefined) return context.session;
  throw new InvariantError("a pushed-down expression asked for its session");
}

function setting(context: EvaluationContext, name: string): string {
  const value = sessionOf(context).getSetting(name);
  if (value !== undefined) return value;
  throw new SqlError("42704", `unrecognized configuration parameter "${name}"`);
}

const facts: Record<string, Implementation> = {
  current_user: (context) => sessionOf(context).currentUser,
  session_user: (context) => sessionOf(context).sessionUser,
  current_database: (context) => sessionOf(context).database,
  pg_backend_pid: (context) => sessionOf(context).backendPid,
  current_schema: (context) => sessionOf(context).currentSchemas(false)[0] ?? null,
  current_schemas: (context, implicit: boolean) =>
    makeArray(NAME, sessionOf(context).currentSchemas(implicit)),
  pgsql_version: (context) => sessionOf(context).callCatalogFunction("version", []),
  text_regclass: (context, name: string) =>
    sessionOf(context).callCatalogFunction("to_regclass_strict", [name]),
  show_config_by_name: (context, name: string) => setting(context, name),
  show_config_by_name_missing_ok: (context, name: string, missingOk: boolean) =>
    missingOk ? (sessionOf(context).getSetting(name) ?? null) : setting(context, name),
  set_config_by_name: (
    context,
    name: string | null,
    value: string | null,
    local: boolean | null,
  ) => {
    if (name === null) throw new SqlError("22004", "SET requires parameter name");
    return sessionOf(context).setSetting(name, value ?? "", local ?? false);
  },
  pg_client_encoding: () => "UTF8",
  getdatabaseencoding: () => "UTF8",
  pg_is_in_recovery: () => false,
  pg_jit_available: () => false,
  pg_trigger_depth: () => 0,
  pg_my_temp_schema: () => 0,
  pg_is_other_temp_schema: () => false,
  inet_client_port: () => null,
  inet_server_port: () => null,
};

/** Numbers of pg_wchar.h for the encodings that a client can name here. */
const ENCODINGS: readonly string[] = [
  "SQL_ASCII",
  "EUC_JP",
  "EUC_CN",
  "EUC_KR",
  "EUC_TW",
  "EUC_JIS_2004",
  "UTF8",
  "MULE_INTERNAL",
  "LATIN1",
  "LATIN2",
  "LATIN3",
  "LATIN4",
  "LATIN5",
  "LATIN6",
  "LATIN7",
  "LATIN8",
  "LATIN9",
  "LATIN10",
  "WIN1256",
  "WIN1258",
  "WIN866",
  "WIN874",
  "KOI8R",
  "WIN1251",
  "WIN1252",
  "ISO_8859_5",
  "ISO_8859_6",
  "ISO_8859_7",
  "ISO_8859_8",
  "WIN1250",
  "WIN1253",
  "WIN1254",
  "WIN1255",
  "WIN1257",
  "KOI8U",
  "SJIS",
  "BIG5",
  "GBK",
  "UHC",
  "GB18030",
  "JOHAB",
  "SHIFT_JIS_2004",
];

function encodingNumber(name: string): number {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = plain(name) === "unicode" ? "utf8" : plain(name);
  return ENCODINGS.findIndex((encoding) => plain(encoding) === wanted);
}

const encodings: Record<string, Implementation> = {
  PG_encoding_to_char: (_, encoding: number) => ENCODINGS[encoding] ?? "",
  PG_char_to_encoding: (_, name: string) => encodingNumber(name),
};

const REFUSED: Readonly<Record<string, string>> = {
  pg_sleep: "pg_sleep",
  pg_current_xact_id: "pg_current_xact_id",
  pg_current_xact_id_if_assigned: "pg_current_xact_id_if_assigned",
  pg_xact_status: "pg_xact_status",
};

function refusals(): Record<string, Implementation> {
  const entries: Record<string, Implementation> = {};
  for (const [source, name] of Object.entries(REFUSED)) {
    entries[source] = () => {
      throw featureNotSupported(`function ${name}`);
    };
  }
  return entries;
}

function delegate(name: string): Implementation {
  return (context, ...args: Datum[]) => sessionOf(context).callCatalogFunction(name, args);
}

/** Prints a byte count as pg_size_pretty does: half a unit rounds away from zero. */
const UNITS: readonly (readonly [string, bigint, boolean, number])[] = [
  ["bytes", 10n * 1024n, false, 0],
  ["kB", 20n * 1024n - 1n, true, 10],
  ["MB", 20n * 1024n - 1n, true, 20],
  ["GB", 20n * 1024n - 1n, true, 30],
  ["TB", 20n * 1024n - 1n, true, 40],
  ["PB", 20n * 1024n - 1n, true, 50],
];

function sizePretty(bytes: bigint): string {
  let size = bytes;
  for (const [index, [unit, limit, round, bits]] of UNITS.entries()) {
    const next = UNITS[index + 1];
    const magnitude = size < 0n ? -size : size;
    if (next !== undefined && magnitude >= limit) {
      const shift = next[3] - bits - (next[2] ? 1 : 0) + (round ? 1 : 0);
      size /= 1n << BigInt(shift);
      continue;
    }
    if (round) size = size >= 0n ? (size + 1n) / 2n : (size - 1n) / 2n;
    return `${size} ${unit}`;
  }
  return `${size} bytes`;
}

export function registerSystem(): void {
  registerFunctions(facts);
  registerFunctions(encodings);
  registerFunctions(refusals());
  for (const [source, name] of CATALOG_FUNCTIONS) registerFunctions({ [source]: delegate(name) });
  registerFunctions({ pg_size_pretty: (_, bytes: bigint) => sizePretty(bytes) });
  registerPolymorphic({
    pg_typeof:
      ({ argTypes }) =>
      () =>
        argTypes[0] ?? 0,
    pg_num_nulls:
      () =>
      (_, ...args: Datum[]) =>
        args.filter((arg) => arg === null).length,
    pg_num_nonnulls:
      () =>
      (_, ...args: Datum[]) =>
        args.filter((arg) => arg !== null).length,
  });
}
