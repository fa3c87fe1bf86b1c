/** An installed extension as the catalog stores it: what it brought goes with it. */
import type { StoredReference } from "./dependencies/object-address.ts";

export interface ExtensionDescriptor {
  readonly kind: "extension";
  readonly oid: number;
  readonly name: string;
  /** Where its objects are. */
  readonly schema: number;
  readonly owner: number;
  readonly version: string;
  readonly members: readonly StoredReference[];
}
