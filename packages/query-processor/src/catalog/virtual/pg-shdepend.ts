/**
 * pg_shdepend: what hangs on roles, of this database and of what all databases share: objects that
 * they own, and access lists that name them. Nothing hangs on the role that PostgreSQL begins with.
 */
import type { AclItem, CatalogObject } from "../descriptors.ts";
import { largeObjects } from "./pg-largeobject-metadata.ts";
import { membershipsIn } from "../../privileges/memberships.ts";
import { ownerOfObject } from "../../privileges/object-access.ts";
import { FIRST_USER_OID } from "../builtin-objects.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import { isShared } from "../databases.ts";
import { CLASS } from "../dependencies/object-address.ts";
import { CLASS_OF_OWNED } from "../dependencies/owned-classes.ts";
import type { NamedRow } from "./virtual-table.ts";
import { clusterTable } from "./virtual-table.ts";

interface Dependent {
  readonly shared: boolean;
  readonly classid: number;
  readonly objid: number;
  readonly objsubid?: number;
}

const OWNER = "o";
const LISTED = "a";

class RoleDependencies {
  readonly rows: NamedRow[] = [];
  readonly #database: number;

  constructor(database: number) {
    this.#database = database;
  }

  add({ shared, classid, objid, objsubid = 0 }: Dependent, role: number, deptype: string): void {
    if (role < FIRST_USER_OID) return;
    const dbid = shared ? 0 : this.#database;
    const on = { refclassid: CLASS.role, refobjid: role };
    this.rows.push({ dbid, classid, objid, objsubid, ...on, deptype });
  }

  /** An owner's own entries are no dependency. */
  addList(dependent: Dependent, items: readonly AclItem[] = [], owner: number): void {
    const named = new Set(items.flatMap(({ grantee, grantor }) => [grantee, grantor]));
    for (const role of named) if (role !== owner) this.add(dependent, role, LISTED);
  }

  addObject(catalog: Catalog, object: CatalogObject): void {
    const shared = isShared(object);
    if (object.kind === "acl") {
      const [classid, objid] = object.about;
      const owner = ownerOfObject(catalog, objid);
      this.addList({ shared, classid, objid }, object.items, owner);
      for (const [number, items] of Object.entries(object.columns ?? {})) {
        this.addList({ shared, classid, objid, objsubid: Number(number) }, items, owner);
      }
      return;
    }
    if (object.kind === "defaultAcl") {
      const dependent = { shared, classid: CLASS.defaultAcl, objid: object.oid };
      this.add(dependent, object.role, OWNER);
      this.addList(dependent, object.items, object.role);
      return;
    }
    const classid = CLASS_OF_OWNED[object.kind];
    if (classid === undefined || !("owner" in object)) return;
    this.add({ shared, classid, objid: object.oid }, object.owner, OWNER);
  }
}

export const PG_SHDEPEND: VirtualTable = clusterTable(
  "pg_shdepend",
  largeObjects,
  (objects, _session, catalog) => {
    const found = new RoleDependencies(catalog.database);
    for (const object of catalog.objects.values()) found.addObject(catalog, object);
    for (const { oid, grantor } of membershipsIn(catalog)) {
      found.add({ shared: true, classid: CLASS.membership, objid: oid }, grantor, LISTED);
    }
    for (const { oid, owner, items } of objects) {
      const dependent = { shared: false, classid: CLASS.largeObject, objid: oid };
      found.add(dependent, owner, OWNER);
      found.addList(dependent, items, owner);
    }
    return found.rows;
  },
);
