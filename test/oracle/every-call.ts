/**
 * Calls of every function in scope with arguments of its declared types: the first of each type's
 * samples, the last, and some drawn by a generator with a fixed seed. A call is one SELECT.
 */
import type { ProcRow } from "../../packages/sql/src/catalog/proc-catalog.ts";
import { PROCS_IN_SCOPE, procWorks } from "../docs/function-coverage.ts";
import { samplesOf } from "./sample-values.ts";

const CALLS_PER_FUNCTION = 6;

/** What cannot give the same twice, or acts on the server or the session. */
const NOT_CALLED =
  /^(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|drandom|setseed|gen_random_uuid|pg_sleep|pg_current_|txid_(current|status)|pg_(terminate|cancel)_backend|pg_backend_pid|version|pg_postmaster|pg_conf_load|inet_(client|server)|set_config|current_query|array_(sample|shuffle)|pg_timezone_|pg_get_keywords|nextval|setval|currval|lastval|pg_(database|tablespace|relation|table|indexes|total_relation)_size|pg_relation_file|show_all|pg_show|pg_cursor|pg_prepared|has_|pg_has_role|row_security|pg_(cursor|blocking)|current_setting|pg_get_|pg_options|txid_|pg_my_temp|pg_is_in|pg_jit|pg_collation_actual|pg_database_coll|.*_is_visible|obj_description|col_description|shobj_description|pg_column_is|pg_relation_is|pg_sequence|to_reg|pg_char_to|pg_encoding|pg_client|getdatabase|current_(user|schema|database)|session_user|pg_trigger_depth|hashenum|_pg_|pg_column_size|cbrt|dcbrt|generate_series|repeat|lpad|rpad|aclexplode|acldefault|pg_input|pg_settings|pg_export_snapshot)/;

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function argumentsAt(proc: ProcRow, call: number, next: () => number): readonly string[] {
  return proc.argTypes.map((type) => {
    const samples = samplesOf(type);
    const drawn = samples[Math.floor(next() * samples.length)] ?? "null";
    if (call === 0) return samples[0] ?? "null";
    return call === 1 ? (samples.at(-1) ?? "null") : drawn;
  });
}

const XID = 28;

/** How many transactions ago: of another server's. */
function isAge({ name, argTypes }: ProcRow): boolean {
  return name.endsWith("age") && argTypes[0] === XID;
}

function callable(proc: ProcRow): boolean {
  if (isAge(proc)) return false;
  if (proc.kind !== "f" || NOT_CALLED.test(proc.name) || !procWorks(proc)) return false;
  return proc.argTypes.every((type) => samplesOf(type).length > 0);
}

/** Statements by function, `oid name` first. */
export function everyCall(): ReadonlyMap<string, readonly string[]> {
  const calls = new Map<string, readonly string[]>();
  for (const proc of PROCS_IN_SCOPE) {
    if (!callable(proc)) continue;
    const next = generator(proc.oid);
    const count = proc.argTypes.length === 0 ? 1 : CALLS_PER_FUNCTION;
    const statements = Array.from({ length: count }, (_, call) => {
      const args = argumentsAt(proc, call, next).join(", ");
      return `select pg_catalog."${proc.name}"(${args})`;
    });
    calls.set(`${proc.oid} ${proc.name}`, [...new Set(statements)]);
  }
  return calls;
}
