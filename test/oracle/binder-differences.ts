/** Statements on which the binder is known to differ from PostgreSQL, with the reason. */
const COMPOSITE = "whole rows are of type record, tables have no composite type";
const SESSION = "names of objects are read with the session, which this test has none of";
const NORMALIZED = "libpg_query takes $n in a few places where PostgreSQL takes literals only";
const EXPLAIN = "PostgreSQL looks at EXPLAIN's options when it runs it";
const INFERENCE = "PostgreSQL looks for the arbiter index when it plans";
const COLLATE =
  "an accepted COLLATE leaves no trace, so the column is still told to be the table's";

export const KNOWN_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ["select t from t", COMPOSITE],
  ["select 't'::regclass", SESSION],
  ["select date $1", NORMALIZED],
  ["explain (nosuch) select 1", EXPLAIN],
  ["explain (format nosuch) select 1", EXPLAIN],
  ["explain (analyze maybe) select 1", EXPLAIN],
  ["insert into t values (1) on conflict (c) do nothing", INFERENCE],
  [
    "update t set (a, c) = (select 1, true)",
    "the error points at the subquery instead of its column",
  ],
  ["select greatest('{}'::json, '{}')", "PostgreSQL finds out when it runs it"],
  ['select b collate "C" from t', COLLATE],
]);
