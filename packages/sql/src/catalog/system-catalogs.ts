/** The generated catalogs as rows, for whoever answers queries on pg_catalog itself. */
import { PG_AGGREGATE } from "../catalog-data/pg-aggregate.ts";
import { PG_AM } from "../catalog-data/pg-am.ts";
import { PG_AMOP } from "../catalog-data/pg-amop.ts";
import { PG_AMPROC } from "../catalog-data/pg-amproc.ts";
import { PG_CAST } from "../catalog-data/pg-cast.ts";
import { PG_COLLATION } from "../catalog-data/pg-collation.ts";
import { PG_LANGUAGE } from "../catalog-data/pg-language.ts";
import { PG_NAMESPACE } from "../catalog-data/pg-namespace.ts";
import { PG_OPCLASS } from "../catalog-data/pg-opclass.ts";
import { PG_OPERATOR } from "../catalog-data/pg-operator.ts";
import { PG_OPFAMILY } from "../catalog-data/pg-opfamily.ts";
import { PG_PROC } from "../catalog-data/pg-proc.ts";
import { PG_RANGE } from "../catalog-data/pg-range.ts";
import { PG_CONVERSION } from "../catalog-data/pg-conversion.ts";
import { PG_DESCRIPTION } from "../catalog-data/pg-description.ts";
import { PG_SHDESCRIPTION } from "../catalog-data/pg-shdescription.ts";
import { PG_TS_CONFIG } from "../catalog-data/pg-ts-config.ts";
import { PG_TS_CONFIG_MAP } from "../catalog-data/pg-ts-config-map.ts";
import { PG_TS_DICT } from "../catalog-data/pg-ts-dict.ts";
import { PG_TS_PARSER } from "../catalog-data/pg-ts-parser.ts";
import { PG_TS_TEMPLATE } from "../catalog-data/pg-ts-template.ts";
import { PG_TYPE } from "../catalog-data/pg-type.ts";
import { SQL_FEATURES } from "../catalog-data/sql-features.ts";
import { SQL_IMPLEMENTATION_INFO } from "../catalog-data/sql-implementation-info.ts";
import { SQL_PARTS } from "../catalog-data/sql-parts.ts";
import { SQL_SIZING } from "../catalog-data/sql-sizing.ts";
import { SYSTEM_COLUMNS } from "../catalog-data/system-columns.ts";
import { SYSTEM_CONSTRAINTS } from "../catalog-data/system-constraints.ts";
import { SYSTEM_PRIVILEGES } from "../catalog-data/system-privileges.ts";
import { TOKEN_TYPES } from "../catalog-data/token-types.ts";
import { SYSTEM_INDEXES } from "../catalog-data/system-indexes.ts";
import { SYSTEM_RELATIONS } from "../catalog-data/system-relations.ts";
import { SYSTEM_VIEWS } from "../catalog-data/system-views.ts";
import { CatalogText } from "./tsv.ts";

export type SystemCatalogName =
  | "pg_aggregate"
  | "pg_am"
  | "pg_amop"
  | "pg_amproc"
  | "pg_cast"
  | "pg_collation"
  | "pg_language"
  | "pg_namespace"
  | "pg_opclass"
  | "pg_operator"
  | "pg_opfamily"
  | "pg_proc"
  | "pg_range"
  | "pg_conversion"
  | "pg_description"
  | "pg_shdescription"
  | "pg_ts_config"
  | "pg_ts_config_map"
  | "pg_ts_dict"
  | "pg_ts_parser"
  | "pg_ts_template"
  | "pg_type"
  | "sql_features"
  | "sql_implementation_info"
  | "sql_parts"
  | "sql_sizing";

/** What PostgreSQL's own relations are: not rows of a catalog, but chosen columns of several. */
export type SystemListingName =
  | "system_columns"
  | "system_constraints"
  | "system_indexes"
  | "system_privileges"
  | "system_relations"
  | "system_views"
  | "token_types";

const LISTINGS: Readonly<Record<SystemListingName, string>> = {
  system_columns: SYSTEM_COLUMNS,
  system_constraints: SYSTEM_CONSTRAINTS,
  system_indexes: SYSTEM_INDEXES,
  system_privileges: SYSTEM_PRIVILEGES,
  system_relations: SYSTEM_RELATIONS,
  system_views: SYSTEM_VIEWS,
  token_types: TOKEN_TYPES,
};

export function systemListing(name: SystemListingName): CatalogText {
  return new CatalogText(LISTINGS[name]);
}

const TEXTS: Readonly<Record<SystemCatalogName, string>> = {
  pg_aggregate: PG_AGGREGATE,
  pg_am: PG_AM,
  pg_amop: PG_AMOP,
  pg_amproc: PG_AMPROC,
  pg_cast: PG_CAST,
  pg_collation: PG_COLLATION,
  pg_language: PG_LANGUAGE,
  pg_namespace: PG_NAMESPACE,
  pg_opclass: PG_OPCLASS,
  pg_operator: PG_OPERATOR,
  pg_opfamily: PG_OPFAMILY,
  pg_proc: PG_PROC,
  pg_range: PG_RANGE,
  pg_conversion: PG_CONVERSION,
  pg_description: PG_DESCRIPTION,
  pg_shdescription: PG_SHDESCRIPTION,
  pg_ts_config: PG_TS_CONFIG,
  pg_ts_config_map: PG_TS_CONFIG_MAP,
  pg_ts_dict: PG_TS_DICT,
  pg_ts_parser: PG_TS_PARSER,
  pg_ts_template: PG_TS_TEMPLATE,
  pg_type: PG_TYPE,
  sql_features: SQL_FEATURES,
  sql_implementation_info: SQL_IMPLEMENTATION_INFO,
  sql_parts: SQL_PARTS,
  sql_sizing: SQL_SIZING,
};

/** Columns hold their text form; reg* columns hold OIDs. */
export function systemCatalogText(name: SystemCatalogName): CatalogText {
  return new CatalogText(TEXTS[name]);
}
