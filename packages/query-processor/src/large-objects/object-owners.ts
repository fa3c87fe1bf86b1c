/** Which large objects there are, whose they are, and who may read and write them. */
import { SqlError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { AclItem } from "../catalog/descriptors.ts";
import type { AccessList } from "../privileges/access-list.ts";
import { defaultAccess, heldOf } from "../privileges/access-list.ts";
import type { Objects } from "../privileges/memberships.ts";
import { hasPrivilegesOf, isSuperuser } from "../privileges/memberships.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { rowsOf } from "./rows-of.ts";
import type { TableStore } from "./table-store.ts";

export interface LargeObject {
  readonly oid: number;
  readonly owner: number;
  /** Undefined: nothing was ever granted or revoked. */
  readonly items: AccessList | undefined;
}

export function noSuchObject(oid: number): SqlError {
  return new SqlError("42704", `large object ${oid} does not exist`);
}

type StoredItem = readonly [grantee: number, grantor: number, mode: number];

function encodeItems(items: AccessList | undefined): Datum {
  if (items === undefined) return null;
  const stored: StoredItem[] = items.map(({ grantee, grantor, mode }) => [grantee, grantor, mode]);
  return Buffer.from(JSON.stringify(stored), "latin1");
}

function decodeItems(value: Datum | undefined): AccessList | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  const stored = JSON.parse(Buffer.from(value).toString("latin1")) as readonly StoredItem[];
  return stored.map(([grantee, grantor, mode]): AclItem => ({ grantee, grantor, mode }));
}

function objectOf(row: Row): LargeObject {
  return { oid: Number(row[0]), owner: Number(row[1]), items: decodeItems(row[2]) };
}

export class ObjectOwners {
  readonly #store: TableStore;

  constructor(store: TableStore) {
    this.#store = store;
  }

  async find(reads: Transaction, oid: number): Promise<LargeObject | undefined> {
    const [value] = await reads.read([this.#store.key([oid])]);
    return value === undefined ? undefined : objectOf(this.#store.decode(value));
  }

  /** 42704 */
  async require(reads: Transaction, oid: number): Promise<LargeObject> {
    const found = await this.find(reads, oid);
    if (found === undefined) throw noSuchObject(oid);
    return found;
  }

  async *all(reads: Transaction): AsyncGenerator<LargeObject> {
    for await (const row of rowsOf(this.#store, reads, this.#store.span)) yield objectOf(row);
  }

  /** 23505 where there is one of that OID. */
  async create(transaction: Transaction, object: LargeObject): Promise<void> {
    if ((await this.find(transaction, object.oid)) !== undefined) {
      const name = "pg_largeobject_metadata_oid_index";
      throw new SqlError("23505", `duplicate key value violates unique constraint "${name}"`, {
        detail: `Key (oid)=(${object.oid}) already exists.`,
        schema: "pg_catalog",
        table: "pg_largeobject_metadata",
        constraint: name,
      });
    }
    this.#put(transaction, object, "replace");
  }

  change(transaction: Transaction, object: LargeObject): void {
    this.#put(transaction, object, "update");
  }

  #put(transaction: Transaction, object: LargeObject, kind: "replace" | "update"): void {
    const { oid, owner, items } = object;
    const value = this.#store.encode([oid, owner, encodeItems(items)]);
    transaction.put(this.#store.key([oid]), value, kind);
  }

  remove(transaction: Transaction, oid: number): void {
    transaction.delete(this.#store.key([oid]));
  }

  /** Who writes pages needs the object to be there when it commits: intent K. */
  keep(transaction: Transaction, oid: number): void {
    transaction.check({ key: this.#store.key([oid]), intent: "K" });
  }
}

export function accessOfLargeObject({ items, owner }: LargeObject): AccessList {
  return items ?? defaultAccess("largeObject", owner);
}

export function mayAccess(
  catalog: Objects,
  object: LargeObject,
  role: number,
  right: number,
): boolean {
  if (isSuperuser(catalog, role)) return true;
  const { owner } = object;
  const held = heldOf(catalog, accessOfLargeObject(object), { role, owner, mask: right });
  return (held & right) === right;
}

export function ownsLargeObject(catalog: Objects, object: LargeObject, role: number): boolean {
  return isSuperuser(catalog, role) || hasPrivilegesOf(catalog, role, object.owner);
}
