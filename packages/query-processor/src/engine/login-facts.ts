/** What a login depends on, as the catalog says it: the role, its password, limits and rights. */
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { iamArnsOf } from "../catalog/iam-mappings.ts";
import { databaseNamed } from "../catalog/databases.ts";
import { databaseTarget, holds } from "../privileges/access-check.ts";
import { RIGHT } from "../privileges/rights.ts";
import { aboutRoleSettings } from "../catalog/role-settings.ts";
import { settingEntries } from "../ddl/setting-changes.ts";
import type { LoginFacts, StoredSetting } from "./engine.ts";

/** From the least to the most specific. */
function settingsOf(image: CatalogImage, role: number, database: number): readonly StoredSetting[] {
  const places = [
    [0, 0, "global"],
    [0, database, "database"],
    [role, 0, "user"],
    [role, database, "database user"],
  ] as const;
  return places.flatMap(([ofRole, ofDatabase, source]) => {
    const found = aboutRoleSettings(image, ofRole, ofDatabase);
    const entries = settingEntries(found?.config ?? []);
    return entries.map(([name, value]): StoredSetting => ({ name, value, source }));
  });
}

export function loginFacts(
  image: CatalogImage,
  names: { readonly user: string; readonly database: string },
): LoginFacts | undefined {
  const role = image.roleByName(names.user);
  if (role === undefined) return undefined;
  const database = databaseNamed(image, names.database);
  const { login, superuser, password, validUntil, connectionLimit } = role;
  return {
    login,
    superuser,
    verifier: password,
    validUntil: validUntil === undefined ? undefined : BigInt(validUntil),
    connectionLimit,
    iamArns: iamArnsOf(image, role.oid),
    settings: settingsOf(image, role.oid, database?.oid ?? 0),
    database,
    mayConnect:
      database === undefined || holds(image, databaseTarget(database), role.oid, RIGHT.connect),
  };
}
