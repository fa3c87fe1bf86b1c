/**
 * ALTER TABLE before anything is done (ATPrepCmd): which kinds of relations each action is for, what
 * it is called where it is not, and in which order the actions of one statement are done.
 */
import { SqlError } from "@firstlight/common";
import type { Relation } from "../catalog/catalog.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import { asTag, child, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

type Kind = "table" | "view" | "materialized view" | "sequence";

const TABLES: readonly Kind[] = ["table"];
const STORED: readonly Kind[] = ["table", "materialized view"];
const READ: readonly Kind[] = ["table", "view"];
const OPTIONS: readonly Kind[] = ["table", "view", "materialized view"];
const ALL: readonly Kind[] = ["table", "view", "materialized view", "sequence"];

/** In PostgreSQL's order; several columns get their types in one step, see inPasses. */
const PASS = {
  drop: 0,
  retype: 1,
  lateDrop: 2,
  addColumn: 4,
  columnMarks: 6,
  useIndex: 7,
  addIndex: 8,
  addOther: 9,
  rest: 10,
} as const;

interface ActionFacts {
  /** alter_table_type_to_string */
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly pass: number;
}

function action(name: string, kinds: readonly Kind[], pass: number = PASS.rest): ActionFacts {
  return { name, kinds, pass };
}

const RETYPE = "AT_AlterColumnType";

const ACTIONS: Readonly<Record<string, ActionFacts>> = {
  AT_AddColumn: action("ADD COLUMN", TABLES, PASS.addColumn),
  AT_ColumnDefault: action("ALTER COLUMN ... SET DEFAULT", READ, PASS.addOther),
  AT_DropNotNull: action("ALTER COLUMN ... DROP NOT NULL", TABLES, PASS.drop),
  AT_SetNotNull: action("ALTER COLUMN ... SET NOT NULL", TABLES, PASS.columnMarks),
  AT_DropExpression: action("ALTER COLUMN ... DROP EXPRESSION", TABLES, PASS.drop),
  AT_SetStatistics: action("ALTER COLUMN ... SET STATISTICS", STORED),
  AT_SetOptions: action("ALTER COLUMN ... SET", STORED),
  AT_ResetOptions: action("ALTER COLUMN ... RESET", STORED),
  AT_SetStorage: action("ALTER COLUMN ... SET STORAGE", STORED),
  AT_SetCompression: action("ALTER COLUMN ... SET COMPRESSION", STORED),
  AT_DropColumn: action("DROP COLUMN", TABLES, PASS.drop),
  AT_AddConstraint: action("ADD CONSTRAINT", TABLES, PASS.addOther),
  AT_AlterConstraint: action("ALTER CONSTRAINT", TABLES),
  AT_ValidateConstraint: action("VALIDATE CONSTRAINT", TABLES),
  AT_DropConstraint: action("DROP CONSTRAINT", TABLES, PASS.drop),
  [RETYPE]: action("ALTER COLUMN ... SET DATA TYPE", TABLES, PASS.retype),
  AT_ChangeOwner: action("OWNER TO", ALL),
  AT_ClusterOn: action("CLUSTER ON", STORED),
  AT_DropCluster: action("SET WITHOUT CLUSTER", STORED),
  AT_SetAccessMethod: action("SET ACCESS METHOD", STORED),
  AT_SetLogged: action("SET LOGGED", ["table", "sequence"]),
  AT_SetUnLogged: action("SET UNLOGGED", ["table", "sequence"]),
  AT_DropOids: action("SET WITHOUT OIDS", TABLES, PASS.drop),
  AT_SetTableSpace: action("SET TABLESPACE", STORED),
  AT_SetRelOptions: action("SET", OPTIONS),
  AT_ResetRelOptions: action("RESET", OPTIONS),
  AT_ReplaceRelOptions: action("SET", OPTIONS),
  AT_EnableTrig: action("ENABLE TRIGGER", TABLES),
  AT_EnableAlwaysTrig: action("ENABLE ALWAYS TRIGGER", TABLES),
  AT_EnableReplicaTrig: action("ENABLE REPLICA TRIGGER", TABLES),
  AT_DisableTrig: action("DISABLE TRIGGER", TABLES),
  AT_EnableTrigAll: action("ENABLE TRIGGER ALL", TABLES),
  AT_DisableTrigAll: action("DISABLE TRIGGER ALL", TABLES),
  AT_EnableTrigUser: action("ENABLE TRIGGER USER", TABLES),
  AT_DisableTrigUser: action("DISABLE TRIGGER USER", TABLES),
  AT_EnableRule: action("ENABLE RULE", TABLES),
  AT_EnableAlwaysRule: action("ENABLE ALWAYS RULE", TABLES),
  AT_EnableReplicaRule: action("ENABLE REPLICA RULE", TABLES),
  AT_DisableRule: action("DISABLE RULE", TABLES),
  AT_AddInherit: action("INHERIT", TABLES),
  AT_DropInherit: action("NO INHERIT", TABLES),
  AT_AddOf: action("OF", TABLES),
  AT_DropOf: action("NOT OF", TABLES),
  AT_ReplicaIdentity: action("REPLICA IDENTITY", STORED),
  AT_EnableRowSecurity: action("ENABLE ROW SECURITY", TABLES),
  AT_DisableRowSecurity: action("DISABLE ROW SECURITY", TABLES),
  AT_ForceRowSecurity: action("FORCE ROW SECURITY", TABLES),
  AT_NoForceRowSecurity: action("NO FORCE ROW SECURITY", TABLES),
  AT_AddIdentity: action("ALTER COLUMN ... ADD IDENTITY", READ, PASS.addOther),
  AT_SetIdentity: action("ALTER COLUMN ... SET", READ),
  AT_DropIdentity: action("ALTER COLUMN ... DROP IDENTITY", READ, PASS.drop),
};

export function actionName(subtype: string): string {
  return ACTIONS[subtype]?.name ?? subtype.replace("AT_", "");
}

/** ATSimplePermissions. */
export function refuseOtherKinds(relation: Relation, subtype: string): void {
  const kind = relationKind(relation);
  const known = ACTIONS[subtype];
  if (known === undefined || known.kinds.some((each) => each === kind)) return;
  const text = `ALTER action ${known.name} cannot be performed on relation "${relation.name}"`;
  throw new SqlError("42809", text, {
    detail: `This operation is not supported for ${kind}s.`,
  });
}

/** Whether a USING of the statement names the column. */
function namedInUsing(commands: readonly ParseNode[], name: string): boolean {
  const field = `"sval":${JSON.stringify(name)}`;
  return commands.some((command) => {
    const definition = asTag(child(command, "def"), "ColumnDef") ?? {};
    return JSON.stringify(child(definition, "raw_default") ?? {}).includes(field);
  });
}

function passOfConstraint(command: ParseNode): number {
  const constraint = asTag(child(command, "def"), "Constraint") ?? {};
  const isKey = ["CONSTR_PRIMARY", "CONSTR_UNIQUE"].includes(string(constraint, "contype"));
  if (!isKey) return PASS.addOther;
  return optionalString(constraint, "indexname") === undefined ? PASS.addIndex : PASS.useIndex;
}

function passOf(command: ParseNode, retypes: readonly ParseNode[]): number {
  const subtype = string(command, "subtype");
  if (subtype === "AT_DropColumn") {
    const name = string(command, "name");
    const isRetyped = retypes.some((each) => string(each, "name") === name);
    if (!isRetyped && namedInUsing(retypes, name)) return PASS.lateDrop;
  }
  if (subtype === "AT_ColumnDefault" && child(command, "def") === undefined) return PASS.drop;
  if (subtype === "AT_AddConstraint") return passOfConstraint(command);
  return ACTIONS[subtype]?.pass ?? PASS.rest;
}

/** Those that give other types to columns of a statement that drops columns, too. */
export function retypesBesideDrops(commands: readonly ParseNode[]): readonly ParseNode[] {
  const drops = commands.some((command) => string(command, "subtype") === "AT_DropColumn");
  return drops ? commands.filter((command) => string(command, "subtype") === RETYPE) : [];
}

/** Commands in the order in which they are done; those that give columns other types are one step. */
export function inPasses(commands: readonly ParseNode[]): readonly (readonly ParseNode[])[] {
  const retypes = commands.filter((command) => string(command, "subtype") === RETYPE);
  const sorted = commands.toSorted((a, b) => passOf(a, retypes) - passOf(b, retypes));
  return sorted.flatMap((command) => {
    if (string(command, "subtype") !== RETYPE) return [[command]];
    return command === retypes[0] ? [retypes] : [];
  });
}
