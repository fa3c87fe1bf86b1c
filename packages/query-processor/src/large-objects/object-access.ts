/** Large objects as functions reach them: found, permitted, opened, made and removed (inv_api.c). */
import { SqlError } from "@firstlight/common";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import { RIGHT } from "../privileges/rights.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { LargeObjectHost } from "./large-object-host.ts";
import type { LargeObject } from "./object-owners.ts";
import { ObjectOwners, mayAccess, ownsLargeObject } from "./object-owners.ts";
import { ObjectPages } from "./object-pages.ts";
import type { LargeObjectStore } from "./table-store.ts";
import { largeObjectStore } from "./table-store.ts";

const WRITE_FLAG = 0x20000;
const READ_FLAG = 0x40000;
/** New OIDs are below this: clients read them as signed numbers. */
const END_OF_OIDS = 0x80000000;

export class ObjectAccess {
  readonly owners: ObjectOwners;
  readonly #store: LargeObjectStore;
  readonly #host: LargeObjectHost;
  readonly #transaction: Transaction;

  constructor(host: LargeObjectHost, transaction: Transaction) {
    this.#host = host;
    this.#transaction = transaction;
    this.#store = largeObjectStore(host.catalog.database);
    this.owners = new ObjectOwners(this.#store.owners);
  }

  pages(oid: number): ObjectPages {
    return new ObjectPages(this.#store.pages, oid);
  }

  /** PreventCommandIfReadOnly */
  refuseReadOnly(name: string): void {
    if (!this.#transaction.readOnly) return;
    throw new SqlError("25006", `cannot execute ${name} in a read-only transaction`);
  }

  /** The object, if it is there for `reads`; throws 42501 without the rights that the flags take. */
  async permitted(reads: Transaction, oid: number, writes: boolean): Promise<LargeObject> {
    const object = await this.owners.require(reads, oid);
    const rights = writes ? [RIGHT.select, RIGHT.update] : [RIGHT.select];
    const { ignoresPrivileges, catalog, role } = this.#host;
    if (ignoresPrivileges || rights.every((right) => mayAccess(catalog, object, role, right))) {
      return object;
    }
    throw new SqlError("42501", `permission denied for large object ${oid}`);
  }

  async open(oid: number, flags: number): Promise<number> {
    const writes = (flags & WRITE_FLAG) !== 0;
    const reads = writes || (flags & READ_FLAG) !== 0;
    if (writes) this.refuseReadOnly("lo_open(INV_WRITE)");
    if (!reads) {
      throw new SqlError("22023", `invalid flags for opening a large object: ${flags}`);
    }
    await this.permitted(this.#transaction, oid, writes);
    const frozen = writes ? undefined : this.#transaction.frozen();
    return this.#host.open.add({ oid, reads, writes, frozen, offset: 0 });
  }

  /** An OID of 0: one that is free. */
  async create(wanted: number, randomBytes: (length: number) => Uint8Array): Promise<number> {
    const oid = wanted === 0 ? await this.#freeOid(randomBytes) : wanted;
    const owner = this.#host.role;
    await this.owners.create(this.#transaction, { oid, owner, items: undefined });
    return oid;
  }

  /**
   * Drawn, not counted: a counter would be a key that all who make large objects conflict on. Two that
   * draw the same one conflict on the object's own key.
   */
  async #freeOid(randomBytes: (length: number) => Uint8Array): Promise<number> {
    for (;;) {
      const bytes = Buffer.from(randomBytes(4));
      const oid = FIRST_USER_OID + (bytes.readUInt32BE() % (END_OF_OIDS - FIRST_USER_OID));
      if ((await this.owners.find(this.#transaction, oid)) === undefined) return oid;
    }
  }

  async unlink(oid: number): Promise<void> {
    const object = await this.owners.require(this.#transaction, oid);
    const { catalog, role, ignoresPrivileges, open } = this.#host;
    if (!ignoresPrivileges && !ownsLargeObject(catalog, object, role)) {
      throw new SqlError("42501", `must be owner of large object ${oid}`);
    }
    open.closeAllOf(oid);
    await this.pages(oid).remove(this.#transaction);
    this.owners.remove(this.#transaction, oid);
    this.#host.dropComment(oid);
  }

  /** BEFORE pages of it are written: who removes the object meanwhile conflicts. */
  keep(oid: number): void {
    const { kept } = this.#host.open;
    if (kept.has(oid)) return;
    kept.add(oid);
    this.owners.keep(this.#transaction, oid);
  }
}
