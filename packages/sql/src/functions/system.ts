/**
 * Functions that answer about the session, the server or the catalog. What needs the catalog is
 * delegated to the session by its pg_proc name (proname, not prosrc) with the arguments as given.
 */
import { InvariantError, SqlError } from "@firstlight/common";
import { registerFunctions, registerPolymorphic, registerVariadic } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import type { EvaluationContext, SessionFacts } from "../expression/evaluation-context.ts";
import type { Datum } from "../values/datum.ts";
import { NAME } from "../types/oids.ts";
import { makeArray } from "../values/array.ts";
import { CATALOG_FUNCTIONS } from "./catalog-functions.ts";

const INT_MAX = 2147483647;
/** Those below stand for frozen rows and such. */
const FIRST_NORMAL_XID = 3;

export function sessionOf(context: EvaluationContext): SessionFacts {
  if (context.session !== undefined) return context.session;
  throw new InvariantError("a pushed-down expression asked for its session");
}

function setting(context: EvaluationContext, name: string): string {
  const value = sessionOf(context).getSetting(name);
  if (value !== undefined) return value;
  throw new SqlError("42704", `unrecognized configuration parameter "${name}"`);
}

/** No query processor follows another server: there is nothing to pause. */
function notInRecovery(): never {
  throw new SqlError("55000", "recovery is not in progress", {
    hint: "Recovery control functions can only be executed during recovery.",
  });
}

const recovery: Record<string, Implementation> = {
  pg_is_in_recovery: () => false,
  pg_is_wal_replay_paused: notInRecovery,
  pg_get_wal_replay_pause_state: notInRecovery,
  pg_wal_replay_pause: notInRecovery,
  pg_wal_replay_resume: notInRecovery,
  pg_promote: notInRecovery,
  pg_last_xact_replay_timestamp: () => null,
};

const LOG_FORMATS: ReadonlySet<string> = new Set(["stderr", "csvlog", "jsonlog"]);

/** No collector writes files of the log. */
function currentLogFile(_: EvaluationContext, format: string | null): null {
  if (format === null || LOG_FORMATS.has(format)) return null;
  throw new SqlError("22023", `log format "${format}" is not supported`, {
    hint: 'The supported log formats are "stderr", "csvlog", and "jsonlog".',
  });
}

const facts: Record<string, Implementation> = {
  pg_current_logfile: () => null,
  pg_current_logfile_1arg: currentLogFile,
  current_user: (context) => sessionOf(context).currentUser,
  session_user: (context) => sessionOf(context).sessionUser,
  current_database: (context) => sessionOf(context).database,
  pg_backend_pid: (context) => sessionOf(context).backendPid,
  current_schema: (context) => sessionOf(context).currentSchemas(false)[0] ?? null,
  current_schemas: (context, implicit: boolean) =>
    makeArray(NAME, sessionOf(context).currentSchemas(implicit)),
  pgsql_version: (context) => sessionOf(context).callCatalogFunction("version", []),
  text_regclass: (context, name: string) =>
    sessionOf(context).callCatalogFunction("text_regclass", [name]),
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
    return sessionOf(context).setSetting(name, value ?? undefined, local ?? false);
  },
  pg_client_encoding: (context) => setting(context, "client_encoding"),
  getdatabaseencoding: () => "UTF8",
  // Transactions have no order of numbers: none is old, whatever was written.
  xid_age: (_, xid: number) => (xid < FIRST_NORMAL_XID ? INT_MAX : 1),
  mxid_age: (_, xid: number) => (xid === 0 ? INT_MAX : 1),
  pg_jit_available: () => false,
  pg_trigger_depth: () => 0,
  pg_is_other_temp_schema: () => false,
  inet_client_port: () => null,
  inet_server_port: () => null,
};

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

const isNull = (value: Datum): boolean => value === null;
const isNotNull = (value: Datum): boolean => value !== null;

function countOf(values: readonly Datum[], isCounted: (value: Datum) => boolean): number {
  let count = 0;
  for (const value of values) if (isCounted(value)) count++;
  return count;
}

export function registerSystem(): void {
  registerFunctions(facts);
  registerFunctions(recovery);
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
        countOf(args, isNull),
    pg_num_nonnulls:
      () =>
      (_, ...args: Datum[]) =>
        countOf(args, isNotNull),
  });
  registerVariadic({
    pg_num_nulls: () => (_, fixed, elements) => countOf(fixed, isNull) + countOf(elements, isNull),
    pg_num_nonnulls: () => (_, fixed, elements) =>
      countOf(fixed, isNotNull) + countOf(elements, isNotNull),
  });
}
