/** A question to the catalogs, as a driver, ORM or tool asks it about the schema of schema.ts. */
export interface Introspection {
  readonly tool: string;
  readonly asks: string;
  readonly sql: string;
  /** Why the answer differs from PostgreSQL's; then it only has to be answered. */
  readonly differs?: string;
}
