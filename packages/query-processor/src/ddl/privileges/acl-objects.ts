/** What pg_default_acl.defaclobjtype stands for. */
import type { DefaultAclDescriptor } from "../../catalog/descriptors.ts";

export const ACL_OBJECTS: Readonly<Record<DefaultAclDescriptor["objectType"], string>> = {
  r: "tables",
  S: "sequences",
  f: "functions",
  T: "types",
  n: "schemas",
};
