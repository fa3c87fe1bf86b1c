/** The statements over a child table that a foreign key takes (ri_triggers.c), as SQL text. */
import { quoteIdentifier } from "@firstlight/sql";
import type { Catalog } from "../../catalog/catalog.ts";
import { schemaName } from "../../catalog/schema-name.ts";
import { comparisonOf } from "../../catalog/foreign-key-types.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { castName } from "./key-conversion.ts";

/** How the parent's keys are given: one by one as $1, $2 ..., or all of a one-column key as $1[]. */
export type KeyForm = "one" | "many";

function tableName(catalog: Catalog, { child }: Reference): string {
  return `${quoteIdentifier(schemaName(catalog, child))}.${quoteIdentifier(child.name)}`;
}

function columnNames({ child }: Reference, numbers: readonly number[]): string[] {
  return numbers.map((number) => quoteIdentifier(child.columns[number - 1]?.name ?? ""));
}

/** The child's columns as they are compared with the parent's. */
function comparedColumns(catalog: Catalog, reference: Reference): string[] {
  const { child, key } = reference;
  const parent = catalog.objects.get(key.parent);
  return columnNames(reference, key.columns).map((name, at) => {
    const own = child.columns[(key.columns[at] ?? 0) - 1]?.type ?? 0;
    const number = key.parentColumns[at] ?? 0;
    const other = parent?.kind === "table" ? (parent.columns[number - 1]?.type ?? 0) : 0;
    return comparisonOf(own, other) === "cast" ? `${name}::${castName(other)}` : name;
  });
}

function condition(catalog: Catalog, reference: Reference, form: KeyForm): string {
  const names = comparedColumns(catalog, reference);
  if (form === "many") return `${names[0] ?? ""} = ANY ($1)`;
  return names.map((name, at) => `${name} = $${at + 1}`).join(" AND ");
}

/** One child row of the keys, as the values of its key columns. */
export function findChildren(catalog: Catalog, reference: Reference, form: KeyForm): string {
  const columns = columnNames(reference, reference.key.columns).join(", ");
  const from = tableName(catalog, reference);
  return `SELECT ${columns} FROM ${from} WHERE ${condition(catalog, reference, form)} LIMIT 1`;
}

export function deleteChildren(catalog: Catalog, reference: Reference, form: KeyForm): string {
  return `DELETE FROM ${tableName(catalog, reference)} WHERE ${condition(catalog, reference, form)}`;
}

/** The new key's values follow those of the old one. */
export function moveChildren(catalog: Catalog, reference: Reference): string {
  const names = columnNames(reference, reference.key.columns);
  const values = names.map((name, at) => `${name} = $${names.length + at + 1}`).join(", ");
  return `UPDATE ${tableName(catalog, reference)} SET ${values} WHERE ${condition(catalog, reference, "one")}`;
}

export function setChildren(
  catalog: Catalog,
  reference: Reference,
  columns: readonly number[],
  value: "NULL" | "DEFAULT",
  form: KeyForm,
): string {
  const values = columnNames(reference, columns).map((name) => `${name} = ${value}`);
  const where = condition(catalog, reference, form);
  return `UPDATE ${tableName(catalog, reference)} SET ${values.join(", ")} WHERE ${where}`;
}
