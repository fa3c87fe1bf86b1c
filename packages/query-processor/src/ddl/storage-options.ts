/**
 * WITH (...), TABLESPACE and USING of tables and indexes: how PostgreSQL stores them. They change
 * nothing here, but what PostgreSQL refuses is refused.
 */
import { SqlError } from "@firstlight/common";
import { asTag, list, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { noteOnce, optionText } from "./view-options.ts";

type Check = (name: string, value: string) => void;

function number(min: number, max: number, isInteger = true): Check {
  const kind = isInteger ? "integer" : "floating point";
  return (name, value) => {
    const read = isInteger && !/^[+-]?\d+$/u.test(value) ? Number.NaN : Number(value);
    if (value === "" || Number.isNaN(read)) {
      throw new SqlError("22023", `invalid value for ${kind} option "${name}": ${value}`);
    }
    if (read >= min && read <= max) return;
    const digits = (bound: number): string => (isInteger ? String(bound) : bound.toFixed(6));
    throw new SqlError("22023", `value ${value} out of bounds for option "${name}"`, {
      detail: `Valid values are between "${digits(min)}" and "${digits(max)}".`,
    });
  };
}

const WORDS = /^(?:t|tr|tru|true|y|ye|yes|on|1|f|fa|fal|fals|false|n|no|of|off|0)$/iu;

const boolean: Check = (name, value) => {
  if (WORDS.test(value)) return;
  throw new SqlError("22023", `invalid value for boolean option "${name}": ${value}`);
};

function oneOf(values: readonly string[], detail: string): Check {
  return (name, value) => {
    if (values.includes(value.toLowerCase())) return;
    const text = `invalid value for enum option "${name}": ${value}`;
    throw new SqlError("22023", text, { detail });
  };
}

const INT_MAX = 2147483647;
const anything: Check = () => {};

const VACUUM: Readonly<Record<string, Check>> = {
  autovacuum_enabled: boolean,
  autovacuum_vacuum_threshold: number(0, INT_MAX),
  autovacuum_vacuum_insert_threshold: number(-1, INT_MAX),
  autovacuum_vacuum_cost_limit: number(1, 10_000),
  autovacuum_vacuum_cost_delay: number(0, 100, false),
  autovacuum_vacuum_scale_factor: number(0, 100, false),
  autovacuum_vacuum_insert_scale_factor: number(0, 100, false),
  autovacuum_freeze_min_age: number(0, 1_000_000_000),
  autovacuum_freeze_max_age: number(100_000, 2_000_000_000),
  autovacuum_freeze_table_age: number(0, 2_000_000_000),
  autovacuum_multixact_freeze_min_age: number(0, 1_000_000_000),
  autovacuum_multixact_freeze_max_age: number(10_000, 2_000_000_000),
  autovacuum_multixact_freeze_table_age: number(0, 2_000_000_000),
  log_autovacuum_min_duration: number(-1, INT_MAX),
  vacuum_index_cleanup: oneOf(
    ["auto", "on", "off", "true", "false", "yes", "no", "1", "0"],
    'Valid values are "on", "off", and "auto".',
  ),
  vacuum_truncate: boolean,
};

const TABLE: Readonly<Record<string, Check>> = {
  ...VACUUM,
  fillfactor: number(10, 100),
  toast_tuple_target: number(128, 8160),
  parallel_workers: number(0, 1024),
  user_catalog_table: boolean,
  autovacuum_analyze_threshold: number(0, INT_MAX),
  autovacuum_analyze_scale_factor: number(0, 100, false),
  oids: anything,
};

const INDEX: Readonly<Record<string, Check>> = {
  fillfactor: number(10, 100),
  deduplicate_items: boolean,
};

export function checkStorageOptions(
  nodes: readonly ParseNode[],
  kind: "table" | "index",
  isReset = false,
): void {
  const [seen, ofToast] = [new Set<string>(), new Set<string>()];
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    const namespace = optionalString(option, "defnamespace");
    if (namespace !== undefined && (namespace !== "toast" || kind === "index")) {
      throw new SqlError("22023", `unrecognized parameter namespace "${namespace}"`);
    }
    const known = namespace === undefined ? (kind === "table" ? TABLE : INDEX) : VACUUM;
    const check = known[name];
    if (check === undefined) throw new SqlError("22023", `unrecognized parameter "${name}"`);
    if (isReset) continue;
    noteOnce(namespace === undefined ? seen : ofToast, name);
    check(name, optionText(option));
  }
}

interface Stored {
  readonly storage?: readonly string[];
}

/** The parameters after a change, as they are kept; what is not for the relation itself is not. */
export function storageAfter<T extends Stored>(
  relation: T,
  nodes: readonly ParseNode[],
  isReset = false,
): T {
  const kept = new Map(
    (relation.storage ?? []).map((each) => [each.slice(0, each.indexOf("=")), each]),
  );
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    if (optionalString(option, "defnamespace") !== undefined || name === "oids") continue;
    kept.delete(name);
    if (!isReset) kept.set(name, `${name}=${optionText(option)}`);
  }
  const { storage: _, ...bare } = relation;
  return (kept.size === 0 ? bare : { ...bare, storage: [...kept.values()] }) as T;
}

const TABLESPACES: readonly string[] = ["pg_default", "pg_global"];

export function checkTablespace(name: string | undefined): void {
  if (name === undefined || name === "" || TABLESPACES.includes(name)) return;
  throw new SqlError("42704", `tablespace "${name}" does not exist`);
}

/** Of a table: there is one. */
export function checkTableMethod(name: string | undefined): void {
  if (name === undefined || name === "" || name === "heap") return;
  throw new SqlError("42704", `access method "${name}" does not exist`);
}

/** What CREATE TABLE says of all this. */
export function checkTableStorage(statement: ParseNode): void {
  checkTablespace(optionalString(statement, "tablespacename"));
  checkTableMethod(optionalString(statement, "accessMethod"));
  checkStorageOptions(list(statement, "options"), "table");
}
