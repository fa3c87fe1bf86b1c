/**
 * What an expression may ask of the world while it runs. One per statement execution; a pushed-down
 * expression gets a context without session, and asking it for one is an invariant error.
 */
import type { LongCalls } from "../functions/long-call.ts";
import type { Datum } from "../values/datum.ts";

/** Settings that change how values are read and printed. */
export interface FormatSettings {
  /** IANA name or POSIX offset as SHOW TimeZone gives it. */
  readonly timeZone: string;
  readonly dateStyle: "ISO" | "SQL" | "Postgres" | "German";
  readonly dateOrder: "MDY" | "DMY" | "YMD";
  readonly intervalStyle: "postgres" | "postgres_verbose" | "sql_standard" | "iso_8601";
  readonly byteaOutput: "hex" | "escape";
  /** -15..3 as in PostgreSQL; 1 is the default: shortest precise. */
  readonly extraFloatDigits: number;
  /** quote_all_identifiers, if it is on. */
  readonly quotesAll?: boolean;
  /** Names of tables, schemas and roles, for values of reg* types; without it they print as numbers. */
  readonly objectName?: (type: number, oid: number) => string | undefined;
}

export const DEFAULT_FORMAT: FormatSettings = {
  timeZone: "UTC",
  dateStyle: "ISO",
  dateOrder: "MDY",
  intervalStyle: "postgres",
  byteaOutput: "hex",
  extraFloatDigits: 1,
};

/** What functions may do to the session. */
export interface SessionEffects {
  /** Microseconds since 2000-01-01 UTC: when this server began to serve. */
  readonly serverStart: bigint;
  /** What the client sent, as it runs. */
  readonly currentQuery: string;
  /** The statement goes on after that long, or when it is cancelled. */
  sleep(micros: number): void;
  /** From here on random() gives the numbers that PostgreSQL gives after setseed. */
  seedRandom(seed: number): void;
  /** A name by which another session can read at the transaction's snapshot. */
  exportSnapshot(): string;
  /** The transaction's number; undefined when it has none and `assign` is false. */
  transactionId(assign: boolean): bigint | undefined;
  /** Tells whoever listens, when the transaction commits. */
  notify(channel: string, payload: string): void;
  readonly listeningChannels: readonly string[];
  /** How much of the room for notifications that wait is taken, 0 to 1. */
  readonly notificationQueueUsage: number;
  /** How a transaction ended, as far as it is known; 22023 for numbers not given yet. */
  transactionStatus(number: bigint): string | undefined;
}

/** Session facts that system functions report. */
export interface SessionFacts {
  readonly currentUser: string;
  readonly sessionUser: string;
  readonly database: string;
  readonly backendPid: number;
  /** Absent where no client's statement runs. */
  readonly effects?: SessionEffects | undefined;
  /** Schemas of the effective search path, implicit ones included if asked. */
  currentSchemas(includeImplicit: boolean): readonly string[];
  getSetting(name: string): string | undefined;
  /** Undefined `value`: back to its default. */
  setSetting(name: string, value: string | undefined, local: boolean): string;
  /** Calls of functions that need the catalog (format_type of user types, pg_get_indexdef, ...). */
  callCatalogFunction(name: string, args: readonly Datum[]): Datum;
}

export interface EvaluationContext {
  readonly params: readonly Datum[];
  /** Values of ExecParams by id. */
  readonly execParams: Datum[];
  readonly format: FormatSettings;
  /** Microseconds since 2000-01-01 UTC: one value per transaction, statement, and call. */
  readonly transactionTime: bigint;
  readonly statementTime: bigint;
  clockTime(): bigint;
  /** Uniform in [0, 1). */
  random(): number;
  randomBytes(length: number): Uint8Array;
  readonly session: SessionFacts | undefined;
  /** Undefined: long calls are run to their end. */
  readonly longCalls?: LongCalls | undefined;
  /** What is bound was written earlier, when labels of enums may have had other names. */
  readonly isSchema?: boolean;
}
