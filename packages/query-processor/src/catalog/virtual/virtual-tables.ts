/** All relations of pg_catalog and information_schema: computed ones, and views over them. */
import { PG_STAT_PROGRESS_CREATE_INDEX } from "./pg-stat-progress-create-index.ts";
import type { SystemRelation, VirtualTable } from "../catalog.ts";
import { PG_LOCKS, PG_STAT_ACTIVITY, PG_STAT_SSL } from "./activity-tables.ts";
import { EMPTY_TABLES } from "./empty-tables.ts";
import {
  PG_AUTHID,
  PG_AUTH_MEMBERS,
  PG_DATABASE,
  PG_DB_ROLE_SETTING,
  PG_DEFAULT_ACL,
  PG_NAMESPACE,
  PG_TABLESPACE,
} from "./namespaces-and-roles.ts";
import { PG_ATTRDEF, PG_ATTRIBUTE } from "./pg-attribute.ts";
import { PG_CLASS } from "./pg-class.ts";
import { PG_CONSTRAINT } from "./pg-constraint.ts";
import { PG_DEPEND } from "./pg-depend.ts";
import { PG_DESCRIPTION, PG_SHDESCRIPTION } from "./pg-description.ts";
import { PG_INDEX } from "./pg-index.ts";
import { PG_REWRITE } from "./pg-rewrite.ts";
import { PG_SEQUENCE } from "./pg-sequence.ts";
import { PG_STAT_ALL_INDEXES, PG_STAT_ALL_TABLES } from "./pg-stat-tables.ts";
import { PG_STATISTIC_EXT } from "./pg-statistic-ext.ts";
import { PG_STATISTIC_EXT_DATA, PG_STATS_EXT, PG_STATS_EXT_EXPRS } from "./pg-stats-ext.ts";
import { PG_STATISTIC, PG_STATS } from "./pg-statistic.ts";
import {
  PG_AVAILABLE_EXTENSIONS,
  PG_AVAILABLE_EXTENSION_VERSIONS,
  PG_EXTENSION,
} from "./pg-extension.ts";
import { PG_ENUM, PG_RANGE, PG_TYPE } from "./pg-type.ts";
import { PG_CURSORS, PG_PREPARED_STATEMENTS, PG_SETTINGS } from "./session-tables.ts";
import { PG_AGGREGATE } from "./pg-aggregate.ts";
import { PG_COLLATION } from "./pg-collation.ts";
import { PG_LARGEOBJECT_METADATA } from "./pg-largeobject-metadata.ts";
import { PG_OPERATOR } from "./pg-operator.ts";
import { PG_PROC } from "./pg-proc.ts";
import { SERVER_STATISTICS } from "./server-statistics.ts";
import { PG_SHDEPEND } from "./pg-shdepend.ts";
import { PG_INIT_PRIVS } from "./pg-init-privs.ts";
import { STATIC_TABLES } from "./static-tables.ts";
import { POSTGRES_SHAPE } from "../system-catalog.ts";
import type { SystemCatalog } from "../system-catalog.ts";
import { systemViews } from "./system-views.ts";

const COMPUTED: readonly VirtualTable[] = [
  PG_COLLATION,
  PG_OPERATOR,
  PG_AGGREGATE,
  PG_ATTRDEF,
  PG_ATTRIBUTE,
  PG_AUTHID,
  PG_AUTH_MEMBERS,
  PG_CLASS,
  PG_CONSTRAINT,
  PG_DATABASE,
  PG_DB_ROLE_SETTING,
  PG_DEFAULT_ACL,
  PG_DEPEND,
  PG_DESCRIPTION,
  PG_INDEX,
  PG_STAT_PROGRESS_CREATE_INDEX,
  PG_LARGEOBJECT_METADATA,
  PG_NAMESPACE,
  PG_CURSORS,
  PG_PREPARED_STATEMENTS,
  PG_REWRITE,
  PG_PROC,
  PG_SEQUENCE,
  PG_SETTINGS,
  PG_SHDESCRIPTION,
  PG_STATISTIC,
  PG_STATISTIC_EXT,
  PG_STATISTIC_EXT_DATA,
  PG_STATS_EXT,
  PG_STATS_EXT_EXPRS,
  PG_STATS,
  PG_LOCKS,
  PG_STAT_ACTIVITY,
  PG_STAT_SSL,
  PG_STAT_ALL_TABLES,
  PG_STAT_ALL_INDEXES,
  PG_TABLESPACE,
  PG_TYPE,
  PG_ENUM,
  PG_RANGE,
  PG_INIT_PRIVS,
  PG_SHDEPEND,
  PG_EXTENSION,
  PG_AVAILABLE_EXTENSIONS,
  PG_AVAILABLE_EXTENSION_VERSIONS,
  ...SERVER_STATISTICS,
  ...STATIC_TABLES,
  ...EMPTY_TABLES,
];

export const VIRTUAL_TABLES: readonly SystemRelation[] = [
  ...COMPUTED,
  ...systemViews(new Set(COMPUTED.map((table) => table.oid))),
];

export const POSTGRES_CATALOG: SystemCatalog = {
  relations: VIRTUAL_TABLES,
  ownRelations: [],
  objects: [],
  absent: new Set(),
  shape: POSTGRES_SHAPE,
};
