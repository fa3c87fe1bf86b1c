/**
 * Whether the public indexes of a schema are their tables': each row that must have an entry has
 * exactly its own, and there are no others. For proofs: it looks at everything.
 */
import type { Key, Span } from "@firstlight/common";
import { CatalogImage } from "../catalog/catalog-image.ts";
import { BARE_CATALOG } from "../catalog/system-catalog.ts";
import { decodeObject } from "../catalog/catalog-codec.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { tableLayout } from "../plan/table-layout.ts";
import { rowEntries } from "./row-entries.ts";

/** Keys in their order with values, as byte strings in latin1. */
export type StoredIn = (span: Span) => Iterable<readonly [Key, string]>;

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

function differences(table: TableDescriptor, index: IndexDescriptor, storedIn: StoredIn): string[] {
  const found: string[] = [];
  const made = rowEntries(table, index.oid);
  const expected = new Map<Key, string>();
  for (const [key, value] of storedIn(tableLayout(table).span)) {
    const entry = made.entryOf(key, bytesOf(value));
    if (entry === undefined) continue;
    if (expected.has(entry.key)) found.push(`two rows have the unique key ${entry.key}`);
    expected.set(entry.key, Buffer.from(entry.value).toString("latin1"));
  }
  for (const [key, value] of storedIn(made.index.span)) {
    const wanted = expected.get(key);
    if (wanted === undefined) found.push(`entry ${key} is of no row`);
    else if (wanted !== value) found.push(`entry ${key} is not as its row`);
    expected.delete(key);
  }
  for (const key of expected.keys()) found.push(`entry ${key} is missing`);
  return found.map((text) => `index ${index.name} of ${table.name}: ${JSON.stringify(text)}`);
}

export class IndexInspector {
  readonly #tables: readonly TableDescriptor[];

  /** `objects`: the values of all keys of catalog objects. */
  constructor(objects: readonly string[]) {
    const decoded = objects.map((each) => decodeObject(bytesOf(each)));
    const image = new CatalogImage(0, decoded, BARE_CATALOG);
    this.#tables = [...image.objects.values()].filter((object) => object.kind === "table");
  }

  differences(storedIn: StoredIn): readonly string[] {
    return this.#tables.flatMap((table) =>
      table.indexes
        .filter(({ number }) => number > 0)
        .flatMap((index) => differences(table, index, storedIn)),
    );
  }
}
