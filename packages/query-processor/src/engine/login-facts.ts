/** What a login depends on, as the catalog says it: the role, its password, limits and rights. */
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { DATABASE_TARGET, holds } from "../privileges/access-check.ts";
import { RIGHT } from "../privileges/rights.ts";
import type { LoginFacts } from "./engine.ts";

export function loginFacts(
  image: CatalogImage,
  names: { readonly user: string; readonly database: string },
): LoginFacts | undefined {
  const role = image.roleByName(names.user);
  if (role === undefined) return undefined;
  const { login, superuser, password, validUntil, connectionLimit } = role;
  return {
    login,
    superuser,
    verifier: password,
    validUntil: validUntil === undefined ? undefined : BigInt(validUntil),
    connectionLimit,
    mayConnect: holds(image, DATABASE_TARGET, role.oid, RIGHT.connect),
  };
}
