/** Settings that sessions begin with, by role and database: rows of pg_db_role_setting. */
import type { Catalog } from "./catalog.ts";
import type { RoleSettingDescriptor } from "./descriptors.ts";

type Objects = Pick<Catalog, "objects">;

const known = new WeakMap<object, readonly RoleSettingDescriptor[]>();

export function roleSettingsIn({ objects }: Objects): readonly RoleSettingDescriptor[] {
  let found = known.get(objects);
  if (found === undefined) {
    found = [...objects.values()].filter((each) => each.kind === "roleSetting");
    known.set(objects, found);
  }
  return found;
}

/** 0: all roles, all databases. */
export function aboutRoleSettings(
  catalog: Objects,
  role: number,
  database: number,
): RoleSettingDescriptor | undefined {
  return roleSettingsIn(catalog).find((each) => each.role === role && each.database === database);
}
