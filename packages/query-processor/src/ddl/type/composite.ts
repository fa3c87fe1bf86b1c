/** CREATE TYPE ... AS (...), and ALTER TYPE for its attributes. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { type CollationName, formatType, typeRow } from "@firstlight/sql";
import type {
  CompositeAttributeDescriptor,
  CompositeType,
  TypeDescriptor,
} from "../../catalog/descriptors.ts";
import { bindDomainCondition } from "../../bind/domain-checker.ts";
import { withoutPositions } from "../../bind/errors.ts";
import { addressOf, CLASS } from "../../catalog/dependencies/object-address.ts";
import { asTag, child, flag, list, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { findComposite } from "./find-composite.ts";
import type { DdlContext } from "../ddl-context.ts";
import {
  applyChanges,
  creationSchema,
  findRelation,
  imageOf,
  nameOfRangeVar,
  newOid,
  ownerOf,
  refuseTakenName,
  relationNamed,
} from "../ddl-context.ts";
import { addColumn } from "../add-column.ts";
import { collateClauseOf } from "../collation-clause.ts";
import { alterColumnTypes } from "../alter-column-type.ts";
import { dropObjects } from "../drop-objects.ts";
import { renameColumn, renameTableColumn } from "../rename-column.ts";
import { ownedType, refuseTakenType, resolveIn, typeOfNames } from "./find-type.ts";
import { columnsUsing, containsType } from "./type-users.ts";
import { tablesOf } from "./typed-tables.ts";

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly collation?: CollationName;
}

function attributeOf(context: DdlContext, node: ParseNode, self?: number): Attribute {
  const name = string(node, "colname");
  const typeName = { ...requiredChild(node, "typeName"), location: -1 } as ParseNode;
  const { type, typmod } = resolveIn(context, typeName);
  const row = typeRow(type);
  if (row?.kind === "p") {
    throw new SqlError("42P16", `column "${name}" has pseudo-type ${formatType(type)}`);
  }
  if (self !== undefined && containsType(type, self)) {
    const shown = formatType(self);
    throw new SqlError("42P16", `composite type ${shown} cannot be made a member of itself`);
  }
  const declared = collateClauseOf(context, child(node, "collClause"), type);
  if (declared.collation?.icu !== undefined) {
    throw featureNotSupported(`collation "${declared.collation.name}" of an attribute`);
  }
  return { name, type, typmod, ...declared };
}

export async function createComposite(context: DdlContext, statement: ParseNode): Promise<void> {
  const qualified = nameOfRangeVar(requiredChild(statement, "typevar"));
  const schema = creationSchema(context, qualified);
  const { name } = qualified;
  refuseTakenType(context, schema.oid, name);
  refuseTakenName(context, schema.oid, name);
  const attributes: CompositeAttributeDescriptor[] = [];
  for (const node of list(statement, "coldeflist")) {
    const attribute = attributeOf(context, asTag(node, "ColumnDef") ?? {});
    if (attributes.some((each) => each.name === attribute.name)) {
      throw new SqlError("42701", `column "${attribute.name}" specified more than once`);
    }
    attributes.push({ ...attribute, number: attributes.length + 1, dropped: false });
  }
  const relation = await newOid(context);
  const oid = await newOid(context);
  const definition: CompositeType = { kind: "composite", relation, attributes };
  const owner = ownerOf(context);
  applyChanges(context, [
    { put: { kind: "type", oid, name, schema: schema.oid, owner, definition } },
  ]);
}

interface FoundComposite {
  readonly descriptor: TypeDescriptor;
  readonly composite: CompositeType;
}

/** ALTER TYPE of attributes looks its type up as a relation. */
function refuseOther(context: DdlContext, rangeVar: ParseNode): void {
  const name = nameOfRangeVar(rangeVar);
  if (findComposite(context, name) !== undefined) return;
  const { name: found } = relationNamed(context, name);
  throw new SqlError("42809", `"${found}" is not a composite type`);
}

/** `nodes`: the parts of the name. */
function compositeNamed(context: DdlContext, nodes: readonly ParseNode[]): FoundComposite {
  const type = typeOfNames(context, nodes);
  const refuse = (shown: string): SqlError =>
    new SqlError("42809", `type ${shown} is not a composite type`);
  const descriptor = ownedType(context, type, refuse);
  if (descriptor.definition.kind !== "composite") throw refuse(formatType(type));
  return { descriptor, composite: descriptor.definition };
}

function nodesOfRangeVar(rangeVar: ParseNode): readonly ParseNode[] {
  const { schema, name } = nameOfRangeVar(rangeVar);
  const parts = schema === undefined ? [name] : [schema, name];
  return parts.map((sval) => ({ String: { sval } }) as ParseNode);
}

/** ALTER TYPE ... RENAME ATTRIBUTE and ALTER TABLE ... RENAME COLUMN take each other's relations. */
export function renameAttribute(context: DdlContext, statement: ParseNode): void {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  if (findRelation(context, name) !== undefined || findComposite(context, name) === undefined) {
    renameColumn(context, statement);
    return;
  }
  const found = compositeNamed(context, nodesOfRangeVar(requiredChild(statement, "relation")));
  const from = string(statement, "subname");
  const to = string(statement, "newname");
  const { attributes } = found.composite;
  if (live(attributes, from) === undefined) {
    throw new SqlError("42703", `column "${from}" does not exist`);
  }
  if (live(attributes, to) !== undefined) throw duplicate(found, to);
  for (const table of tablesOf(context, found.descriptor, string(statement, "behavior"))) {
    renameTableColumn(context, table, from, to);
  }
  const renamed = attributes.map((each) =>
    each.name === from && !each.dropped ? { ...each, name: to } : each,
  );
  put(context, found, renamed);
}

function live(
  attributes: readonly CompositeAttributeDescriptor[],
  name: string,
): CompositeAttributeDescriptor | undefined {
  return attributes.find((each) => !each.dropped && each.name === name);
}

function duplicate({ descriptor }: FoundComposite, name: string): SqlError {
  return new SqlError("42701", `column "${name}" of relation "${descriptor.name}" already exists`);
}

function put(
  context: DdlContext,
  { descriptor, composite }: FoundComposite,
  attributes: readonly CompositeAttributeDescriptor[],
): void {
  applyChanges(context, [{ put: { ...descriptor, definition: { ...composite, attributes } } }]);
}

/** Keys hold the fields one after the other: they would have to be written anew. */
function refuseKeys(context: DdlContext, found: FoundComposite): void {
  const users = columnsUsing(context, imageOf(context).typeNumber(found.descriptor.oid));
  if (!users.some(({ table, column }) => isKey(table.indexes, column.number))) return;
  throw featureNotSupported("changing the attributes of a composite type that is in a key");
}

function isKey(
  indexes: readonly { readonly columns: readonly { readonly column: number }[] }[],
  number: number,
): boolean {
  return indexes.some(({ columns }) => columns.some(({ column }) => column === number));
}

async function addAttribute(
  context: DdlContext,
  found: FoundComposite,
  command: ParseNode,
): Promise<void> {
  const self = imageOf(context).typeNumber(found.descriptor.oid);
  const node = asTag(child(command, "def"), "ColumnDef") ?? {};
  const { attributes } = found.composite;
  const name = string(node, "colname");
  if (live(attributes, name) !== undefined) throw duplicate(found, name);
  const attribute = attributeOf(context, node, self);
  refuseKeys(context, found);
  for (const table of tablesOf(context, found.descriptor, string(command, "behavior"))) {
    applyChanges(context, [{ put: await addColumn(context, table, command) }]);
  }
  const number = attributes.length + 1;
  put(context, found, [...attributes, { ...attribute, number, dropped: false }]);
}

async function dropAttribute(
  context: DdlContext,
  found: FoundComposite,
  command: ParseNode,
): Promise<void> {
  const name = string(command, "name");
  const attribute = live(found.composite.attributes, name);
  if (attribute === undefined) {
    const text = `column "${name}" of relation "${found.descriptor.name}" does not exist`;
    if (!flag(command, "missing_ok")) throw new SqlError("42703", text);
    context.session.notice("NOTICE", "00000", `${text}, skipping`);
    return;
  }
  refuseKeys(context, found);
  const behavior = string(command, "behavior");
  const typed = tablesOf(context, found.descriptor, behavior).flatMap(({ oid, columns }) =>
    columns
      .filter((each) => each.name === name && !each.dropped)
      .map(({ number }) => addressOf(CLASS.relation, oid, number)),
  );
  const address = addressOf(CLASS.relation, found.composite.relation, attribute.number);
  const mode = behavior === "DROP_CASCADE" ? "cascade" : "restrict";
  await dropObjects(context, [...typed, address], mode);
}

async function alterAttributeType(
  context: DdlContext,
  found: FoundComposite,
  command: ParseNode,
): Promise<void> {
  const name = string(command, "name");
  const { descriptor, composite } = found;
  const attribute = live(composite.attributes, name);
  if (attribute === undefined) {
    throw new SqlError("42703", `column "${name}" of relation "${descriptor.name}" does not exist`);
  }
  const self = imageOf(context).typeNumber(descriptor.oid);
  const [user] = columnsUsing(context, self);
  if (user !== undefined) {
    throw featureNotSupportedChange(descriptor.name, user.table.name, user.column.name);
  }
  const node = asTag(child(command, "def"), "ColumnDef") ?? {};
  const own = withoutPositions(() =>
    attributeOf(context, { ...node, colname: name } as ParseNode, self),
  );
  for (const table of tablesOf(context, descriptor, string(command, "behavior"))) {
    applyChanges(context, [{ put: await alterColumnTypes(context, table, [command]) }]);
  }
  const changed = composite.attributes.map((each) =>
    each === attribute ? { ...own, number: each.number, dropped: false } : each,
  );
  put(context, found, changed);
  bindDomainsOver(context, composite.relation);
}

/** Conditions that use an attribute have to be right for its new type. */
function bindDomainsOver(context: DdlContext, relation: number): void {
  const image = imageOf(context);
  for (const type of image.objects.values()) {
    if (type.kind !== "type" || type.definition.kind !== "domain") continue;
    const { baseType, baseTypmod, checks } = type.definition;
    for (const { expression, dependsOn } of checks) {
      const uses = dependsOn.some(
        ([classId, oid]) => classId === CLASS.relation && oid === relation,
      );
      if (!uses) continue;
      withoutPositions(() =>
        bindDomainCondition(
          expression,
          { type: baseType, typmod: baseTypmod },
          { catalog: image, searchPath: context.searchPath },
        ),
      );
    }
  }
}

function featureNotSupportedChange(type: string, table: string, column: string): SqlError {
  return new SqlError(
    "0A000",
    `cannot alter type "${type}" because column "${table}.${column}" uses it`,
  );
}

/** ALTER TYPE name with ADD, DROP and ALTER ATTRIBUTE. */
export async function alterComposite(context: DdlContext, statement: ParseNode): Promise<void> {
  refuseOther(context, requiredChild(statement, "relation"));
  const nodes = nodesOfRangeVar(requiredChild(statement, "relation"));
  for (const each of list(statement, "cmds")) {
    const command = asTag(each, "AlterTableCmd") ?? {};
    const found = compositeNamed(context, nodes);
    switch (string(command, "subtype")) {
      case "AT_AddColumn":
        await addAttribute(context, found, command);
        break;
      case "AT_DropColumn":
        await dropAttribute(context, found, command);
        break;
      case "AT_AlterColumnType":
        await alterAttributeType(context, found, command);
        break;
      default:
        throw featureNotSupported("this form of ALTER TYPE");
    }
  }
}
