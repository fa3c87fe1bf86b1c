/** Tablespaces: PostgreSQL's own two, which nothing here depends on. */
export const TABLESPACES: ReadonlyMap<number, string> = new Map([
  [1663, "pg_default"],
  [1664, "pg_global"],
]);

export function tablespaceNamed(name: string): number | undefined {
  for (const [oid, each] of TABLESPACES) if (each === name) return oid;
  return undefined;
}
