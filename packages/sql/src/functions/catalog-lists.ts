/** Lists that come with PostgreSQL's grammar and settings: key words, flags of settings; and empty ones. */
import { SETTING_TABLE } from "@firstlight/common";
import { systemListing } from "../catalog/system-catalogs.ts";
import { formatType } from "../catalog/format-type.ts";
import { KEYWORDS } from "../catalog-data/keywords.ts";
import { BOOL, CHAR, INT4, TEXT } from "../types/oids.ts";
import { makeArray } from "../values/array.ts";
import type { Datum } from "../values/datum.ts";
import { makeRecord } from "../values/record.ts";
import { registerFunctions, registerSetReturning } from "./registry.ts";
import { sessionOf } from "./system.ts";

const CATEGORIES: Readonly<Record<string, string>> = {
  U: "unreserved",
  C: "unreserved (cannot be function or type name)",
  T: "reserved (can be function or type name)",
  R: "reserved",
};
const KEYWORD_TYPES = [TEXT, CHAR, BOOL, TEXT, TEXT];

function keywords(): readonly Datum[] {
  const rows = KEYWORDS.flatMap(({ category, bareLabel, words }) =>
    words.split(" ").map((word) => {
      const use = bareLabel ? "can be bare label" : "requires AS";
      return [word, category, bareLabel, CATEGORIES[category] ?? null, use] as const;
    }),
  );
  return rows
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map((fields) => makeRecord(KEYWORD_TYPES, fields));
}

const FLAGS = new Map(SETTING_TABLE.map(({ name, flags }) => [name.toLowerCase(), flags ?? []]));

/** There is one parser: the default one. */
function tokenTypes(): readonly Datum[] {
  return systemListing("token_types")
    .rows()
    .map((row) =>
      makeRecord(
        [INT4, TEXT, TEXT],
        [row.number("tokid"), row.text("alias"), row.text("description")],
      ),
    );
}

export function registerCatalogLists(): void {
  registerSetReturning({
    pg_get_keywords: () => keywords,
    ts_token_type_byid: () => () => tokenTypes(),
    ts_token_type_byname: () => () => tokenTypes(),
    pg_partition_tree: () => () => [],
    pg_partition_ancestors: () => () => [],
  });
  registerFunctions({
    pg_settings_get_flags: (context, name: string) =>
      sessionOf(context).getSetting(name) === undefined
        ? null
        : makeArray(TEXT, FLAGS.get(name.toLowerCase()) ?? []),
    gin_compare_jsonb: (_, a: string, b: string) =>
      Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))),
    oidvectortypes: (_, { elements }: { readonly elements: readonly Datum[] }) =>
      elements.map((oid) => formatType(Number(oid))).join(", "),
    system_user: () => null,
  });
}
