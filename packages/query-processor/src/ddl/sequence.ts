/** CREATE and DROP SEQUENCE, and the sequences that serial and identity columns own. */
import type {
  ColumnDescriptor,
  SequenceDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { asTag, child, flag, list, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { resolveTypeName } from "../parse/type-name.ts";
import { creationPlace } from "./creation-place.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "./ddl-context.ts";
import { chooseName } from "./object-names.ts";
import type { SequenceOptions } from "./sequence-options.ts";
import { readOptions } from "./sequence-options.ts";
import { ownerOfSequence } from "./sequence-owner.ts";

export type { SequenceOptions } from "./sequence-options.ts";

export function defaultSequenceOptions(dataType: number): SequenceOptions {
  return readSequenceOptions([], dataType);
}

/** Of the sequence behind a column of this type. */
export function readSequenceOptions(
  nodes: readonly ParseNode[],
  columnType: number,
): SequenceOptions {
  return readOptions(nodes, { dataType: columnType, forIdentity: true });
}

interface SequencePlace {
  readonly name: string;
  readonly schema: number;
  readonly ownedBy?: { readonly table: number; readonly column: number };
  readonly unlogged?: boolean | undefined;
  /** If not who makes it: that of the table. */
  readonly owner?: number;
}

/** Another one every time, whatever is rolled back. */
export function newIncarnation(context: DdlContext): string {
  return String(context.evaluation().clockTime());
}

async function storeSequence(
  context: DdlContext,
  options: SequenceOptions,
  place: SequencePlace,
): Promise<SequenceDescriptor> {
  const oid = await newOid(context);
  const sequence: SequenceDescriptor = {
    kind: "sequence",
    oid,
    name: place.name,
    schema: place.schema,
    owner: place.owner ?? ownerOf(context),
    storageId: oid,
    incarnation: newIncarnation(context),
    dataType: options.dataType,
    start: String(options.start),
    increment: String(options.increment),
    min: String(options.min),
    max: String(options.max),
    cache: String(options.cache),
    cycle: options.cycle,
    ...(place.ownedBy === undefined ? {} : { ownedBy: place.ownedBy }),
    ...(place.unlogged === true ? { unlogged: true } : {}),
  };
  applyChanges(context, [{ put: sequence }]);
  return sequence;
}

/** The sequence behind a serial or identity column: dropped with it. */
export async function createOwnedSequence(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
  options: SequenceOptions,
): Promise<SequenceDescriptor> {
  const image = imageOf(context);
  const name = chooseName(table.name, column.name, "seq", (candidate) =>
    image.nameTaken(table.schema, candidate),
  );
  const ownedBy = { table: table.oid, column: column.number };
  const { schema, owner, unlogged } = table;
  return storeSequence(context, options, { name, schema, ownedBy, owner, unlogged });
}

export async function createSequence(context: DdlContext, statement: ParseNode): Promise<void> {
  const place = creationPlace(context, requiredChild(statement, "sequence"));
  const ifNotExists = flag(statement, "if_not_exists");
  if (ifNotExists && place.taken(true)) return;
  const nodes = list(statement, "options");
  const dataType = declaredType(context, nodes);
  const options = readOptions(nodes, { dataType, forIdentity: false });
  if (!ifNotExists) place.taken(false);
  const path = options.ownedBy;
  const sequence = { schema: place.schema.oid, owner: ownerOf(context) };
  const ownedBy = path && ownerOfSequence(context, path, sequence);
  await place.creating(() =>
    storeSequence(context, options, {
      name: place.name,
      schema: place.schema.oid,
      unlogged: place.persistence === "unlogged",
      ...(ownedBy === undefined ? {} : { ownedBy }),
    }),
  );
}

export function declaredType(context: DdlContext, nodes: readonly ParseNode[]): number | undefined {
  for (const node of nodes) {
    const option = asTag(node, "DefElem");
    if (option === undefined || string(option, "defname") !== "as") continue;
    const typeName = asTag(child(option, "arg"), "TypeName");
    if (typeName !== undefined) {
      return resolveTypeName(typeName, imageOf(context), context.searchPath).type;
    }
  }
  return undefined;
}
