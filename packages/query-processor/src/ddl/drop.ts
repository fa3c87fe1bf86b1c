/** DROP TABLE, INDEX, SEQUENCE, SCHEMA with IF EXISTS, RESTRICT and CASCADE. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { CatalogChange } from "../catalog/catalog-image.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, flag, list, names, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import { applyChanges, findRelation, imageOf, nameOfParts } from "./ddl-context.ts";

const KINDS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: "table",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_VIEW: "view",
  OBJECT_INDEX: "index",
  OBJECT_SCHEMA: "schema",
};

export function drop(context: DdlContext, statement: ParseNode): void {
  const kind = KINDS[string(statement, "removeType")];
  if (kind === undefined) {
    const what = string(statement, "removeType").replace("OBJECT_", "").replaceAll("_", " ");
    throw featureNotSupported(`DROP ${what}`);
  }
  const cascade = string(statement, "behavior") === "DROP_CASCADE";
  const ifExists = flag(statement, "missing_ok");
  for (const object of list(statement, "objects")) {
    const name = objectName(object);
    if (kind === "schema") dropSchema(context, name.name, ifExists, cascade);
    else if (kind === "index") dropIndex(context, name, ifExists);
    else dropRelation(context, name, kind, ifExists);
  }
}

function objectName(object: ParseNode): QualifiedName {
  const single = stringValue(object);
  if (single !== undefined) return { schema: undefined, name: single };
  const inner = asTag(object, "List");
  return nameOfParts(inner === undefined ? [] : names(inner, "items"));
}

function missing(context: DdlContext, kind: string, name: QualifiedName, ifExists: boolean): void {
  if (name.schema !== undefined && imageOf(context).schemaByName(name.schema) === undefined) {
    if (!ifExists) throw new SqlError("3F000", `schema "${name.schema}" does not exist`);
    context.session.notice("NOTICE", "00000", `schema "${name.schema}" does not exist, skipping`);
    return;
  }
  const shown =
    kind === "index" || name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
  if (!ifExists) {
    const sqlstate = kind === "schema" ? "3F000" : kind === "index" ? "42704" : "42P01";
    throw new SqlError(sqlstate, `${kind} "${shown}" does not exist`);
  }
  context.session.notice("NOTICE", "00000", `${kind} "${shown}" does not exist, skipping`);
}

function dropRelation(
  context: DdlContext,
  name: QualifiedName,
  kind: string,
  ifExists: boolean,
): void {
  const relation = findRelation(context, name);
  if (relation === undefined) {
    missing(context, kind, name, ifExists);
    return;
  }
  if (relation.kind === "virtual" || relation.oid < FIRST_USER_OID) {
    throw new SqlError("42501", `permission denied: "${relation.name}" is a system catalog`);
  }
  if (relation.kind !== kind) throw wrongKind(relation, kind);
  applyChanges(context, dropChanges(context, relation));
}

function wrongKind(relation: Relation, wanted: string): SqlError {
  const article = wanted === "index" ? "an" : "a";
  const hint = `Use DROP ${relation.kind.toUpperCase()} to remove a ${relation.kind}.`;
  return new SqlError("42809", `"${relation.name}" is not ${article} ${wanted}`, { hint });
}

/** The relation and the sequences that its columns own. */
function dropChanges(context: DdlContext, relation: Relation): CatalogChange[] {
  const changes: CatalogChange[] = [{ drop: relation.oid }];
  if (relation.kind !== "table") return changes;
  for (const object of imageOf(context).objects.values()) {
    if (object.kind === "sequence" && object.ownedBy?.table === relation.oid) {
      changes.push({ drop: object.oid });
    }
  }
  return changes;
}

function dropIndex(context: DdlContext, name: QualifiedName, ifExists: boolean): void {
  const table = indexTable(context, name);
  if (table === undefined) {
    const relation = findRelation(context, name);
    if (relation !== undefined) throw wrongKind(relation, "index");
    missing(context, "index", name, ifExists);
    return;
  }
  const index = table.indexes.find((each) => each.name === name.name);
  if (index?.constraint !== undefined) {
    throw new SqlError(
      "2BP01",
      `cannot drop index ${name.name} because constraint ${name.name} on table ${table.name} requires it`,
      { hint: `You can drop constraint ${name.name} on table ${table.name} instead.` },
    );
  }
  const indexes = table.indexes.filter((each) => each.name !== name.name);
  applyChanges(context, [{ put: { ...table, indexes } }]);
}

function indexTable(context: DdlContext, name: QualifiedName): TableDescriptor | undefined {
  const image = imageOf(context);
  const schemas = name.schema === undefined ? context.searchPath : [name.schema];
  for (const schema of schemas) {
    const oid = image.schemaByName(schema)?.oid;
    const table = oid === undefined ? undefined : image.indexOwner(oid, name.name);
    if (table !== undefined) return table;
  }
  return undefined;
}

function dropSchema(context: DdlContext, name: string, ifExists: boolean, cascade: boolean): void {
  const image = imageOf(context);
  const schema = image.schemaByName(name);
  if (schema === undefined) {
    missing(context, "schema", { schema: undefined, name }, ifExists);
    return;
  }
  if (schema.oid < 16384) {
    throw new SqlError(
      "2BP01",
      `cannot drop schema ${name} because it is required by the database system`,
    );
  }
  const members = [...image.relations()].filter((relation) => relation.schema === schema.oid);
  if (members.length > 0 && !cascade) {
    const lines = members.map(
      (each) => `${each.kind} ${name}.${each.name} depends on schema ${name}`,
    );
    throw new SqlError("2BP01", `cannot drop schema ${name} because other objects depend on it`, {
      detail: lines.join("\n"),
      hint: "Use DROP ... CASCADE to drop the dependent objects too.",
    });
  }
  applyChanges(context, [...members.map((each) => ({ drop: each.oid })), { drop: schema.oid }]);
}
