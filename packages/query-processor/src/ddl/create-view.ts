/** CREATE [OR REPLACE] VIEW (DefineView). */
import { SqlError } from "@firstlight/common";
import { collationOfType, formatType, typeRow } from "@firstlight/sql";
import type { OutputColumn } from "../bind/query-tree.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { ViewColumn, ViewDescriptor } from "../catalog/descriptors.ts";
import { child, flag, list, requiredChild, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { CreationPlace, Persistence } from "./creation-place.ts";
import { creationPlace } from "./creation-place.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, nameOfRangeVar, newOid, ownerOf } from "./ddl-context.ts";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import { namedColumns, storeQuery } from "./stored-view-query.ts";
import type { StoredQuery } from "./stored-view-query.ts";
import { refuseCheckOption } from "./view-check-option.ts";
import { readViewOptions } from "./view-options.ts";

const CHECK_OPTIONS: Readonly<Record<string, string>> = {
  LOCAL_CHECK_OPTION: "local",
  CASCADED_CHECK_OPTION: "cascaded",
};

function optionNode(defname: string, value: string): ParseNode {
  return { DefElem: { defname, arg: { String: { sval: value } } } };
}

function optionsOf(statement: ParseNode): Record<string, string> {
  const check = CHECK_OPTIONS[string(statement, "withCheckOption")];
  const clause = check === undefined ? [] : [optionNode("check_option", check)];
  return readViewOptions([...list(statement, "options"), ...clause]);
}

function refusePseudoTypes(columns: readonly OutputColumn[]): void {
  for (const { name, type } of columns) {
    if (typeRow(type)?.kind !== "p") continue;
    throw new SqlError("42P16", `column "${name}" has pseudo-type ${formatType(type)}`);
  }
}

function refuseOtherCollation(before: ViewColumn, after: OutputColumn): void {
  const from = before.collation ?? collationOfType(before.type);
  const to = after.collation ?? collationOfType(after.type);
  if (from?.oid === to?.oid) return;
  throw new SqlError(
    "42P16",
    `cannot change collation of view column "${before.name}" from "${from?.name}" to "${to?.name}"`,
  );
}

/** checkViewTupleDesc: what is there must stay as it is. */
function replacedColumns(
  old: ViewDescriptor,
  columns: readonly OutputColumn[],
): readonly ViewColumn[] {
  if (columns.length < old.columns.length) {
    throw new SqlError("42P16", "cannot drop columns from view");
  }
  return columns.map((column, index) => {
    const before = old.columns[index];
    if (before === undefined) return column;
    if (before.name !== column.name) {
      throw new SqlError(
        "42P16",
        `cannot change name of view column "${before.name}" to "${column.name}"`,
        {
          hint: "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.",
        },
      );
    }
    if (before.type !== column.type || before.typmod !== column.typmod) {
      const from = formatType(before.type, before.typmod);
      const to = formatType(column.type, column.typmod);
      throw new SqlError(
        "42P16",
        `cannot change data type of view column "${before.name}" from ${from} to ${to}`,
      );
    }
    refuseOtherCollation(before, column);
    return before.default === undefined ? column : { ...column, default: before.default };
  });
}

/** A view of temporary relations is temporary. */
function persistenceOf(
  context: DdlContext,
  rangeVar: ParseNode,
  { dependsOn }: StoredQuery,
): Persistence | undefined {
  if (string(rangeVar, "relpersistence") === "t") return undefined;
  if (!dependsOn.some(([, oid]) => isTemporaryOid(oid))) return undefined;
  const text = `view "${string(rangeVar, "relname")}" will be a temporary view`;
  context.session.notice("NOTICE", "00000", text);
  return "temporary";
}

async function newView(
  context: DdlContext,
  place: CreationPlace,
  parts: Pick<ViewDescriptor, "columns" | "query" | "searchPath" | "dependsOn" | "options">,
): Promise<ViewDescriptor> {
  return {
    kind: "view",
    oid: await newOid(context),
    typeOid: await newOid(context),
    ruleOid: await newOid(context),
    name: place.name,
    schema: place.schema.oid,
    owner: ownerOf(context),
    ...parts,
  };
}

function partsOf(
  stored: StoredQuery,
  columns: readonly ViewColumn[],
  options: Readonly<Record<string, string>>,
): Pick<ViewDescriptor, "columns" | "query" | "searchPath" | "dependsOn" | "options"> {
  const { text, searchPath, dependsOn } = stored;
  return { columns, query: text, searchPath, dependsOn, options };
}

export async function createView(context: DdlContext, statement: ParseNode): Promise<void> {
  const rangeVar = requiredChild(statement, "view");
  const name = nameOfRangeVar(rangeVar);
  const stored = storeQuery(context, child(statement, "query"), "views");
  if (string(rangeVar, "relpersistence") === "u") {
    throw new SqlError("42601", "views cannot be unlogged because they do not have storage");
  }
  const aliases = list(statement, "aliases").map((node) => stringValue(node) ?? "");
  const columns = namedColumns(stored.columns, aliases, "CREATE VIEW");
  const options = optionsOf(statement);
  refusePseudoTypes(columns);
  const place = creationPlace(context, rangeVar, persistenceOf(context, rangeVar, stored));
  const image = imageOf(context);
  const existing = image.relationInSchema(place.schema.name, place.name);
  if (existing === undefined || !flag(statement, "replace")) {
    place.taken(false);
    await place.creating(async () => {
      const view = await newView(context, place, partsOf(stored, columns, options));
      refuseCheckOption(context, view);
      applyChanges(context, [{ put: view }]);
    });
    return;
  }
  if (existing.kind !== "view" || relationKind(existing) !== "view") {
    throw new SqlError("42809", `"${name.name}" is not a view`);
  }
  const replaced = replacedColumns(existing, columns);
  const view = { ...existing, ...partsOf(stored, replaced, options) };
  refuseCheckOption(context, view);
  applyChanges(context, [{ put: view }]);
}
