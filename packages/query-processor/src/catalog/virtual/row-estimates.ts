/**
 * About how many rows a relation of pg_catalog has: what PostgreSQL puts there, and so many for each
 * object of users. The planner joins catalogs by it; nothing else relies on it.
 */
import type { Catalog } from "../catalog.ts";

interface Size {
  readonly builtin: number;
  readonly perObject: number;
}

const size = (builtin: number, perObject = 0): Size => ({ builtin, perObject });

const SIZES: Readonly<Record<string, Size>> = {
  pg_aggregate: size(160),
  pg_am: size(7),
  pg_amop: size(945),
  pg_amproc: size(700),
  pg_attrdef: size(1, 0.5),
  pg_attribute: size(2400, 10),
  pg_auth_members: size(3),
  pg_authid: size(16),
  pg_cast: size(230),
  pg_class: size(340, 2),
  pg_collation: size(730),
  pg_constraint: size(112, 1),
  pg_conversion: size(128),
  pg_cursors: size(1),
  pg_database: size(3),
  pg_db_role_setting: size(2),
  pg_default_acl: size(2),
  pg_depend: size(10, 12),
  pg_description: size(5100, 1),
  pg_enum: size(1, 0.5),
  pg_index: size(124, 1),
  pg_init_privs: size(220),
  pg_language: size(3),
  pg_namespace: size(5),
  pg_opclass: size(177),
  pg_operator: size(800),
  pg_opfamily: size(146),
  pg_prepared_statements: size(2),
  pg_proc: size(3300, 0.5),
  pg_range: size(6),
  pg_rewrite: size(141, 0.3),
  pg_sequence: size(1, 0.5),
  pg_settings: size(370),
  pg_shdescription: size(3),
  pg_statistic: size(1, 5),
  pg_stats: size(1, 5),
  pg_tablespace: size(2),
  pg_ts_config: size(29),
  pg_ts_config_map: size(551),
  pg_ts_dict: size(29),
  pg_type: size(610, 2),
};
/** Of features that do not exist here, and of sessions. */
const OTHER = size(1, 0.1);

export function estimatedRows(name: string, catalog: Catalog): number {
  const { builtin, perObject } = SIZES[name] ?? OTHER;
  return Math.max(1, Math.round(builtin + perObject * catalog.objects.size));
}
