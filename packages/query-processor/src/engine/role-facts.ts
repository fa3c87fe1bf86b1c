/** What SET ROLE has to know of a role. */
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { canSetRole } from "../privileges/memberships.ts";

export interface RoleFacts {
  readonly superuser: boolean;
  /** Whether the member may become it. */
  readonly mayBecome: boolean;
}

/** Undefined: there is no such role. */
export function roleFacts(
  image: CatalogImage,
  names: { readonly role: string; readonly member: string },
): RoleFacts | undefined {
  const role = image.roleByName(names.role);
  if (role === undefined) return undefined;
  const member = image.roleByName(names.member);
  const mayBecome = member !== undefined && canSetRole(image, member.oid, role.oid);
  return { superuser: role.superuser, mayBecome };
}
