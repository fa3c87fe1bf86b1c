/** What the functions of large objects need of the session and transaction that they run in. */
import type { Catalog } from "../catalog/catalog.ts";
import type { OpenObjects } from "./open-objects.ts";

export interface LargeObjectHost {
  readonly catalog: Catalog;
  readonly open: OpenObjects;
  /** OID of the current role. */
  readonly role: number;
  /** lo_compat_privileges */
  readonly ignoresPrivileges: boolean;
  /** COMMENT ON LARGE OBJECT goes with the object. */
  dropComment(oid: number): void;
}
