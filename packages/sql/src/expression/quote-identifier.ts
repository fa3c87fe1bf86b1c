/** Identifiers as ruleutils prints them: quoted unless lower-case, plain and not reserved. */

/** Words of the grammar that cannot stand as a column or function name without quotes. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit " +
    "boolean both case cast char character check coalesce collate collation column concurrently " +
    "constraint create cross current_catalog current_date current_role current_schema current_time " +
    "current_timestamp current_user dec decimal default deferrable desc distinct do else end except " +
    "exists extract false fetch float for foreign freeze from full grant greatest group grouping " +
    "having ilike in initially inner inout int integer intersect interval into is isnull join lateral " +
    "leading least left like limit localtime localtimestamp national natural nchar none normalize not " +
    "notnull null nullif numeric offset on only or order out outer overlaps overlay placing position " +
    "precision primary real references returning right row select session_user setof similar smallint " +
    "some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true " +
    "union unique user using values varchar variadic verbose when where window with xmlattributes " +
    "json_array json_arrayagg json_object json_objectagg xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable"
  ).split(" "),
);

let quotesAll = false;

/** quote_all_identifiers, while `run` works: to its end at once, so that nobody else quotes by it. */
export function quoting<T>(all: boolean, run: () => T): T {
  const before = quotesAll;
  quotesAll = all;
  try {
    return run();
  } finally {
    quotesAll = before;
  }
}

export function quoteIdentifier(name: string): string {
  if (!quotesAll && /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}
