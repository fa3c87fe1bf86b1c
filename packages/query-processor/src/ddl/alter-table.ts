/** ALTER TABLE, action by action; each sees the table as the ones before it left it. */
import { numberDefault } from "./number-defaults.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import { asTag, child, flag, list, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { alterColumnTypes, prepareRetypes } from "./alter-column-type.ts";
import { addColumn } from "./add-column.ts";
import { addConstraint } from "./add-constraint.ts";
import { refuseNulls } from "./backfill.ts";
import { addIdentity, dropIdentity, setIdentity } from "./alter-identity.ts";
import { refuseComposite, refuseIndexAs } from "./rename.ts";
import { inPasses, refuseOtherKinds, retypesBesideDrops } from "./alter-passes.ts";
import { alterOther } from "./alter-view.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import {
  applyChanges,
  findRelation,
  imageOf,
  nameOfRangeVar,
  relationNamed,
  tableNamed,
} from "./ddl-context.ts";
import { alterConstraint, validateConstraint } from "./alter-constraint.ts";
import { setColumnOptions, setStatistics } from "./column-statistics.ts";
import { dropObjects } from "./drop-objects.ts";
import { alterIndex } from "./alter-index.ts";
import { setLogged } from "./persistence.ts";
import { isOtherRelation } from "./other-relation.ts";
import { refusePending } from "./pending-checks.ts";
import { findIndex } from "./drop-targets.ts";
import { columnNamed } from "./index-definition.ts";
import { requireKind } from "./object-lookup.ts";
import { dropExpression } from "./drop-expression.ts";
import { TRIGGER_SWITCHES } from "./trigger-switches.ts";
import { storeDefault } from "./stored-expression.ts";

import { withoutPositions } from "../bind/errors.ts";
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { checkTablespace } from "./storage-options.ts";
import { relationOptions, setCompression, setStorage } from "./physical-storage.ts";
import { clusterOn, dropCluster, replicaIdentity } from "./table-marks.ts";
import { addOf, dropOf, refuseTyped } from "./type/typed-tables.ts";

type Action = (
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
) => Promise<TableDescriptor> | TableDescriptor;

const ACTIONS: Readonly<Record<string, Action>> = {
  AT_AddColumn: addColumn,
  AT_AddConstraint: addConstraint,
  AT_DropColumn: dropColumn,
  AT_DropConstraint: dropConstraint,
  AT_ValidateConstraint: validateConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_ColumnDefault: columnDefault,
  AT_AddIdentity: addIdentity,
  AT_SetIdentity: setIdentity,
  AT_DropIdentity: dropIdentity,
  AT_SetNotNull: setNotNull,
  AT_DropNotNull: dropNotNull,
  AT_SetStatistics: (context, table, command) => setStatistics(context, table, command, COLUMNS),
  AT_SetOptions: (_context, table, command) => setColumnOptions(table, command, COLUMNS, false),
  AT_ResetOptions: (_context, table, command) => setColumnOptions(table, command, COLUMNS, true),
  AT_ClusterOn: clusterOn,
  AT_DropCluster: dropCluster,
  AT_ReplicaIdentity: replicaIdentity,
  AT_AddOf: addOf,
  AT_DropOf: dropOf,
  AT_SetLogged: (context, table) => setLogged(context, table, true),
  AT_SetUnLogged: (context, table) => setLogged(context, table, false),
  AT_DropOids: (_context, table) => table,
  // It is never on.
  AT_DisableRowSecurity: (_context, table) => table,
  AT_NoForceRowSecurity: (_context, table) => table,
  AT_SetTableSpace: (_context, table, command) => {
    checkTablespace(string(command, "name"));
    return table;
  },
  AT_SetRelOptions: (_context, table, command) => relationOptions(table, command, false),
  AT_ResetRelOptions: (_context, table, command) => relationOptions(table, command, true),
  AT_SetStorage: (_context, table, command) => setStorage(table, command, replaceColumn),
  AT_SetCompression: (_context, table, command) => setCompression(table, command, replaceColumn),
  AT_DropExpression: dropExpression,
  ...TRIGGER_SWITCHES,
};

const COLUMNS = { find: requiredColumn, replace: replaceColumn };

export async function alterTable(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  refuseIndexAs(context, name, string(statement, "objtype"));
  const isIndex = indexAltered(context, statement, name) !== undefined;
  if (flag(statement, "missing_ok") && !isIndex && findRelation(context, name) === undefined) {
    context.session.notice("NOTICE", "00000", `relation "${name.name}" does not exist, skipping`);
    return;
  }
  const commands = list(statement, "cmds").flatMap((node): ParseNode[] => {
    const command = asTag(node, "AlterTableCmd");
    return command === undefined ? [] : [command];
  });
  prepare(context, statement, commands, name);
  const { interrupts } = context.session;
  for (const step of inPasses(commands)) {
    interrupts.check();
    if (interrupts.overdue()) await interrupts.yield();
    const [command = {}] = step;
    if (alteredElsewhere(context, statement, command, name)) continue;
    const table = alterableNamed(context, name);
    if (switchesNothing(context, string(command, "subtype"))) continue;
    refusePending(context, table, "ALTER TABLE");
    const action = actionOf(step, retypesBesideDrops(commands).length > 0);
    if (action === undefined) {
      const what = string(command, "subtype").replace("AT_", "");
      throw featureNotSupported(`ALTER TABLE ... ${spelled(what)}`);
    }
    const changed = await context.transaction.allocatingFor(isTemporaryOid(table.oid), async () =>
      action(context, table, command),
    );
    if (changed !== alterableNamed(context, name)) applyChanges(context, [{ put: changed }]);
  }
}

/** What is wrong with any of the actions is said before the first is done. */
function prepare(
  context: DdlContext,
  statement: ParseNode,
  commands: readonly ParseNode[],
  name: QualifiedName,
): void {
  if (indexAltered(context, statement, name) !== undefined) return;
  if (string(statement, "objtype") === "OBJECT_INDEX" && isOtherRelation(context, name)) {
    throw new SqlError("42809", `"${name.name}" is not an index`);
  }
  refuseComposite(context, name);
  const relation = relationNamed(context, name);
  const wanted = RELATION_KINDS[string(statement, "objtype")];
  if (wanted !== undefined) requireKind(relation, wanted);
  for (const command of commands) {
    const subtype = string(command, "subtype");
    if (relation.kind !== "virtual") refuseOtherKinds(relation, subtype);
    if (relation.kind === "table") refuseTyped(relation, subtype);
  }
  if (relation.kind === "table") prepareRetypes(context, relation, retypesBesideDrops(commands));
}

/** A table, or a materialized view, of which prepare() knows that the action is for it. */
function alterableNamed(context: DdlContext, name: QualifiedName): TableDescriptor {
  const relation = relationNamed(context, name);
  return relation.kind === "table" ? relation : tableNamed(context, name);
}

function actionOf(commands: readonly ParseNode[], besideDrops: boolean): Action | undefined {
  const subtype = string(commands[0] ?? {}, "subtype");
  if (subtype !== RETYPE) return ACTIONS[subtype];
  return (context, table) => alterColumnTypes(context, table, commands, besideDrops);
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^ADD INHERIT$/u, "INHERIT"],
  [/^DROP INHERIT$/u, "NO INHERIT"],
  [/ROW SECURITY/u, "ROW LEVEL SECURITY"],
  [/\bTRIG\b/u, "TRIGGER"],
];

/** EnableRowSecurity as it is written in SQL. */
function spelled(subtype: string): string {
  let text = subtype.replace(/([a-z])([A-Z])/gu, "$1 $2").toUpperCase();
  for (const [pattern, words] of WORDS) text = text.replace(pattern, words);
  return text;
}

/** Aurora DSQL takes ENABLE and DISABLE TRIGGER ALL and USER, which switch nothing there. */
function switchesNothing(context: DdlContext, subtype: string): boolean {
  return imageOf(context).profile.isDsql && Object.hasOwn(TRIGGER_SWITCHES, subtype);
}

const RETYPE = "AT_AlterColumnType";

const RELATION_KINDS: Readonly<Record<string, string>> = {
  OBJECT_INDEX: "index",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
};

/** Commands on other relations than tables, and those that any relation takes. */
function alteredElsewhere(
  context: DdlContext,
  statement: ParseNode,
  command: ParseNode,
  name: QualifiedName,
): boolean {
  const index = indexAltered(context, statement, name);
  if (index !== undefined) {
    alterIndex(context, index, command);
    return true;
  }
  const relation = relationNamed(context, name);
  if (relation.kind === "virtual") return false;
  const ofTables = relation.kind === "table" && !isOfAny(string(command, "subtype"));
  if (ofTables) return false;
  alterOther(context, relation, command);
  return true;
}

/** What is done to materialized views as to views, and to all kinds alike. */
function isOfAny(subtype: string): boolean {
  return subtype === "AT_ChangeOwner";
}

/** ALTER INDEX, and ALTER TABLE of what is an index. */
function indexAltered(
  context: DdlContext,
  statement: ParseNode,
  name: QualifiedName,
): ReturnType<typeof findIndex> {
  const isIndex = string(statement, "objtype") === "OBJECT_INDEX";
  if (!isIndex && findRelation(context, name) !== undefined) return undefined;
  return findIndex(context, name);
}

export function requiredColumn(table: TableDescriptor, name: string): ColumnDescriptor {
  const column = columnNamed(table.columns, name);
  if (column !== undefined) return column;
  if (SYSTEM_COLUMNS.has(name)) {
    throw new SqlError("0A000", `cannot alter system column "${name}"`);
  }
  throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
}

function replaceColumn(table: TableDescriptor, column: ColumnDescriptor): TableDescriptor {
  return {
    ...table,
    columns: table.columns.map((each) => (each.number === column.number ? column : each)),
  };
}

async function dropColumn(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const name = string(command, "name");
  if (columnNamed(table.columns, name) === undefined && flag(command, "missing_ok")) {
    const text = `column "${name}" of relation "${table.name}" does not exist, skipping`;
    context.session.notice("NOTICE", "00000", text);
    return table;
  }
  if (SYSTEM_COLUMNS.has(name)) {
    throw new SqlError("0A000", `cannot drop system column "${name}"`);
  }
  const { number } = requiredColumn(table, name);
  const primary = table.indexes.find((index) => index.primary);
  const inPrimaryKey = primary?.columns.some((each) => each.column === number) ?? false;
  imageOf(context).profile.schema?.dropColumn({ name, inPrimaryKey });
  return dropPart(context, table, command, addressOf(CLASS.relation, table.oid, number));
}

async function dropPart(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
  part: ObjectAddress,
): Promise<TableDescriptor> {
  const cascade = string(command, "behavior") === "DROP_CASCADE";
  await dropObjects(context, [part], cascade ? "cascade" : "restrict");
  const changed = imageOf(context).objects.get(table.oid);
  if (changed?.kind !== "table") throw new Error(`table ${table.name} went with its part`);
  return changed;
}

async function dropConstraint(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const name = string(command, "name");
  const key = table.indexes.find((each) => each.constraint?.name === name);
  const foreignKey = table.foreignKeys?.find((each) => each.name === name);
  const parent = foreignKey && imageOf(context).objects.get(foreignKey.parent);
  if (parent?.kind === "table") refusePending(context, parent, "ALTER TABLE");
  const found = table.checks.find((each) => each.name === name) ?? foreignKey ?? key?.constraint;
  if (found !== undefined) {
    const isPrimaryKey = found === key?.constraint && key.primary;
    imageOf(context).profile.schema?.dropConstraint({ name, isPrimaryKey });
    return dropPart(context, table, command, addressOf(CLASS.constraint, found.oid));
  }
  const text = `constraint "${name}" of relation "${table.name}" does not exist`;
  if (!flag(command, "missing_ok")) throw new SqlError("42704", text);
  context.session.notice("NOTICE", "00000", `${text}, skipping`);
  return table;
}

async function columnDefault(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const column = requiredColumn(table, string(command, "name"));
  if (column.identity !== undefined) {
    throw new SqlError(
      "42601",
      `column "${column.name}" of relation "${table.name}" is an identity column`,
      child(command, "def") === undefined
        ? { hint: "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead." }
        : {},
    );
  }
  if (column.generated !== undefined) {
    throw new SqlError(
      "42601",
      `column "${column.name}" of relation "${table.name}" is a generated column`,
      child(command, "def") === undefined
        ? { hint: "Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead." }
        : {},
    );
  }
  const raw = child(command, "def");
  const text = raw && withoutPositions(() => storeDefault(context, table, column, raw));
  const { default: _, ...bare } = column;
  const changed = text === undefined ? bare : { ...bare, default: text };
  return replaceColumn(table, await numberDefault(context, changed));
}

async function setNotNull(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const column = requiredColumn(table, string(command, "name"));
  if (column.notNull) return table;
  await refuseNulls(context, table, [column.number]);
  return replaceColumn(table, { ...column, notNull: true });
}

function dropNotNull(
  _context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const column = requiredColumn(table, string(command, "name"));
  const primary = table.indexes.find((index) => index.primary);
  if (primary?.columns.some((each) => each.column === column.number)) {
    throw new SqlError("42P16", `column "${column.name}" is in a primary key`);
  }
  if (column.identity !== undefined) {
    throw new SqlError(
      "42601",
      `column "${column.name}" of relation "${table.name}" is an identity column`,
    );
  }
  return replaceColumn(table, { ...column, notNull: false });
}
