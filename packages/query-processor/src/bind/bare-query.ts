/** What a query without any clause has. */
export const BARE_QUERY = {
  kind: "select",
  ctes: [],
  where: undefined,
  groupBy: [],
  groupingSets: undefined,
  hasAggregates: false,
  having: undefined,
  windows: [],
  distinct: false,
  setOperation: undefined,
  orderBy: [],
  offset: undefined,
  limit: undefined,
  withTies: false,
  rowMarks: [],
} as const;
