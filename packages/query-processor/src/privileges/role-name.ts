/** Roles by OID, as messages name them. */
import type { RoleDescriptor } from "../catalog/descriptors.ts";
import type { Objects } from "./memberships.ts";

export function roleByOid({ objects }: Objects, oid: number): RoleDescriptor | undefined {
  const found = objects.get(oid);
  return found?.kind === "role" ? found : undefined;
}

export function roleName(catalog: Objects, oid: number): string {
  return roleByOid(catalog, oid)?.name ?? String(oid);
}
