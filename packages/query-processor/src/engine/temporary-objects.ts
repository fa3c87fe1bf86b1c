/**
 * The temporary relations of one session: their descriptors and rows are in this process only, so
 * they end with the session however it ends, and nobody else sees them. Within a transaction they
 * are part of its image and write set like everything else; its commit hands them over to here.
 */
import type { ScanPage, Span } from "@firstlight/common";
import { SqlError, parseDataKey } from "@firstlight/common";
import {
  BOOTSTRAP_SUPERUSER,
  FIRST_TEMPORARY_OID,
  isTemporaryOid,
} from "../catalog/builtin-objects.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { CatalogObject, SchemaDescriptor } from "../catalog/descriptors.ts";
import type { TableStatistics } from "../statistics/table-statistics.ts";
import type { KvTransaction } from "../transaction/kv-transaction.ts";
import { isTemporaryKey } from "../transaction/temporary-keys.ts";
import { WriteSet } from "../transaction/write-set.ts";
import type { WriteEntry } from "../transaction/write-set.ts";

/** Keys and values of all temporary tables of a session. */
const BYTES_MAX = 256 << 20;

function storageIdOf(object: CatalogObject): number | undefined {
  return "storageId" in object ? object.storageId : undefined;
}

const NO_STATISTICS: ReadonlyMap<number, TableStatistics> = new Map();

export class TemporaryObjects {
  readonly #sessionNumber: number;
  #next = FIRST_TEMPORARY_OID;
  #schema: SchemaDescriptor | undefined;
  #objects: readonly CatalogObject[] = [];
  #rows = new WriteSet();
  #statistics = NO_STATISTICS;
  #cleared = false;
  #overlaid: { readonly base: CatalogImage; readonly image: CatalogImage } | undefined;

  constructor(sessionNumber: number) {
    this.#sessionNumber = sessionNumber;
  }

  /** Whether anything is here: most sessions have nothing. */
  get inUse(): boolean {
    return this.#schema !== undefined;
  }

  allocateOid(): number {
    return this.#next++;
  }

  /** The session's own schema, as others would name it. */
  schema(): SchemaDescriptor {
    if (this.#schema !== undefined) return this.#schema;
    const name = `pg_temp_${this.#sessionNumber}`;
    const oid = this.allocateOid();
    this.#schema = { kind: "schema", oid, name, owner: BOOTSTRAP_SUPERUSER };
    return this.#schema;
  }

  /** The schema that all see, with the session's own objects. */
  over(base: CatalogImage): CatalogImage {
    if (this.#schema === undefined) return base;
    this.#cleared = false;
    if (this.#overlaid?.base === base) return this.#overlaid.image;
    const image = base.withTemporary(this.#schema, this.#objects, this.#statistics);
    this.#overlaid = { base, image };
    return image;
  }

  get rows(): WriteSet {
    return this.#rows;
  }

  page(span: Span, reverse: boolean): ScanPage {
    const keys = [...this.#rows.keysWithin(span)];
    if (reverse) keys.reverse();
    const values = keys.map((key) => this.#rows.get(key)?.value ?? new Uint8Array(0));
    return { keys, batch: { kind: "raw", values }, rest: undefined };
  }

  /** Before a commit: 54000 if its temporary rows would be too many. */
  async checkRoom(transaction: KvTransaction, pause: Pause): Promise<void> {
    if (this.#schema === undefined) return;
    let bytes = this.#rows.bytes;
    await eachTemporary(transaction, pause, ({ value }) => {
      bytes += value?.length ?? 0;
    });
    if (bytes <= BYTES_MAX) return;
    throw new SqlError("54000", "temporary tables of this session are too large", {
      detail: `They may hold ${BYTES_MAX} bytes.`,
    });
  }

  /** A transaction has committed: what it did to temporary relations holds, ON COMMIT is done. */
  async adopt(image: CatalogImage, transaction: KvTransaction, pause: Pause): Promise<void> {
    if (this.#schema === undefined || this.#cleared) return;
    const rows = this.#rows;
    await eachTemporary(transaction, pause, ({ key, value }) => {
      if (value === undefined) rows.remove(key);
      else rows.set(key, value, "X");
    });
    this.#setObjects(image);
    this.#purge();
  }

  #setObjects(image: CatalogImage): void {
    const before = this.#objects;
    const own = [...image.objects.values()].filter((object) => isTemporaryOid(object.oid));
    this.#objects = own.filter(
      (object) =>
        object.kind !== "schema" && !(object.kind === "table" && object.onCommit === "drop"),
    );
    const same =
      before.length === this.#objects.length &&
      this.#objects.every((object, index) => object === before[index]);
    if (this.#setStatistics(image) || !same) this.#overlaid = undefined;
  }

  /** True if any are others than before. */
  #setStatistics({ statistics }: CatalogImage): boolean {
    const before = this.#statistics;
    const own = this.#objects.flatMap((object) => {
      const storageId = storageIdOf(object);
      const known = storageId === undefined ? undefined : statistics.get(storageId);
      return storageId === undefined || known === undefined ? [] : [[storageId, known] as const];
    });
    this.#statistics = new Map(own);
    return (
      own.length !== before.size || own.some(([storageId, each]) => before.get(storageId) !== each)
    );
  }

  /** Rows of relations that are gone, truncated, or emptied by the end of the transaction. */
  #purge(): void {
    if (this.#rows.size === 0) return;
    const kept = new Set<number | undefined>();
    for (const object of this.#objects) {
      const emptied = object.kind === "table" && object.onCommit === "delete";
      if (!emptied) kept.add(storageIdOf(object));
    }
    this.#rows.removeParts((key) => !kept.has(parseDataKey(key)?.storageId));
  }

  /** DISCARD TEMP. A transaction that has begun before must not bring them back. */
  clear(): void {
    if (this.#schema === undefined) return;
    this.#cleared = true;
    this.#objects = [];
    this.#statistics = new Map();
    this.#rows = new WriteSet();
    this.#overlaid = undefined;
  }
}

/** Leaves the event loop to others. */
export type Pause = () => Promise<void>;

/** Writes that are treated at one go. */
const WRITES_PER_TURN = 2_048;

async function eachTemporary(
  { writes }: KvTransaction,
  pause: Pause,
  treat: (entry: WriteEntry) => void,
): Promise<void> {
  let treated = 0;
  for (const batch of writes.batches(isTemporaryKey)) {
    for (const entry of batch) treat(entry);
    treated += batch.length;
    if (treated < WRITES_PER_TURN) continue;
    treated = 0;
    await pause();
  }
}
