/**
 * About how many rows a relation of pg_catalog has: what PostgreSQL puts there, and so many for each
 * object of users. The planner joins catalogs by it; nothing else relies on it.
 */
import type { Catalog } from "../catalog.ts";
import type { ObjectCounts } from "./object-counts.ts";
import { objectCounts } from "./object-counts.ts";

export interface Size {
  readonly builtin: number;
  readonly own: (counts: ObjectCounts) => number;
}

const size = (builtin: number, own: Size["own"] = () => 0): Size => ({ builtin, own });

export function relationCount({ tables, indexes, views, sequences }: ObjectCounts): number {
  return tables + indexes + views + sequences;
}

function constraintCount({ keys, checks, foreignKeys }: ObjectCounts): number {
  return keys + checks + foreignKeys;
}

function rowTypes({ tables, views, types }: ObjectCounts): number {
  return 2 * (tables + views + types);
}

/** As measured: most things hang on two others. */
function dependencyCount(counts: ObjectCounts): number {
  const { defaults, keys } = counts;
  const others = 1.75 * constraintCount(counts) + 1.3 * defaults + keys;
  return relationCount(counts) + rowTypes(counts) + others;
}

const SIZES: Readonly<Record<string, Size>> = {
  pg_aggregate: size(160),
  pg_am: size(7),
  pg_amop: size(945),
  pg_amproc: size(700),
  pg_attrdef: size(1, ({ defaults }) => defaults),
  pg_attribute: size(2260, ({ columns }) => columns),
  pg_auth_members: size(3),
  pg_authid: size(16),
  pg_cast: size(230),
  pg_class: size(333, relationCount),
  pg_collation: size(730),
  pg_constraint: size(112, constraintCount),
  pg_conversion: size(128),
  pg_cursors: size(1),
  pg_database: size(3),
  pg_db_role_setting: size(2),
  pg_default_acl: size(2),
  pg_depend: size(1, dependencyCount),
  pg_description: size(5100, ({ comments }) => comments),
  pg_enum: size(1, ({ types }) => types),
  pg_index: size(124, ({ indexes }) => indexes),
  pg_init_privs: size(220),
  pg_language: size(3),
  pg_namespace: size(3, ({ bySchema }) => bySchema.size),
  pg_opclass: size(177),
  pg_operator: size(800),
  pg_opfamily: size(146),
  pg_prepared_statements: size(2),
  pg_proc: size(3300, ({ functions }) => functions),
  pg_range: size(6),
  pg_rewrite: size(141, ({ views }) => views),
  pg_sequence: size(1, ({ sequences }) => sequences),
  pg_settings: size(370),
  pg_shdescription: size(3),
  pg_statistic: size(1, ({ columns }) => columns / 2),
  pg_stats: size(1, ({ columns }) => columns / 2),
  pg_tablespace: size(2),
  pg_ts_config: size(29),
  pg_ts_config_map: size(551),
  pg_ts_dict: size(29),
  pg_type: size(613, rowTypes),
};
/** Of features that do not exist here, and of sessions. */
const OTHER = size(1);

export function estimatedRows(name: string, catalog: Catalog): number {
  const { builtin, own } = SIZES[name] ?? OTHER;
  return Math.max(1, Math.round(builtin + own(objectCounts(catalog))));
}
