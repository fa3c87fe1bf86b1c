/**
 * Views of pg_catalog and information_schema by PostgreSQL's own definitions. Domains of
 * information_schema are replaced by the types below them, and the two functions over whole catalog
 * rows by what they compute.
 */
import { systemListing } from "@firstlight/sql";
import { BOOTSTRAP_SUPERUSER } from "../builtin-objects.ts";
import type { ViewDescriptor } from "../descriptors.ts";
import { systemRelationByOid, visibleColumn } from "./system-relations.ts";

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/information_schema\.sql_identifier/gu, "name"],
  [/information_schema\.cardinal_number/gu, "integer"],
  [/information_schema\.character_data/gu, "character varying"],
  [/information_schema\.yes_or_no/gu, "character varying(3)"],
  [/information_schema\.time_stamp/gu, "timestamp(2) with time zone"],
  [
    /information_schema\._pg_truetypid\((\w+)\.\*, (\w+)\.\*\)/gu,
    "CASE WHEN $2.typtype = 'd' THEN $2.typbasetype ELSE $1.atttypid END",
  ],
  [
    /information_schema\._pg_truetypmod\((\w+)\.\*, (\w+)\.\*\)/gu,
    "CASE WHEN $2.typtype = 'd' THEN $2.typtypmod ELSE $1.atttypmod END",
  ],
];

function rewritten(definition: string): string {
  let text = definition;
  for (const [pattern, replacement] of REPLACEMENTS) text = text.replace(pattern, replacement);
  return text;
}

function systemView(oid: number, definition: string, ruleOid: number): ViewDescriptor {
  const facts = systemRelationByOid(oid);
  if (facts === undefined) throw new Error(`no relation with OID ${oid}`);
  return {
    kind: "view",
    oid,
    name: facts.name,
    schema: facts.schema,
    owner: BOOTSTRAP_SUPERUSER,
    columns: facts.columns.map(visibleColumn),
    query: rewritten(definition),
    searchPath: ["pg_catalog"],
    typeOid: facts.typeOid,
    ruleOid,
  };
}

/** All but those whose rows are computed otherwise. */
export function systemViews(computed: ReadonlySet<number>): readonly ViewDescriptor[] {
  return systemListing("system_views")
    .rows()
    .filter((row) => !computed.has(row.number("oid")))
    .map((row) => systemView(row.number("oid"), row.text("definition"), row.number("rule")));
}

/** OIDs of the rules of all of PostgreSQL's views, by view. */
export function systemRules(): ReadonlyMap<number, number> {
  rules ??= new Map(
    systemListing("system_views")
      .rows()
      .map((row) => [row.number("oid"), row.number("rule")]),
  );
  return rules;
}

let rules: ReadonlyMap<number, number> | undefined;
let pretty: ReadonlyMap<number, readonly [plain: string, pretty: string]> | undefined;

/** PostgreSQL's own text of one of its views, as pg_get_viewdef prints it. */
export function systemViewDefinition(oid: number, style: boolean): string | undefined {
  pretty ??= new Map(
    systemListing("system_views")
      .rows()
      .map((row) => [row.number("oid"), [row.text("definition"), row.text("pretty")]]),
  );
  return pretty.get(oid)?.[style ? 1 : 0];
}
