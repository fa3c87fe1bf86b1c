/** CREATE TYPE ... AS ENUM, ALTER TYPE ADD VALUE and RENAME VALUE. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { EnumType, TypeDescriptor } from "../../catalog/descriptors.ts";
import { flag, list, optionalString, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, newOid, ownerOf } from "../ddl-context.ts";
import { newTypePlace, ownedType, stringsOf, typeOfNames } from "./find-type.ts";

const LABEL_BYTES_MAX = 63;

function checkLabel(label: string): void {
  if (Buffer.byteLength(label) <= LABEL_BYTES_MAX) return;
  throw new SqlError("42602", `invalid enum label "${label}"`, {
    detail: `Labels must be ${LABEL_BYTES_MAX} bytes or less.`,
  });
}

export async function createEnum(context: DdlContext, statement: ParseNode): Promise<void> {
  const { name, schema } = newTypePlace(context, list(statement, "typeName"));
  const oid = await newOid(context);
  const labels: EnumType["labels"][number][] = [];
  for (const label of stringsOf(list(statement, "vals"))) {
    checkLabel(label);
    if (labels.some((each) => each.label === label)) {
      throw new SqlError(
        "23505",
        'duplicate key value violates unique constraint "pg_enum_typid_label_index"',
        { detail: `Key (enumtypid, enumlabel)=(${oid}, ${label}) already exists.` },
      );
    }
    const order = labels.length + 1;
    labels.push({ oid: await newOid(context), label, order, sortOrder: order });
  }
  const definition: EnumType = { kind: "enum", labels };
  const owner = ownerOf(context);
  applyChanges(context, [
    { put: { kind: "type", oid, name, schema: schema.oid, owner, definition } },
  ]);
}

interface FoundEnum {
  readonly type: TypeDescriptor;
  readonly labels: EnumType["labels"];
}

function enumNamed(context: DdlContext, nodes: readonly ParseNode[]): FoundEnum {
  const refuse = (shown: string): SqlError => new SqlError("42809", `${shown} is not an enum`);
  const number = typeOfNames(context, nodes);
  const type = ownedType(context, number, refuse);
  if (type.definition.kind !== "enum") throw refuse(type.name);
  return { type, labels: type.definition.labels };
}

function noSuchLabel(label: string): SqlError {
  return new SqlError("22023", `"${label}" is not an existing enum label`);
}

function labelExists(label: string): SqlError {
  return new SqlError("42710", `enum label "${label}" already exists`);
}

function putLabels(context: DdlContext, type: TypeDescriptor, labels: EnumType["labels"]): void {
  applyChanges(context, [{ put: { ...type, definition: { kind: "enum", labels } } }]);
}

/** A place between two others; values that are stored keep theirs, so there must be room. */
function orderBetween(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return after === undefined ? 1 : after - 1;
  if (after === undefined) return before + 1;
  const middle = (before + after) / 2;
  if (middle !== before && middle !== after) return middle;
  throw new SqlError("54000", "there is no room for another enum label between these two", {
    hint: "Add the label elsewhere, or create a new type.",
  });
}

type Label = EnumType["labels"][number];

/** AddEnumLabel: a float4 between its neighbours; when there is none, all are numbered anew. */
function withSortOrder(labels: EnumType["labels"], index: number, added: Label): readonly Label[] {
  const before = labels[index - 1]?.sortOrder;
  const after = labels[index]?.sortOrder;
  const room = sortOrderBetween(before, after);
  if (room === before || room === after) {
    const renumbered = labels.map((each, at) => ({ ...each, sortOrder: at + 1 }));
    return withSortOrder(renumbered, index, added);
  }
  return labels.toSpliced(index, 0, { ...added, sortOrder: room });
}

function sortOrderBetween(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return after === undefined ? 1 : Math.fround(after - 1);
  return after === undefined ? Math.fround(before + 1) : Math.fround((before + after) / 2);
}

function insertionIndex(labels: EnumType["labels"], statement: ParseNode): number {
  const neighbour = optionalString(statement, "newValNeighbor");
  if (neighbour === undefined) return labels.length;
  const index = labels.findIndex((each) => each.label === neighbour);
  if (index < 0) throw noSuchLabel(neighbour);
  return flag(statement, "newValIsAfter") ? index + 1 : index;
}

async function addLabel(context: DdlContext, found: FoundEnum, node: ParseNode): Promise<void> {
  const { type, labels } = found;
  const label = string(node, "newVal");
  checkLabel(label);
  if (labels.some((each) => each.label === label)) {
    if (!flag(node, "skipIfNewValExists")) throw labelExists(label);
    const text = `enum label "${label}" already exists, skipping`;
    context.session.notice("NOTICE", "42710", text);
    return;
  }
  refuseFormer(labels, label);
  const index = insertionIndex(labels, node);
  const order = orderBetween(labels[index - 1]?.order, labels[index]?.order);
  const added = {
    oid: await newOid(context),
    label,
    order,
    sortOrder: NaN,
    uncommitted: true,
  } as const;
  putLabels(context, type, withSortOrder(labels, index, added));
}

/** Stored expressions may mean the label that had this name before. */
function refuseFormer(labels: EnumType["labels"], name: string): void {
  if (!labels.some(({ former }) => former?.includes(name) === true)) return;
  throw featureNotSupported(`the former name of another label, "${name}",`);
}

function renameLabel(context: DdlContext, { type, labels }: FoundEnum, node: ParseNode): void {
  const from = string(node, "oldVal");
  const to = string(node, "newVal");
  checkLabel(to);
  if (!labels.some((each) => each.label === from)) throw noSuchLabel(from);
  if (labels.some((each) => each.label === to)) throw labelExists(to);
  const others = labels.filter((each) => each.label !== from);
  refuseFormer(others, to);
  const renamed = labels.map((each) => {
    if (each.label !== from) return each;
    const former = [...(each.former ?? []), from].filter((name) => name !== to);
    return { ...each, label: to, former };
  });
  putLabels(context, type, renamed);
}

export async function alterEnum(context: DdlContext, statement: ParseNode): Promise<void> {
  const found = enumNamed(context, list(statement, "typeName"));
  if (optionalString(statement, "oldVal") === undefined) {
    await addLabel(context, found, statement);
  } else renameLabel(context, found, statement);
}
