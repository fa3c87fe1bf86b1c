/** Catalog objects as they are for other transactions, once the one that made them has committed. */
import type { CatalogObject, EnumType } from "./descriptors.ts";

type Label = EnumType["labels"][number];

function committedLabel(label: Label): Label {
  if (label.uncommitted === undefined) return label;
  const { uncommitted: _, ...rest } = label;
  return rest;
}

/** The same object when nothing in it is its own transaction's matter. */
export function committedObject(object: CatalogObject): CatalogObject {
  if (object.kind !== "type" || object.definition.kind !== "enum") return object;
  const { labels } = object.definition;
  if (labels.every(({ uncommitted }) => uncommitted === undefined)) return object;
  return { ...object, definition: { kind: "enum", labels: labels.map(committedLabel) } };
}
