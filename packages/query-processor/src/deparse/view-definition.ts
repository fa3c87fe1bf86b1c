/** The query of a view as pg_get_viewdef prints it (make_viewdef). */
import type { ViewDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { boundViewQuery } from "../bind/bind-stored-query.ts";
import type { NameScope } from "../catalog-functions/object-names.ts";
import { QueryText } from "./query-text.ts";
import { RuleText } from "./rule-text.ts";

export interface ViewStyle {
  readonly pretty: boolean;
  /** Column past which lists are wrapped; 0: each item has its line. */
  readonly wrap: number;
}

/** A materialized view is printed as the view of its query. */
export function asView(relation: ViewDescriptor | TableDescriptor): ViewDescriptor | undefined {
  if (relation.kind === "view") return relation;
  const { materialized, oid, name, schema, owner, columns, typeOid } = relation;
  if (materialized === undefined) return undefined;
  const { query, searchPath } = materialized;
  return { kind: "view", oid, name, schema, owner, columns, query, searchPath, typeOid };
}

export function viewDefinition(
  scope: NameScope,
  view: ViewDescriptor,
  { pretty, wrap }: ViewStyle,
): string {
  const query = boundViewQuery(view, scope.image);
  const out = new RuleText(0, wrap);
  const names = view.columns.map((column) => column.name);
  const place = { parent: undefined, names, namesVisible: true };
  new QueryText({ scope, pretty }, out, query, place).write();
  return `${out.text};`;
}
