/** Whom roles were given to by AWS IAM GRANT: rows of sys.iam_pg_role_mappings. */
import type { Catalog } from "./catalog.ts";
import type { IamMappingDescriptor } from "./iam-mapping.ts";

type Objects = Pick<Catalog, "objects">;

const known = new WeakMap<object, readonly IamMappingDescriptor[]>();

export function iamMappingsIn({ objects }: Objects): readonly IamMappingDescriptor[] {
  let found = known.get(objects);
  if (found === undefined) {
    found = [...objects.values()].filter((each) => each.kind === "iamMapping");
    known.set(objects, found);
  }
  return found;
}

/** Of a role. */
export function iamArnsOf(catalog: Objects, role: number): readonly string[] {
  return iamMappingsIn(catalog)
    .filter((each) => each.role === role)
    .map(({ arn }) => arn);
}
