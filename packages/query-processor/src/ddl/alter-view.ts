/** ALTER VIEW and ALTER MATERIALIZED VIEW: options, column defaults, owner. */
import { SqlError } from "@firstlight/common";
import type { Relation } from "../catalog/catalog.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { ViewColumn, ViewDescriptor } from "../catalog/descriptors.ts";
import { viewAsTable } from "../catalog/view-as-table.ts";
import { asTag, child, items, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { dropIdentity, requireIdentifiable, requireIdentity } from "./alter-identity.ts";
import { setOwner } from "./alter-object.ts";
import { actionName } from "./alter-passes.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf } from "./ddl-context.ts";
import { setSequenceLogged } from "./persistence.ts";
import { roleOidOf } from "./role-specification.ts";
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

function refuseAction(relation: Relation, subtype: string): SqlError {
  const text = `ALTER action ${actionName(subtype)} cannot be performed on relation "${relation.name}"`;
  return new SqlError("42809", text, {
    detail: `This operation is not supported for ${relationKind(relation)}s.`,
  });
}

/** A sequence has the owner of the table that it belongs to. */
function refuseOwnedSequence(context: DdlContext, relation: Relation, command: ParseNode): void {
  if (relation.kind !== "sequence" || relation.ownedBy === undefined) return;
  if (roleOidOf(context, requiredChild(command, "newowner")) === relation.owner) return;
  const table = imageOf(context).relationByOid(relation.ownedBy.table)?.name ?? "";
  throw new SqlError("0A000", `cannot change owner of sequence "${relation.name}"`, {
    detail: `Sequence "${relation.name}" is linked to table "${table}".`,
  });
}

/** Columns of views are no identity columns: this is refused as it is for a table's. */
function refuseIdentity(context: DdlContext, view: ViewDescriptor, command: ParseNode): boolean {
  const table = viewAsTable(view);
  switch (string(command, "subtype")) {
    case "AT_AddIdentity":
      requireIdentifiable(table, command);
      return false;
    case "AT_SetIdentity":
      requireIdentity(table, command);
      return false;
    case "AT_DropIdentity":
      dropIdentity(context, table, command);
      return true;
    default:
      return false;
  }
}

/** One command on a relation that is no table; what all kinds of relations take is done here too. */
export function alterOther(
  context: DdlContext,
  relation: Exclude<Relation, { kind: "virtual" }>,
  command: ParseNode,
): void {
  const subtype = string(command, "subtype");
  if (subtype === "AT_ChangeOwner") {
    refuseOwnedSequence(context, relation, command);
    const address = addressOf(CLASS.relation, relation.oid);
    setOwner(context, address, requiredChild(command, "newowner"));
    return;
  }
  const view = imageOf(context).objects.get(relation.oid);
  const action = ACTIONS[subtype];
  if (view?.kind === "view" && refuseIdentity(context, view, command)) return;
  if (view?.kind === "sequence" && /^AT_Set(?:Un)?Logged$/u.test(subtype)) {
    setSequenceLogged(context, view, subtype === "AT_SetLogged");
    return;
  }
  if (view?.kind !== "view" || action === undefined) throw refuseAction(relation, subtype);
  applyChanges(context, [{ put: action(context, view, command) }]);
}
