/**
 * Whether every row has the parents that the valid foreign keys of a schema ask for. For proofs: it
 * looks at everything.
 */
import type { Datum } from "@firstlight/sql";
import { BARE_CATALOG } from "../catalog/system-catalog.ts";
import { CatalogImage } from "../catalog/catalog-image.ts";
import { decodeObject } from "../catalog/catalog-codec.ts";
import type { ForeignKeyDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { StoredIn } from "./index-inspector.ts";

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** The values of these columns of every row, as texts; NULL among them leaves the row out. */
function* keysIn(
  table: TableDescriptor,
  columns: readonly number[],
  storedIn: StoredIn,
): Generator<string> {
  const layout = tableLayout(table);
  const decode = layout.decoder(columns.map((number) => number - 1));
  for (const [, value] of storedIn(layout.span)) {
    const values: readonly Datum[] = decode(bytesOf(value));
    if (!values.includes(null)) yield values.map(String).join(", ");
  }
}

export class ReferenceInspector {
  readonly #image: CatalogImage;

  /** `objects`: the values of all keys of catalog objects. */
  constructor(objects: readonly string[]) {
    const decoded = objects.map((each) => decodeObject(bytesOf(each)));
    this.#image = new CatalogImage(0, decoded, BARE_CATALOG);
  }

  orphans(storedIn: StoredIn): readonly string[] {
    const found: string[] = [];
    for (const table of this.#image.objects.values()) {
      if (table.kind !== "table") continue;
      for (const key of table.foreignKeys ?? []) {
        if (key.validated) found.push(...this.#orphansOf(table, key, storedIn));
      }
    }
    return found;
  }

  *#orphansOf(
    table: TableDescriptor,
    key: ForeignKeyDescriptor,
    storedIn: StoredIn,
  ): Generator<string> {
    const parent = this.#image.objects.get(key.parent);
    const name = `${key.name} of ${table.name}`;
    if (parent?.kind !== "table") {
      yield `the parent of ${name} is gone`;
      return;
    }
    const parents = new Set(keysIn(parent, key.parentColumns, storedIn));
    for (const values of keysIn(table, key.columns, storedIn)) {
      if (!parents.has(values)) yield `${name}: (${values}) has no parent`;
    }
  }
}
