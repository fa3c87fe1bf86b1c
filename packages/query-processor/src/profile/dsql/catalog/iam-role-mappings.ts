/** sys.iam_pg_role_mappings: which IAM roles and users may log in as which role. */
import { oids, typeOid } from "@firstlight/sql";
import type { VirtualTable } from "../../../catalog/catalog.ts";
import { SYS_OIDS } from "./sys-schema.ts";
import { iamMappingsIn } from "../../../catalog/iam-mappings.ts";
import { roleName } from "../../../privileges/role-name.ts";
import { relationOf, rowsOf } from "../../../catalog/virtual/own-relation.ts";
import { sysView } from "./sys-relation.ts";

export const IAM_ROLE_MAPPINGS_VIEW: ReturnType<typeof sysView> = sysView(
  SYS_OIDS.iamRoleMappings,
  "iam_pg_role_mappings",
  [
    ["iam_oid", oids.OID],
    ["arn", oids.TEXT],
    ["pg_role_oid", oids.OID],
    ["pg_role_name", oids.TEXT],
    ["grantor_pg_role_oid", oids.OID],
    ["grantor_pg_role_name", oids.TEXT],
  ],
);

export const IAM_ROLE_MAPPINGS: VirtualTable = relationOf(IAM_ROLE_MAPPINGS_VIEW, {
  eachRow: (catalog) =>
    rowsOf(
      IAM_ROLE_MAPPINGS_VIEW,
      iamMappingsIn(catalog).map(({ oid, arn, role, grantor }) => ({
        iam_oid: typeOid(oid),
        arn,
        pg_role_oid: typeOid(role),
        pg_role_name: roleName(catalog, role),
        grantor_pg_role_oid: typeOid(grantor),
        grantor_pg_role_name: roleName(catalog, grantor),
      })),
    ),
});
