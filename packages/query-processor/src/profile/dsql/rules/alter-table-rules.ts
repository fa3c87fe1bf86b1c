/** Refused actions of ALTER TABLE, in the words that PostgreSQL has for them. */
import { asTag, child, flag, optionalString, string } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { GOLD, PATTERN, PIST, when } from "../rule.ts";
import type { Finder, Rule } from "../rule.ts";
import { addedColumns, commandsOf, constraintsOf, contype } from "./column-parts.ts";

const ALTER = ["AlterTableStmt"];

/** alter_table_type_to_string of tablecmds.c, for what is refused whatever it is about. */
const REFUSED: Readonly<Record<string, string>> = {
  AT_SetStatistics: "ALTER COLUMN ... SET STATISTICS",
  AT_SetOptions: "ALTER COLUMN ... SET",
  AT_ResetOptions: "ALTER COLUMN ... RESET",
  AT_SetCompression: "ALTER COLUMN ... SET COMPRESSION",
  AT_AlterColumnGenericOptions: "ALTER COLUMN ... OPTIONS",
  AT_ClusterOn: "CLUSTER",
  AT_DropCluster: "SET WITHOUT CLUSTER",
  AT_SetAccessMethod: "SET ACCESS METHOD",
  AT_SetLogged: "SET LOGGED",
  AT_SetUnLogged: "SET UNLOGGED",
  AT_DropOids: "SET WITHOUT OIDS",
  AT_SetTableSpace: "SET TABLESPACE",
  AT_EnableTrig: "ENABLE TRIGGER",
  AT_EnableAlwaysTrig: "ENABLE ALWAYS TRIGGER",
  AT_EnableReplicaTrig: "ENABLE REPLICA TRIGGER",
  AT_DisableTrig: "DISABLE TRIGGER",
  AT_EnableRule: "ENABLE RULE",
  AT_EnableAlwaysRule: "ENABLE ALWAYS RULE",
  AT_EnableReplicaRule: "ENABLE REPLICA RULE",
  AT_DisableRule: "DISABLE RULE",
  AT_AddInherit: "INHERIT",
  AT_DropInherit: "NO INHERIT",
  AT_AddOf: "OF",
  AT_DropOf: "NOT OF",
  AT_ReplicaIdentity: "REPLICA IDENTITY",
  AT_DisableRowSecurity: "DISABLE ROW SECURITY",
  AT_ForceRowSecurity: "FORCE ROW SECURITY",
  AT_NoForceRowSecurity: "NO FORCE ROW SECURITY",
  AT_GenericOptions: "OPTIONS",
  AT_AttachPartition: "ATTACH PARTITION",
  AT_DetachPartition: "DETACH PARTITION",
  AT_DetachPartitionFinalize: "DETACH PARTITION ... FINALIZE",
};

/** Those of tables that views may have. */
const OF_TABLES: Readonly<Record<string, string>> = {
  AT_SetRelOptions: "SET",
  AT_ResetRelOptions: "RESET",
};

function has(subtype: string): Finder {
  return when((node) => commandsOf(node).some((each) => string(each, "subtype") === subtype));
}

function refusedAction(node: ParseNode): string | undefined {
  const isTable = string(node, "objtype") === "OBJECT_TABLE";
  for (const command of commandsOf(node)) {
    const subtype = string(command, "subtype");
    const name = REFUSED[subtype] ?? (isTable ? OF_TABLES[subtype] : undefined);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** An explicit NULL does not: Django's adapter says it of columns that it adds. */
function restricts(constraint: ParseNode): boolean {
  return contype(constraint) !== "CONSTR_NULL";
}

/** NOT VALID, and what adopts an index, take no look at the rows. */
function needsRows(command: ParseNode): boolean {
  const constraint = asTag(child(command, "def"), "Constraint");
  if (constraint === undefined) return false;
  switch (contype(constraint)) {
    case "CONSTR_CHECK":
    case "CONSTR_FOREIGN":
      return !flag(constraint, "skip_validation");
    case "CONSTR_UNIQUE":
      return optionalString(constraint, "indexname") === undefined;
    default:
      return true;
  }
}

export const ALTER_TABLE_RULES: readonly Rule[] = [
  {
    id: "alter-column-type",
    refuses: "ALTER COLUMN TYPE",
    statements: ALTER,
    text: "unsupported ALTER TABLE ALTER COLUMN ... SET DATA TYPE statement",
    find: has("AT_AlterColumnType"),
    refused: [
      "ALTER TABLE examples.parent ALTER COLUMN name TYPE varchar(20)",
      "ALTER TABLE examples.parent ALTER COLUMN name SET DATA TYPE xml",
    ],
    accepted: [
      "ALTER TABLE examples.parent ADD COLUMN other varchar(20), ALTER COLUMN other SET DEFAULT 'a'",
    ],
    ...GOLD,
  },
  {
    id: "row-level-security",
    refuses: "ENABLE ROW LEVEL SECURITY",
    statements: ALTER,
    text: "unsupported ALTER TABLE ENABLE ROW SECURITY statement",
    find: has("AT_EnableRowSecurity"),
    refused: ["ALTER TABLE examples.parent ENABLE ROW LEVEL SECURITY"],
    accepted: ["GRANT SELECT ON examples.parent TO PUBLIC"],
    ...PIST,
  },
  {
    id: "set-not-null",
    refuses: "ALTER COLUMN SET NOT NULL",
    statements: ALTER,
    text: "unsupported ALTER TABLE ALTER COLUMN ... SET NOT NULL statement",
    find: has("AT_SetNotNull"),
    refused: ["ALTER TABLE examples.parent ALTER COLUMN name SET NOT NULL"],
    accepted: [
      "ALTER TABLE examples.things ALTER COLUMN size DROP NOT NULL",
      "ALTER TABLE examples.parent ADD CONSTRAINT c CHECK (name IS NOT NULL) NOT VALID",
    ],
    ...PIST,
  },
  {
    id: "alter-table-action",
    refuses: Object.values({ ...REFUSED, ...OF_TABLES }).join(", "),
    statements: ALTER,
    text: "unsupported ALTER TABLE {} statement",
    find: refusedAction,
    refused: [
      "ALTER TABLE examples.parent ALTER COLUMN name SET COMPRESSION lz4",
      "ALTER TABLE examples.parent REPLICA IDENTITY FULL",
      "ALTER TABLE examples.parent SET UNLOGGED",
      "ALTER TABLE examples.parent SET (fillfactor = 70)",
      "ALTER TABLE examples.parent ENABLE TRIGGER a",
    ],
    accepted: [
      "ALTER TABLE examples.parent ENABLE TRIGGER ALL",
      "ALTER TABLE examples.parent DISABLE TRIGGER USER",
      "ALTER TABLE examples.parent ALTER COLUMN name SET STORAGE PLAIN",
      "ALTER TABLE examples.parent ALTER COLUMN name SET DEFAULT 'a'",
      "ALTER TABLE examples.parent RENAME COLUMN name TO title",
      "ALTER VIEW examples.names SET (security_barrier = true)",
    ],
    ...PATTERN,
  },
  {
    id: "add-column-constraint",
    refuses: "ADD COLUMN with DEFAULT, NOT NULL, or a constraint",
    statements: ALTER,
    text: "ALTER TABLE ADD COLUMN with constraint not supported",
    find: when((node) =>
      addedColumns(node).some((column) => constraintsOf(column).some(restricts)),
    ),
    refused: [
      "ALTER TABLE examples.parent ADD COLUMN a int DEFAULT 7",
      "ALTER TABLE examples.parent ADD COLUMN a int NOT NULL",
      "ALTER TABLE examples.parent ADD COLUMN a int CHECK (a > 0)",
      "ALTER TABLE examples.parent ADD COLUMN a int UNIQUE",
      "ALTER TABLE examples.parent ADD a bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1)",
    ],
    accepted: [
      "ALTER TABLE examples.parent ADD COLUMN a int, ALTER COLUMN a SET DEFAULT 7",
      "ALTER TABLE examples.parent ADD COLUMN IF NOT EXISTS a text STORAGE PLAIN",
      "ALTER TABLE examples.parent ADD COLUMN a text NULL",
    ],
    ...GOLD,
  },
  {
    id: "add-constraint",
    refuses:
      "ADD PRIMARY KEY, ADD UNIQUE without USING INDEX, CHECK and FOREIGN KEY without NOT VALID",
    statements: ALTER,
    text: "unsupported ALTER TABLE ADD CONSTRAINT statement",
    find: when((node) =>
      commandsOf(node).some(
        (each) => string(each, "subtype") === "AT_AddConstraint" && needsRows(each),
      ),
    ),
    refused: [
      "ALTER TABLE examples.things ADD CONSTRAINT k PRIMARY KEY (size)",
      "ALTER TABLE examples.parent ADD CONSTRAINT k UNIQUE (name)",
      "ALTER TABLE examples.parent ADD CHECK (name <> '')",
      "ALTER TABLE examples.child ADD FOREIGN KEY (id) REFERENCES examples.parent",
    ],
    accepted: [
      "ALTER TABLE examples.parent ADD CONSTRAINT k CHECK (name <> '') NOT VALID",
      "ALTER TABLE examples.child ADD FOREIGN KEY (id) REFERENCES examples.parent NOT VALID",
    ],
    ...GOLD,
  },
  {
    id: "validate-constraint",
    refuses: "VALIDATE CONSTRAINT without ASYNC",
    statements: ALTER,
    text: "unsupported ALTER TABLE VALIDATE CONSTRAINT statement",
    find: when(
      (node) =>
        !flag(node, "async") &&
        commandsOf(node).some((each) => string(each, "subtype") === "AT_ValidateConstraint"),
    ),
    refused: ["ALTER TABLE examples.child VALIDATE CONSTRAINT child_parent_fkey"],
    accepted: ["ALTER TABLE ASYNC examples.child VALIDATE CONSTRAINT child_parent_fkey"],
    ...GOLD,
  },
  {
    id: "drop-primary-key-column",
    refuses: "DROP COLUMN of a column of the primary key",
    statements: [],
    text: "cannot drop primary key column {}",
    refused: ["ALTER TABLE examples.parent DROP COLUMN id"],
    accepted: ["ALTER TABLE examples.parent DROP COLUMN name CASCADE"],
    ...GOLD,
  },
  {
    id: "drop-primary-key",
    refuses: "DROP CONSTRAINT of a primary key",
    statements: [],
    text: "unsupported ALTER TABLE DROP CONSTRAINT statement",
    refused: ["ALTER TABLE examples.child DROP CONSTRAINT child_pkey"],
    accepted: ["ALTER TABLE examples.child DROP CONSTRAINT child_parent_fkey"],
    ...PIST,
  },
];
