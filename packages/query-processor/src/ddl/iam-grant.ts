/**
 * AWS IAM GRANT role TO 'arn' and AWS IAM REVOKE role FROM 'arn': who may log in as a role with a
 * token. Texts without a source are ours; the service words those of 42501 and of the ARN's form.
 */
import { SqlError } from "@firstlight/common";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { RoleDescriptor } from "../catalog/descriptors.ts";
import { iamMappingsIn } from "../catalog/iam-mappings.ts";
import { isIamArn } from "../iam/credentials.ts";
import { ADMIN } from "../iam/verify-token.ts";
import { flag, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { isSuperuser } from "../privileges/memberships.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "./ddl-context.ts";

/** Words in the place of a role that stand for whoever it is. */
const NO_ROLES: ReadonlySet<string> = new Set(["public", "current_user", "session_user"]);
const FIRST_USER_OID = 16_384;

function grantedRole(image: CatalogImage, name: string): RoleDescriptor {
  if (NO_ROLES.has(name)) throw new SqlError("0A000", `Role ${name} not supported`);
  const role = image.roleByName(name);
  if (role === undefined) throw new SqlError("42704", `role "${name}" does not exist`);
  if (role.oid >= FIRST_USER_OID) return role;
  throw new SqlError("0A000", `Cannot establish trust with role ${name}`);
}

function mappingOid(image: CatalogImage, role: number, arn: string): number | undefined {
  return iamMappingsIn(image).find((each) => each.role === role && each.arn === arn)?.oid;
}

async function grant(context: DdlContext, role: RoleDescriptor, arn: string): Promise<void> {
  if (!role.login) throw new SqlError("42501", `role ${role.name} must have the LOGIN attribute`);
  if (mappingOid(imageOf(context), role.oid, arn) !== undefined) {
    throw new SqlError("42710", `role "${role.name}" is already granted to ${arn}`);
  }
  const oid = await newOid(context);
  const grantor = ownerOf(context);
  applyChanges(context, [{ put: { kind: "iamMapping", oid, arn, role: role.oid, grantor } }]);
}

function revoke(context: DdlContext, role: RoleDescriptor, arn: string): void {
  const oid = mappingOid(imageOf(context), role.oid, arn);
  if (oid === undefined) throw new SqlError("42704", `IAM role ${arn} does not exist`);
  applyChanges(context, [{ drop: oid }]);
}

export async function iamGrant(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = string(statement, "role");
  const arn = string(statement, "arn");
  const image = imageOf(context);
  if (context.session.user !== ADMIN && !isSuperuser(image, ownerOf(context))) {
    throw new SqlError("42501", `permission denied to grant IAM trust with role ${name}`);
  }
  if (!isIamArn(arn)) throw new SqlError("22023", "IAM role must look like an IAM ARN");
  const role = grantedRole(image, name);
  if (flag(statement, "isGrant")) await grant(context, role, arn);
  else revoke(context, role, arn);
}
