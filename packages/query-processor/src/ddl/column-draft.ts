/** One column definition: type, default, NOT NULL, identity, and its constraints. */
import type { ConstraintAttributes } from "./constraint-attributes.ts";
import { attributesOf, withAttribute } from "./constraint-attributes.ts";
import { withoutPositions } from "../bind/errors.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import { findType, formatType, typeRow } from "@firstlight/sql";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, list, locationOf, names, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { type ResolvedType, isSetOf, resolveTypeName } from "../parse/type-name.ts";
import type { ConstraintDraft } from "./constraint-draft.ts";
import { draftTableConstraint } from "./constraint-draft.ts";
import { collateClauseOf } from "./collation-clause.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import type { SequenceOptions } from "./sequence.ts";
import { defaultSequenceOptions, readSequenceOptions } from "./sequence.ts";
import { withCompression, withStorage } from "./physical-storage.ts";
import { containsType } from "./type/type-users.ts";
import { storeDefault, storeGenerated } from "./stored-expression.ts";

export interface ColumnDraft {
  readonly column: ColumnDescriptor;
  readonly constraints: readonly ConstraintDraft[];
  /** Options of the sequence to create for it. */
  readonly sequence: SequenceOptions | undefined;
  /** Binds the default, once it is known that the table can be made. */
  readonly withDefault?: ((column: ColumnDescriptor) => ColumnDescriptor) | undefined;
  /** Completes the column once all columns of the table are known. */
  readonly finish:
    | ((table: TableDescriptor, column: ColumnDescriptor) => ColumnDescriptor)
    | undefined;
}

const SERIAL_TYPES: ReadonlyMap<string, number> = new Map([
  ["serial", 23],
  ["serial4", 23],
  ["bigserial", 20],
  ["serial8", 20],
  ["smallserial", 21],
  ["serial2", 21],
]);

function serialType(typeName: ParseNode): number | undefined {
  const parts = names(typeName, "names");
  return parts.length === 1 ? SERIAL_TYPES.get(parts[0] ?? "") : undefined;
}

interface ColumnParts {
  /** Whether NULL was declared. */
  saysNull?: boolean;
  /** Of the constraint that was written last, if it may have attributes. */
  last?: ConstraintAttributes | undefined;
  column: ColumnDescriptor;
  readonly constraints: ConstraintDraft[];
  sequence: SequenceOptions | undefined;
  finish: ColumnDraft["finish"];
  withDefault?: ColumnDraft["withDefault"];
}

/** A table's row cannot hold a row of it. */
function refuseOwnRow(context: DdlContext, table: TableDescriptor, type: number): void {
  const image = imageOf(context);
  if (!image.objects.has(table.oid)) return;
  const own = image.typeNumber(table.typeOid);
  if (!containsType(type, own)) return;
  const text = `composite type ${table.name} cannot be made a member of itself`;
  throw new SqlError("42P16", text);
}

/** attndims is what was written: int[][] is the same type as int[]. */
export function dimensionsOf(typeName: ParseNode): { dimensions?: number } {
  const { length } = list(typeName, "arrayBounds");
  return length > 1 ? { dimensions: length } : {};
}

/** As the profile has it; throws for types that it does not let columns have. */
function offeredType(context: DdlContext, written: ResolvedType): ResolvedType {
  const { schema } = imageOf(context).profile;
  if (schema === undefined) return written;
  const { type, typmod } = written;
  return { type, typmod: schema.columnType(type, typmod) };
}

function withPhysical(column: ColumnDescriptor, node: ParseNode): ColumnDescriptor {
  const storage = optionalString(node, "storage_name");
  const stored = storage === undefined ? column : withStorage(column, storage);
  const compression = optionalString(node, "compression");
  return compression === undefined ? stored : withCompression(stored, compression);
}

export function draftColumn(
  context: DdlContext,
  table: TableDescriptor,
  node: ParseNode,
  number: number,
  /** The type where the statement does not tell it. */
  given?: ResolvedType,
  /** Of a column that is added, PostgreSQL tells no places in defaults. */
  isAdded = false,
): ColumnDraft {
  const name = string(node, "colname");
  const typeName = child(node, "typeName") ?? {};
  if (given === undefined && node["typeName"] === undefined) {
    throw new SqlError("42601", `column "${name}" has no type`);
  }
  const serial = given === undefined ? serialType(typeName) : undefined;
  const written =
    serial === undefined
      ? (given ?? resolveTypeName(typeName, imageOf(context), context.searchPath))
      : { type: serial, typmod: -1 };
  const type = offeredType(context, written);
  if (isSetOf(typeName)) {
    throw new SqlError("42P16", `column "${name}" cannot be declared SETOF`);
  }
  if (typeRow(type.type)?.kind === "p") {
    throw new SqlError("42P16", `column "${name}" has pseudo-type ${formatType(type.type)}`);
  }
  if (findType(type.type) === undefined) {
    throw featureNotSupported(`type ${formatType(type.type)}`);
  }
  refuseOwnRow(context, table, type.type);
  const collation = collateClauseOf(context, child(node, "collClause"), type.type);
  const shape = { ...type, ...collation, ...dimensionsOf(typeName) };
  const parts: ColumnParts = {
    column: withPhysical({ number, name, ...shape, notNull: false, dropped: false }, node),
    constraints: [],
    sequence: serial === undefined ? undefined : defaultSequenceOptions(type.type),
    finish: undefined,
  };
  const sources = new ValueSources(name, table.name, serial !== undefined);
  for (const each of list(node, "constraints")) {
    const constraint = asTag(each, "Constraint");
    if (constraint === undefined) continue;
    sources.add(constraint);
    if (!string(constraint, "contype").startsWith("CONSTR_ATTR")) parts.last = undefined;
    const isDefault = string(constraint, "contype") === "CONSTR_DEFAULT";
    if (isDefault && isAdded) {
      parts.column = withoutPositions(() => withDefault(context, table, parts.column, constraint));
    } else if (isDefault) {
      parts.withDefault = (column) => withDefault(context, table, column, constraint);
    } else applyConstraint(context, table, parts, constraint);
  }
  // NOT NULL of a serial column stands nowhere.
  if (serial !== undefined && parts.saysNull === true) {
    throw conflictingNulls(table, parts, { location: -1 });
  }
  return parts;
}

const SOURCES = {
  CONSTR_DEFAULT: "default",
  CONSTR_IDENTITY: "identity",
  CONSTR_GENERATED: "generation expression",
} as const;

const REPEATED = {
  default: "default values specified",
  identity: "identity specifications",
  "generation expression": "generation clauses specified",
} as const;

/** Where a column's values come from, of which there may be one (transformColumnDefinition). */
class ValueSources {
  readonly #of: string;
  readonly #seen = new Set<string>();
  readonly #serial: boolean;

  constructor(column: string, table: string, serial: boolean) {
    this.#serial = serial;
    this.#of = `for column "${column}" of table "${table}"`;
    if (serial) this.#seen.add("default");
  }

  add(constraint: ParseNode): void {
    const type = string(constraint, "contype");
    if (!(type in SOURCES)) return;
    const source = SOURCES[type as keyof typeof SOURCES];
    // The default of a serial column stands nowhere.
    const at = this.#serial ? {} : { position: locationOf(constraint) + 1 };
    if (this.#seen.has(source)) {
      throw new SqlError("42601", `multiple ${REPEATED[source]} ${this.#of}`, at);
    }
    this.#seen.add(source);
    if (this.#seen.size === 1) return;
    const both = Object.values(SOURCES).filter((each) => this.#seen.has(each));
    throw new SqlError("42601", `both ${both.join(" and ")} specified ${this.#of}`, at);
  }
}

function applyConstraint(
  context: DdlContext,
  table: TableDescriptor,
  parts: ColumnParts,
  constraint: ParseNode,
): void {
  const { column } = parts;
  switch (string(constraint, "contype")) {
    case "CONSTR_NOTNULL":
      if (parts.saysNull === true) throw conflictingNulls(table, parts, constraint);
      parts.column = { ...column, notNull: true };
      return;
    case "CONSTR_NULL":
      if (column.notNull) throw conflictingNulls(table, parts, constraint);
      parts.saysNull = true;
      return;
    case "CONSTR_IDENTITY":
      refuseIdentity(table, parts, constraint);
      parts.column = {
        ...column,
        notNull: true,
        identity: string(constraint, "generated_when") === "a" ? "always" : "byDefault",
      };
      parts.sequence = readSequenceOptions(list(constraint, "options"), column.type);
      return;
    case "CONSTR_GENERATED":
      parts.finish = generated(context, constraint);
      return;
    case "CONSTR_ATTR_DEFERRABLE":
    case "CONSTR_ATTR_NOT_DEFERRABLE":
    case "CONSTR_ATTR_DEFERRED":
    case "CONSTR_ATTR_IMMEDIATE":
      applyAttribute(parts, constraint);
      return;
    default:
      parts.constraints.push(draftTableConstraint(constraint, [column.name]));
      parts.last = attributesOf(parts.constraints.at(-1));
  }
}

function refuseIdentity(table: TableDescriptor, parts: ColumnParts, constraint: ParseNode): void {
  if (table.ofType !== undefined) {
    throw new SqlError("0A000", "identity columns are not supported on typed tables");
  }
  if (parts.saysNull === true) throw conflictingNulls(table, parts, constraint);
}

function conflictingNulls(
  table: TableDescriptor,
  { column }: ColumnParts,
  constraint: ParseNode,
): SqlError {
  return new SqlError(
    "42601",
    `conflicting NULL/NOT NULL declarations for column "${column.name}" of table "${table.name}"`,
    locationOf(constraint) < 0 ? {} : { position: locationOf(constraint) + 1 },
  );
}

/** An attribute is about the constraint before it. */
function applyAttribute(parts: ColumnParts, constraint: ParseNode): void {
  const last = parts.last?.constraint === undefined ? undefined : parts.constraints.pop();
  const attributes = parts.last ?? { constraint: undefined };
  const marks = withAttribute(attributes, constraint);
  parts.last = { ...marks, constraint: attributes.constraint };
  if (last === undefined) return;
  const { deferrable = false, initiallyDeferred = false } = marks;
  if (last.kind === "foreign") {
    parts.constraints.push({ ...last, deferrable, initiallyDeferred });
  } else if (last.kind !== "check") {
    const now = deferrable ? { initiallyDeferred } : undefined;
    parts.constraints.push({ ...last, deferrable: now });
  }
}

function withDefault(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
  constraint: ParseNode,
): ColumnDescriptor {
  if (column.default !== undefined) {
    throw new SqlError(
      "42601",
      `multiple default values specified for column "${column.name}" of table "${table.name}"`,
    );
  }
  const raw = child(constraint, "raw_expr");
  const text = raw === undefined ? undefined : storeDefault(context, table, column, raw);
  return text === undefined ? column : { ...column, default: text };
}

function generated(context: DdlContext, constraint: ParseNode): ColumnDraft["finish"] {
  const raw = child(constraint, "raw_expr");
  if (raw === undefined) return undefined;
  return (table, column) => ({
    ...column,
    generated: "stored",
    default: storeGenerated(context, table, column, raw),
  });
}
