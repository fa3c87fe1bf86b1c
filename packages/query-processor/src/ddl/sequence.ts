/** CREATE and DROP SEQUENCE, and the sequences that serial and identity columns own. */
import { SqlError } from "@firstlight/common";
import type {
  ColumnDescriptor,
  SequenceDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { asTag, child, flag, int, list, names, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { resolveTypeName } from "../parse/type-name.ts";
import { creationPlace } from "./creation-place.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, nameOfParts, newOid, ownerOf, tableNamed } from "./ddl-context.ts";
import { columnNamed } from "./index-definition.ts";
import { chooseName } from "./object-names.ts";

export interface SequenceOptions {
  readonly dataType: number;
  readonly start: bigint;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cache: bigint;
  readonly cycle: boolean;
  readonly ownedBy: readonly string[] | undefined;
}

const TYPE_LIMITS: ReadonlyMap<number, bigint> = new Map([
  [21, 32767n],
  [23, 2147483647n],
  [20, 9223372036854775807n],
]);

export function defaultSequenceOptions(dataType: number): SequenceOptions {
  return readSequenceOptions([], dataType);
}

function optionNumber(option: ParseNode): bigint | undefined {
  const argument = child(option, "arg");
  if (argument === undefined) return undefined;
  const integer = asTag(argument, "Integer");
  if (integer !== undefined) return BigInt(int(integer, "ival"));
  const float = asTag(argument, "Float");
  return float === undefined ? undefined : BigInt(string(float, "fval"));
}

function optionsByName(nodes: readonly ParseNode[]): Map<string, ParseNode> {
  const options = new Map<string, ParseNode>();
  for (const node of nodes) {
    const option = asTag(node, "DefElem");
    if (option === undefined) continue;
    const name = string(option, "defname");
    if (options.has(name)) throw new SqlError("42601", "conflicting or redundant options");
    options.set(name, option);
  }
  return options;
}

export function readSequenceOptions(
  nodes: readonly ParseNode[],
  columnType: number,
): SequenceOptions {
  const options = optionsByName(nodes);
  const numberOf = (name: string): bigint | undefined => {
    const option = options.get(name);
    return option === undefined ? undefined : optionNumber(option);
  };
  const limit = TYPE_LIMITS.get(columnType);
  if (limit === undefined) {
    throw new SqlError("22023", "identity column type must be smallint, integer, or bigint");
  }
  const increment = numberOf("increment") ?? 1n;
  if (increment === 0n) throw new SqlError("22023", "INCREMENT must not be zero");
  const min = numberOf("minvalue") ?? (increment > 0n ? 1n : -limit - 1n);
  const max = numberOf("maxvalue") ?? (increment > 0n ? limit : -1n);
  const start = numberOf("start") ?? (increment > 0n ? min : max);
  const cache = numberOf("cache") ?? 1n;
  refuseBadRange({ min, max, start, cache });
  const cycleOption = options.get("cycle");
  const cycle = cycleOption !== undefined && cycleIsOn(cycleOption);
  const ownedBy = options.get("owned_by");
  return {
    dataType: columnType,
    start,
    increment,
    min,
    max,
    cache,
    cycle,
    ownedBy: ownedBy === undefined ? undefined : ownerPath(ownedBy),
  };
}

function cycleIsOn(option: ParseNode): boolean {
  const value = asTag(child(option, "arg"), "Boolean");
  return value !== undefined && flag(value, "boolval");
}

function ownerPath(option: ParseNode): readonly string[] {
  const inner = asTag(child(option, "arg"), "List");
  return inner === undefined ? [] : names(inner, "items");
}

function refuseBadRange(range: { min: bigint; max: bigint; start: bigint; cache: bigint }): void {
  const { min, max, start, cache } = range;
  const fail = (message: string): never => {
    throw new SqlError("22023", message);
  };
  if (min >= max) fail(`MINVALUE (${min}) must be less than MAXVALUE (${max})`);
  if (start < min) fail(`START value (${start}) cannot be less than MINVALUE (${min})`);
  if (start > max) fail(`START value (${start}) cannot be greater than MAXVALUE (${max})`);
  if (cache <= 0n) fail(`CACHE (${cache}) must be greater than zero`);
}

interface SequencePlace {
  readonly name: string;
  readonly schema: number;
  readonly ownedBy?: { readonly table: number; readonly column: number };
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
    owner: ownerOf(context),
    storageId: oid,
    dataType: options.dataType,
    start: String(options.start),
    increment: String(options.increment),
    min: String(options.min),
    max: String(options.max),
    cache: String(options.cache),
    cycle: options.cycle,
    ...(place.ownedBy === undefined ? {} : { ownedBy: place.ownedBy }),
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
  return storeSequence(context, options, { name, schema: table.schema, ownedBy });
}

export async function createSequence(context: DdlContext, statement: ParseNode): Promise<void> {
  const place = creationPlace(context, requiredChild(statement, "sequence"));
  if (place.taken(flag(statement, "if_not_exists"))) return;
  const nodes = list(statement, "options");
  const options = readSequenceOptions(nodes, declaredType(context, nodes) ?? 20);
  const ownedBy = resolveOwner(context, options.ownedBy);
  await place.creating(() =>
    storeSequence(context, options, {
      name: place.name,
      schema: place.schema.oid,
      ...(ownedBy === undefined ? {} : { ownedBy }),
    }),
  );
}

function declaredType(context: DdlContext, nodes: readonly ParseNode[]): number | undefined {
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

function resolveOwner(
  context: DdlContext,
  path: readonly string[] | undefined,
): { table: number; column: number } | undefined {
  if (path === undefined || path.length < 2) return undefined;
  const table = tableNamed(context, nameOfParts(path.slice(0, -1)));
  const name = path.at(-1) ?? "";
  const column = columnNamed(table.columns, name);
  if (column === undefined) {
    throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
  }
  return { table: table.oid, column: column.number };
}
