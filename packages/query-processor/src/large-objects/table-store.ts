/** The keys and values of one of the tables of large objects. */
import type { Key, Span } from "@firstlight/common";
import { keyFromLatin1, prefixSpan } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { keyEncoder, rowDecoder } from "../plan/codec.ts";
import type { KeyEncode, RowDecode } from "../plan/codec.ts";
import { tableLayout } from "../plan/table-layout.ts";
import { ownersTable, pagesTable } from "./large-object-tables.ts";

export class TableStore {
  readonly span: Span;
  readonly #prefix: Key;
  readonly #encodeKey: KeyEncode;
  readonly #encode: (values: Row) => Uint8Array;
  readonly decode: RowDecode;

  constructor(table: TableDescriptor) {
    const layout = tableLayout(table);
    this.span = layout.span;
    this.#prefix = layout.prefix;
    this.#encodeKey = keyEncoder(layout.primaryParts);
    this.#encode = (values) => layout.encode(values);
    this.decode = rowDecoder(
      layout.types,
      layout.types.map((_, at) => at),
      undefined,
    );
  }

  /** Of all key columns, or of the first ones. */
  key(values: Row): Key {
    return keyFromLatin1(this.#prefix + this.#encodeKey(values));
  }

  /** All rows whose key begins with these values. */
  under(values: Row): Span {
    return prefixSpan(this.key(values));
  }

  encode(values: Row): Uint8Array {
    return this.#encode(values);
  }
}

export interface LargeObjectStore {
  readonly pages: TableStore;
  readonly owners: TableStore;
}

/** Those of the databases that were last worked in. */
const STORES_MAX = 64;
const stores = new Map<number, LargeObjectStore>();

export function largeObjectStore(database: number): LargeObjectStore {
  let store = stores.get(database);
  if (store === undefined) {
    if (stores.size >= STORES_MAX) stores.clear();
    store = {
      pages: new TableStore(pagesTable(database)),
      owners: new TableStore(ownersTable(database)),
    };
    stores.set(database, store);
  }
  return store;
}
