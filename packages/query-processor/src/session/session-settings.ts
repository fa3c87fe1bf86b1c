/**
 * The values of one session's settings. Changes are undone with the transaction or savepoint that
 * made them; SET LOCAL lasts until the end of the transaction. Changes that clients follow are
 * reported with the next ReadyForQuery.
 */
import {
  SETTING_TABLE,
  SqlError,
  parseSetting,
  showSetting,
  splitDateStyle,
} from "@firstlight/common";
import type { SettingDefinition } from "@firstlight/common";
import type { CharacterSet, FormatSettings } from "@firstlight/sql";
import { characterSet } from "@firstlight/sql";
import type { SettingFacts } from "../catalog/catalog.ts";
import type { AdmissionBounds } from "../admission/admission.ts";
import type { StoredSetting } from "../engine/engine.ts";
import { checkMayChange } from "./setting-permission.ts";
import type { SpillSettings } from "../spill/spill-space.ts";
import type { PlannerSettings } from "../plan/planner-settings.ts";
import { plannerSettings } from "../plan/planner-settings.ts";
import { splitIdentifierList } from "./identifier-list.ts";
import { TEXT_SEARCH_SETTING, textSearchConfiguration } from "./text-search-setting.ts";

const DEFINITIONS: ReadonlyMap<string, SettingDefinition> = new Map(
  SETTING_TABLE.map((definition) => [definition.name.toLowerCase(), definition]),
);
const REPORTED = SETTING_TABLE.filter((definition) => definition.report === true);
export const CUSTOM_NAME: RegExp =
  /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*(\.[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)+$/;

interface Change {
  readonly key: string;
  readonly session: string | undefined;
  readonly local: string | undefined;
}

/** Values that are needed for every statement, worked out once per change. */
export interface DerivedSettings {
  readonly format: FormatSettings;
  /** The client's, where it is not UTF-8. */
  readonly characters: CharacterSet | undefined;
  readonly searchPath: readonly string[];
  readonly statementTimeoutMicros: number;
  readonly lockTimeoutMicros: number;
  readonly idleInTransactionMicros: number;
  readonly idleSessionMicros: number;
  readonly admission: AdmissionBounds;
  /** firstlight.as_of; empty: the present. */
  readonly asOf: string;
  readonly retryLimit: number;
  /** firstlight.copy_commit_size; 0: COPY FROM is one transaction. */
  readonly copyCommitBytes: number;
  readonly preparedStatementsMax: number;
  readonly portalsMax: number;
  readonly memoryLimitBytes: number;
  readonly spill: SpillSettings;
  readonly minimumMessageLevel: string;
  readonly planner: PlannerSettings;
  /** SET ROLE's; undefined: NONE. */
  readonly role: string | undefined;
  /** SET SESSION AUTHORIZATION's, or who has logged in; undefined: before that is known. */
  readonly sessionUser: string | undefined;
}

export type SetScope = "session" | "local";
/** Who changes it: the server itself, the startup packet, a statement, or what one brings along. */
export type SetSource =
  | "server"
  | "startup"
  | "statement"
  | "consequence"
  | StoredSetting["source"];

/** In pg_settings.source. */
const SOURCE_NAMES: Readonly<Partial<Record<SetSource, string>>> = {
  server: "override",
  startup: "client",
};

export class SessionSettings {
  /** What RESET goes back to: the startup packet's values over the table's. */
  readonly #resets = new Map<string, string>();
  readonly #resetSources = new Map<string, string>();
  readonly #session = new Map<string, string>();
  readonly #local = new Map<string, string>();
  readonly #reported = new Map<string, string>();
  /** Settings of users' own that were ever set, rolled back or not: from then on they are there. */
  readonly #placeholders = new Set<string>();
  #changes: Change[] = [];
  #derived: DerivedSettings | undefined;
  #reportDue = true;
  /** What this server says of itself, for all its sessions. */
  readonly #server: ReadonlyMap<string, string>;

  readonly #encodingChanged: (characters: CharacterSet | undefined) => void;
  #encoding: string | undefined = "UTF8";

  /** `encodingChanged`: from now on the client's text is of these characters; undefined: UTF-8. */
  constructor(
    server: ReadonlyMap<string, string> = new Map(),
    encodingChanged: (characters: CharacterSet | undefined) => void = () => {},
  ) {
    this.#server = server;
    this.#encodingChanged = encodingChanged;
  }

  #initial(key: string): string | undefined {
    return this.#resets.get(key) ?? this.#server.get(key) ?? DEFINITIONS.get(key)?.default;
  }

  get isSuperuser(): boolean {
    return this.get("is_superuser") === "on";
  }

  /** Canonical name, 42704 when there is none. */
  nameOf(name: string): string {
    const known = DEFINITIONS.get(name.toLowerCase());
    if (known !== undefined) return known.name;
    if (this.#isFree(name)) return name;
    throw unrecognized(name);
  }

  /** Of any value: those with a prefix, and those that are the server's profile's. */
  #isFree(name: string): boolean {
    return CUSTOM_NAME.test(name) || this.#server.has(name.toLowerCase());
  }

  static definition(name: string): SettingDefinition | undefined {
    return DEFINITIONS.get(name.toLowerCase());
  }

  /** Canonical value, undefined for a custom setting that was never set. */
  get(name: string): string | undefined {
    const key = name.toLowerCase();
    return (
      this.#local.get(key) ??
      this.#session.get(key) ??
      this.#initial(key) ??
      (this.#placeholders.has(key) ? "" : undefined)
    );
  }

  facts(name: string): SettingFacts | undefined {
    const key = name.toLowerCase();
    const value = this.get(name);
    if (value === undefined) return undefined;
    const resetValue = this.#initial(key) ?? value;
    const isOwn = this.#local.has(key) || this.#session.has(key);
    if (isOwn && value !== resetValue) return { value, resetValue, source: "session" };
    const before = this.#server.has(key) ? "command line" : "default";
    return { value, resetValue, source: this.#resetSources.get(key) ?? before };
  }

  /** As SHOW prints it; undefined when unknown. */
  show(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const definition = DEFINITIONS.get(name.toLowerCase());
    return definition === undefined ? value : showSetting(definition, value);
  }

  /** Undefined `value` resets. */
  set(name: string, value: string | undefined, scope: SetScope, source: SetSource): void {
    const key = name.toLowerCase();
    const definition = DEFINITIONS.get(key);
    if (definition === undefined) {
      if (!this.#isFree(name)) throw notAssignable(name);
      this.#placeholders.add(key);
    }
    const isChecked = source === "startup" || source === "statement";
    if (definition !== undefined && isChecked) {
      checkMayChange(definition, {
        isSuperuser: this.isSuperuser,
        atStart: source === "startup",
      });
    }
    const canonical =
      value === undefined
        ? (this.#initial(key) ?? "")
        : definition === undefined
          ? value
          : this.#parsed(definition, value, name);
    if (source === "statement" || source === "consequence") this.#assign(key, canonical, scope);
    else {
      this.#resets.set(key, canonical);
      this.#resetSources.set(key, SOURCE_NAMES[source] ?? source);
    }
    this.#touch();
  }

  #parsed(definition: SettingDefinition, value: string, name: string): string {
    const key = definition.name.toLowerCase();
    if (key === TEXT_SEARCH_SETTING) return textSearchConfiguration(value);
    return parseSetting(definition, value, this.get(key) ?? "", name);
  }

  /** What the server says of itself in this session alone. */
  override(name: string, value: string): void {
    this.#resets.set(name, value);
    this.#touch();
  }

  #assign(key: string, value: string, scope: SetScope): void {
    this.#changes.push({ key, session: this.#session.get(key), local: this.#local.get(key) });
    if (scope === "local") {
      this.#local.set(key, value);
      return;
    }
    this.#local.delete(key);
    this.#session.set(key, value);
  }

  resetAll(): void {
    for (const key of [...this.#session.keys(), ...this.#local.keys()]) {
      if (key === "session_authorization" || key === "role") continue;
      if (key.startsWith("transaction_")) continue;
      const value = this.#initial(key) ?? "";
      this.#assign(key, value, "session");
    }
    this.#touch();
  }

  mark(): number {
    return this.#changes.length;
  }

  rollbackTo(mark: number): void {
    if (this.#changes.length <= mark) return;
    for (let at = this.#changes.length - 1; at >= mark; at--) {
      const change = this.#changes[at];
      if (change === undefined) continue;
      restore(this.#session, change.key, change.session);
      restore(this.#local, change.key, change.local);
    }
    this.#changes.length = mark;
    this.#touch();
  }

  commit(): void {
    if (this.#changes.length === 0) return;
    this.#changes = [];
    if (this.#local.size > 0) {
      this.#local.clear();
      this.#touch();
    }
  }

  #touch(): void {
    this.#derived = undefined;
    this.#reportDue = true;
    const encoding = this.get("client_encoding");
    if (encoding === this.#encoding) return;
    this.#encoding = encoding;
    this.#encodingChanged(this.derived.characters);
  }

  get derived(): DerivedSettings {
    this.#derived ??= this.#derive();
    return this.#derived;
  }

  #roleNamed(name: string): string | undefined {
    const value = this.get(name) ?? "";
    return value === "" || value === "none" ? undefined : value;
  }

  #number(name: string): number {
    return Number(this.get(name));
  }

  /** In microseconds; zero: none. */
  #bound(name: string): number {
    return this.#number(name) * 1000 || Infinity;
  }

  #derive(): DerivedSettings {
    const { style, order } = splitDateStyle(this.get("DateStyle") ?? "");
    return {
      format: {
        timeZone: this.get("TimeZone") ?? "UTC",
        dateStyle: style,
        dateOrder: order,
        intervalStyle: (this.get("IntervalStyle") ?? "postgres") as FormatSettings["intervalStyle"],
        byteaOutput: this.get("bytea_output") === "escape" ? "escape" : "hex",
        extraFloatDigits: this.#number("extra_float_digits"),
        ...(this.get("quote_all_identifiers") === "on" ? { quotesAll: true } : {}),
      },
      characters: characterSet(this.get("client_encoding") ?? ""),
      searchPath: splitIdentifierList(this.get("search_path") ?? "") ?? [],
      statementTimeoutMicros: this.#number("statement_timeout") * 1000,
      lockTimeoutMicros: this.#number("lock_timeout") * 1000,
      idleInTransactionMicros: this.#number("idle_in_transaction_session_timeout") * 1000,
      idleSessionMicros: this.#number("idle_session_timeout") * 1000,
      preparedStatementsMax: this.#number("firstlight.max_prepared_statements"),
      portalsMax: this.#number("firstlight.max_portals"),
      admission: {
        storage: this.#bound("firstlight.max_storage_lag"),
        journal: this.#bound("firstlight.max_commit_delay"),
      },
      asOf: (this.get("firstlight.as_of") ?? "").trim(),
      retryLimit: this.#number("firstlight.autocommit_retry_limit"),
      copyCommitBytes: this.#number("firstlight.copy_commit_size") * 1024,
      memoryLimitBytes: this.#number("firstlight.query_memory") * 1024,
      spill: {
        limitKilobytes: this.#number("temp_file_limit"),
        logFromKilobytes: this.#number("log_temp_files"),
      },
      minimumMessageLevel: this.get("client_min_messages") ?? "notice",
      planner: plannerSettings((name) => this.get(name)),
      role: this.#roleNamed("role"),
      sessionUser: this.#roleNamed("session_authorization"),
    };
  }

  /** Calls `report` for each setting that clients follow and whose value they do not know yet. */
  reportChanges(report: (name: string, value: string) => void): void {
    if (!this.#reportDue) return;
    this.#reportDue = false;
    for (const { name } of REPORTED) {
      const value = this.show(name) ?? "";
      if (this.#reported.get(name) === value) continue;
      this.#reported.set(name, value);
      report(name, value);
    }
  }

  /** For SHOW ALL: name, value, description, sorted by name. */
  *all(): Iterable<readonly [string, string, string]> {
    for (const { name, description, hidden } of SETTING_TABLE) {
      if (hidden !== true) yield [name, this.show(name) ?? "", description];
    }
  }
}

function restore(map: Map<string, string>, key: string, value: string | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** Of SET; whoever only reads says that there is none. */
export function notAssignable(name: string): SqlError {
  if (!name.includes(".")) return unrecognized(name);
  return new SqlError("42602", `invalid configuration parameter name "${name}"`, {
    detail: "Custom parameter names must be two or more simple identifiers separated by dots.",
  });
}

export function unrecognized(name: string): SqlError {
  return new SqlError("42704", `unrecognized configuration parameter "${name}"`);
}
