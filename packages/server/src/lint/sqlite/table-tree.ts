/**
 * Columns of SQLite by the types that MySQL's have: SQLite takes any word for a type and any value
 * for a column, and counts an INTEGER PRIMARY KEY by itself.
 */
import type { Node } from "../mysql/expressions.ts";
import type { Remark } from "../mysql/translation.ts";

interface KnownTypes {
  readonly tree: Node;
  readonly remarks: readonly Remark[];
}

const TYPES: Readonly<Record<string, string>> = {
  INTEGER: "BIGINT",
  INT: "BIGINT",
  REAL: "DOUBLE",
  FLOAT: "DOUBLE",
  // Written as 0 and 1.
  BOOLEAN: "SMALLINT",
  BOOL: "SMALLINT",
  CLOB: "TEXT",
  // As SQLite writes the present, without a zone.
  TIMESTAMP: "DATETIME",
};

const BOOLEAN: Remark = {
  rule: "sqlite-boolean",
  message: "BOOLEAN becomes smallint, as rows have 0 and 1",
};
const UNTYPED: Remark = { rule: "sqlite-untyped", message: "a column without a type becomes text" };
const COLLATION: Remark = {
  rule: "sqlite-collate",
  message: "the collation is left out: compare lower() of both sides",
};

function known(column: Node, remarks: Remark[]): Node {
  const definition = column["definition"] as Node | null;
  const type = definition?.["dataType"];
  const written = typeof type === "string" ? type : "";
  if (written === "") remarks.push(UNTYPED);
  if (written.startsWith("BOOL")) remarks.push(BOOLEAN);
  if (column["collate"] !== undefined) remarks.push(COLLATION);
  const dataType = written === "" ? "TEXT" : (TYPES[written] ?? written);
  const counts = written === "INTEGER" && column["primary_key"] !== undefined;
  return {
    ...column,
    definition: { ...definition, dataType },
    ...(counts ? { auto_increment: "auto_increment" } : {}),
  };
}

/** Of CREATE TABLE and ALTER TABLE ADD COLUMN. */
export function withKnownTypes(tree: Node): KnownTypes {
  const remarks: Remark[] = [];
  const each = (nodes: unknown): unknown =>
    Array.isArray(nodes)
      ? (nodes as Node[]).map((node) =>
          node["resource"] === "column" && "definition" in node ? known(node, remarks) : node,
        )
      : nodes;
  const options = { table_options: [] };
  const made = { create_definitions: each(tree["create_definitions"]), expr: each(tree["expr"]) };
  return { tree: { ...tree, ...made, ...options }, remarks };
}
