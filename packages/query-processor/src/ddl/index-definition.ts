/** Indexes as they are declared, before they get a number and an OID in a table. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { type CollationName, collationOfType, formatType, hasOrderClass } from "@firstlight/sql";
import { bindError } from "../bind/errors.ts";
import type {
  Deferrable,
  ColumnDescriptor,
  IndexColumn,
  IndexDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";

export interface IndexDefinition {
  readonly name: string;
  readonly unique: boolean;
  readonly deferrable?: Deferrable;
  readonly nullsDistinct: boolean;
  readonly primary: boolean;
  readonly constraint: boolean;
  readonly columns: readonly IndexColumn[];
  readonly include: readonly number[];
  readonly predicate?: string;
  readonly storage?: readonly string[];
}

const KEY_COLUMNS_MAX = 32;

export function columnNamed(
  columns: readonly ColumnDescriptor[],
  name: string,
): ColumnDescriptor | undefined {
  return columns.find((column) => column.name === name && !column.dropped);
}

/** Of a key, or beside one. */
export function columnOfKey(columns: readonly ColumnDescriptor[], name: string): ColumnDescriptor {
  const column = columnNamed(columns, name);
  if (column !== undefined) return column;
  throw new SqlError("42703", `column "${name}" named in key does not exist`);
}

export function keyColumn(columns: readonly ColumnDescriptor[], name: string): ColumnDescriptor {
  const column = columnOfKey(columns, name);
  refuseUnordered(column.type);
  return column;
}

/** 42704 for a type whose values have no order. */
export function refuseUnordered(type: number): void {
  if (hasOrderClass(type)) return;
  const text = `data type ${formatType(type)} has no default operator class for access method "btree"`;
  throw new SqlError("42704", text, {
    hint: "You must specify an operator class for the index or define a default operator class for the data type.",
  });
}

/** Key columns of a constraint: ascending, NULLs last. Of which types they are is not looked at. */
export function plainKey(
  columns: readonly ColumnDescriptor[],
  names: readonly string[],
  what: string,
  /** Of the constraint in the statement. */
  location: number,
): IndexColumn[] {
  if (names.length > KEY_COLUMNS_MAX) {
    throw new SqlError("54011", `cannot use more than ${KEY_COLUMNS_MAX} columns in an index`);
  }
  const seen = new Set<string>();
  return names.map((name) => {
    if (seen.has(name)) {
      const text = `column "${name}" appears twice in ${what} constraint`;
      throw bindError("42701", text, location);
    }
    seen.add(name);
    const { number, collation, type } = columnOfKey(columns, name);
    refuseNondeterministic(collation ?? collationOfType(type));
    return { column: number, descending: false, nullsFirst: false };
  });
}

/** Keys are in the order of their bytes, and differ where their bytes do. */
export function refuseNondeterministic(collation: CollationName | undefined): void {
  if (collation?.icu?.deterministic !== false) return;
  throw featureNotSupported("an index by a nondeterministic collation");
}

/** Whether the table's rows are kept in its order: keys that may be equal for a while tell no rows apart. */
export function ordersRows({ primary, deferrable }: IndexDefinition): boolean {
  return primary && deferrable === undefined;
}

/** Gives the definition its place in the table: number 0 makes it the order of the rows. */
export function toDescriptor(
  definition: IndexDefinition,
  place: { readonly oid: number; readonly number: number; readonly constraintOid: number },
): IndexDescriptor {
  const { constraint, ...rest } = definition;
  return {
    ...rest,
    oid: place.oid,
    number: place.number,
    ...(constraint ? { constraint: { oid: place.constraintOid, name: definition.name } } : {}),
  };
}

export function withIndex(table: TableDescriptor, index: IndexDescriptor): TableDescriptor {
  return {
    ...table,
    indexes: [...table.indexes, index],
    nextIndex: Math.max(table.nextIndex, index.number + 1),
  };
}
