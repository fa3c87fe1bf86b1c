/** What a column's options say of its statistics in place of what ANALYZE finds. */
import type { ColumnDescriptor } from "../catalog/descriptors.ts";

/** As stadistinct; undefined: as it is found. */
export function distinctOverride({ options = [] }: ColumnDescriptor): number | undefined {
  const written = options.find((each) => each.startsWith("n_distinct="));
  const value = written === undefined ? 0 : Number(written.slice("n_distinct=".length));
  return value === 0 ? undefined : value;
}
