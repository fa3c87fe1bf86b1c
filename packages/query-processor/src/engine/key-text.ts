/** Key columns back as text, for messages. */
import type { Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, decodeKeyColumns, typeByOid } from "@firstlight/sql";

interface ColumnOrder {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** "?" where the encoding cannot be reversed. */
export function keyValueTexts(
  encoded: string,
  types: readonly number[],
  orders: readonly ColumnOrder[],
): string[] {
  const values = decoded(encoded, types, orders);
  return types.map((type, i) => {
    const value = values?.[i];
    if (value === undefined) return "?";
    return value === null ? "null" : typeByOid(type).output(value, DEFAULT_FORMAT);
  });
}

function decoded(
  encoded: string,
  types: readonly number[],
  orders: readonly ColumnOrder[],
): readonly Datum[] | undefined {
  try {
    return decodeKeyColumns(types, encoded, orders);
  } catch {
    return undefined;
  }
}
