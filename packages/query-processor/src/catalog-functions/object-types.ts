/** Kinds of objects as pg_identify_object calls them, and as statements do (ObjectTypeMap). */
import { SqlError } from "@firstlight/common";

const TYPES: ReadonlyMap<string, string> = new Map([
  ["table", "OBJECT_TABLE"],
  ["index", "OBJECT_INDEX"],
  ["sequence", "OBJECT_SEQUENCE"],
  ["view", "OBJECT_VIEW"],
  ["materialized view", "OBJECT_MATVIEW"],
  ["foreign table", "OBJECT_FOREIGN_TABLE"],
  ["table column", "OBJECT_COLUMN"],
  ["foreign table column", "OBJECT_COLUMN"],
  ["aggregate", "OBJECT_AGGREGATE"],
  ["function", "OBJECT_FUNCTION"],
  ["procedure", "OBJECT_PROCEDURE"],
  ["type", "OBJECT_TYPE"],
  ["cast", "OBJECT_CAST"],
  ["collation", "OBJECT_COLLATION"],
  ["table constraint", "OBJECT_TABCONSTRAINT"],
  ["domain constraint", "OBJECT_DOMCONSTRAINT"],
  ["conversion", "OBJECT_CONVERSION"],
  ["default value", "OBJECT_DEFAULT"],
  ["language", "OBJECT_LANGUAGE"],
  ["large object", "OBJECT_LARGEOBJECT"],
  ["operator", "OBJECT_OPERATOR"],
  ["operator class", "OBJECT_OPCLASS"],
  ["operator family", "OBJECT_OPFAMILY"],
  ["access method", "OBJECT_ACCESS_METHOD"],
  ["operator of access method", "OBJECT_AMOP"],
  ["function of access method", "OBJECT_AMPROC"],
  ["rule", "OBJECT_RULE"],
  ["trigger", "OBJECT_TRIGGER"],
  ["schema", "OBJECT_SCHEMA"],
  ["text search parser", "OBJECT_TSPARSER"],
  ["text search dictionary", "OBJECT_TSDICTIONARY"],
  ["text search template", "OBJECT_TSTEMPLATE"],
  ["text search configuration", "OBJECT_TSCONFIGURATION"],
  ["role", "OBJECT_ROLE"],
  ["database", "OBJECT_DATABASE"],
  ["tablespace", "OBJECT_TABLESPACE"],
  ["foreign-data wrapper", "OBJECT_FDW"],
  ["server", "OBJECT_FOREIGN_SERVER"],
  ["user mapping", "OBJECT_USER_MAPPING"],
  ["default acl", "OBJECT_DEFACL"],
  ["extension", "OBJECT_EXTENSION"],
  ["event trigger", "OBJECT_EVENT_TRIGGER"],
  ["parameter ACL", "OBJECT_PARAMETER_ACL"],
  ["policy", "OBJECT_POLICY"],
  ["publication", "OBJECT_PUBLICATION"],
  ["publication namespace", "OBJECT_PUBLICATION_NAMESPACE"],
  ["publication relation", "OBJECT_PUBLICATION_REL"],
  ["subscription", "OBJECT_SUBSCRIPTION"],
  ["transform", "OBJECT_TRANSFORM"],
  ["statistics object", "OBJECT_STATISTIC_EXT"],
]);

/** Kinds that are shown, but by which nothing is found. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "toast table",
  "composite type",
  "index column",
  "sequence column",
  "toast table column",
  "view column",
  "materialized view column",
  "composite type column",
  "role membership",
]);

export function objectTypeOf(type: string): string {
  const found = TYPES.get(type);
  if (found !== undefined) return found;
  const what = UNSUPPORTED.has(type) ? "unsupported" : "unrecognized";
  throw new SqlError("22023", `${what} object type "${type}"`);
}
