/** ALTER VIEW and ALTER MATERIALIZED VIEW: options, column defaults, owner. */
import { SqlError } from "@firstlight/common";
import type { Relation } from "../catalog/catalog.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { ViewColumn, ViewDescriptor } from "../catalog/descriptors.ts";
import { viewAsTable } from "../catalog/view-as-table.ts";
import { asTag, child, items, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { setOwner } from "./alter-object.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf } from "./ddl-context.ts";
import { TRIGGER_ACTION_NAMES } from "./trigger-switches.ts";
import { storeDefault } from "./stored-expression.ts";
import { readViewOptions } from "./view-options.ts";
import { refuseCheckOption } from "./view-check-option.ts";

type Action = (context: DdlContext, view: ViewDescriptor, command: ParseNode) => ViewDescriptor;

function optionNodes(command: ParseNode): readonly ParseNode[] {
  return items(child(command, "def"));
}

const setOptions: Action = (context, view, command) => {
  const options = readViewOptions(optionNodes(command), view.options);
  const changed = { ...view, options };
  refuseCheckOption(context, changed);
  return changed;
};

const resetOptions: Action = (_context, view, command) => {
  const options = { ...view.options };
  for (const node of optionNodes(command)) {
    delete options[string(asTag(node, "DefElem") ?? {}, "defname")];
  }
  return { ...view, options };
};

/** A default is bound as that of a table with the view's columns. */
function withDefault(
  context: DdlContext,
  view: ViewDescriptor,
  column: ViewColumn,
  node: ParseNode | undefined,
): ViewColumn {
  const { default: _, ...bare } = column;
  if (node === undefined) return bare;
  const table = viewAsTable(view);
  const own = table.columns.find((each) => each.name === column.name);
  if (own === undefined) throw new Error(`view ${view.name} has no column ${column.name}`);
  const text = storeDefault(context, table, own, node);
  return text === undefined ? bare : { ...bare, default: text };
}

const columnDefault: Action = (context, view, command) => {
  const name = string(command, "name");
  if (!view.columns.some((each) => each.name === name)) {
    throw new SqlError("42703", `column "${name}" of relation "${view.name}" does not exist`);
  }
  const columns = view.columns.map((each) =>
    each.name === name ? withDefault(context, view, each, child(command, "def")) : each,
  );
  return { ...view, columns };
};

const ACTIONS: Readonly<Record<string, Action>> = {
  AT_SetRelOptions: setOptions,
  AT_ResetRelOptions: resetOptions,
  AT_ReplaceRelOptions: setOptions,
  AT_ColumnDefault: columnDefault,
};

/** alter_table_type_to_string, for what has no words of its own. */
const ACTION_NAMES: Readonly<Record<string, string>> = {
  AT_AddColumn: "ADD COLUMN",
  AT_AddConstraint: "ADD CONSTRAINT",
  AT_AlterColumnType: "ALTER COLUMN ... SET DATA TYPE",
  AT_ColumnDefault: "ALTER COLUMN ... SET DEFAULT",
  AT_DropColumn: "DROP COLUMN",
  AT_DropConstraint: "DROP CONSTRAINT",
  AT_DropNotNull: "ALTER COLUMN ... DROP NOT NULL",
  AT_SetNotNull: "ALTER COLUMN ... SET NOT NULL",
  ...TRIGGER_ACTION_NAMES,
};

function refuseAction(relation: Relation, subtype: string): SqlError {
  const action = ACTION_NAMES[subtype] ?? subtype.replace("AT_", "");
  const text = `ALTER action ${action} cannot be performed on relation "${relation.name}"`;
  return new SqlError("42809", text, {
    detail: `This operation is not supported for ${relationKind(relation)}s.`,
  });
}

/** One command on a relation that is no table; what all kinds of relations take is done here too. */
export function alterOther(
  context: DdlContext,
  relation: Exclude<Relation, { kind: "virtual" }>,
  command: ParseNode,
): void {
  const subtype = string(command, "subtype");
  if (subtype === "AT_ChangeOwner") {
    const address = addressOf(CLASS.relation, relation.oid);
    setOwner(context, address, requiredChild(command, "newowner"));
    return;
  }
  const view = imageOf(context).objects.get(relation.oid);
  const action = ACTIONS[subtype];
  if (view?.kind === "table" && subtype.includes("RelOptions")) return;
  if (view?.kind === "sequence" && /^AT_Set(?:Un)?Logged$/u.test(subtype)) return;
  if (view?.kind !== "view" || action === undefined) throw refuseAction(relation, subtype);
  applyChanges(context, [{ put: action(context, view, command) }]);
}
