/** Statements that are planned, by the tag of their parse node, and their command tags. */
export const QUERY_TAGS: ReadonlySet<string> = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "CallStmt",
  "ExplainStmt",
]);

export const COMMANDS = {
  select: "SELECT",
  insert: "INSERT",
  update: "UPDATE",
  delete: "DELETE",
  merge: "MERGE",
  explain: "EXPLAIN",
  call: "CALL",
} as const;
