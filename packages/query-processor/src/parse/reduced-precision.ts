/**
 * Precisions of times past six digits, which are taken for six: where PostgreSQL warns of them. It
 * looks at the types of new columns twice, the second time without knowing where they stand.
 */
import { asTag, child, int, list, names, string } from "./node.ts";
import type { ParsedStatement, ParseNode } from "./parsed-statement.ts";

const PRECISION_MAX = 6;
const MAY_BE_REDUCED = /(?:time|interval|second)[^)]*\(\s*\d/iu;

export interface ReducedPrecision {
  readonly message: string;
  /** Byte offset, -1 where none is told. */
  readonly location: number;
}

const SPELLED: Readonly<Record<string, readonly [name: string, zone: string]>> = {
  time: ["TIME", ""],
  timetz: ["TIME", " WITH TIME ZONE"],
  timestamp: ["TIMESTAMP", ""],
  timestamptz: ["TIMESTAMP", " WITH TIME ZONE"],
  interval: ["INTERVAL", ""],
  SVFOP_CURRENT_TIME_N: ["TIME", " WITH TIME ZONE"],
  SVFOP_CURRENT_TIMESTAMP_N: ["TIMESTAMP", " WITH TIME ZONE"],
  SVFOP_LOCALTIME_N: ["TIME", ""],
  SVFOP_LOCALTIMESTAMP_N: ["TIMESTAMP", ""],
};

function reduced(kind: string, precision: number, location: number): ReducedPrecision[] {
  const spelled = SPELLED[kind];
  if (spelled === undefined || precision <= PRECISION_MAX) return [];
  const [name, zone] = spelled;
  const what = `${name}(${precision})${zone}`;
  return [{ message: `${what} precision reduced to maximum allowed, ${PRECISION_MAX}`, location }];
}

function ofType(fields: ParseNode, location: number): ReducedPrecision[] {
  const modifier = list(fields, "typmods").at(-1);
  const integer = child(asTag(modifier, "A_Const") ?? {}, "ival");
  const kind = names(fields, "names").at(-1) ?? "";
  const isRange = kind === "interval" && list(fields, "typmods").length < 2;
  return integer === undefined || isRange ? [] : reduced(kind, int(integer, "ival"), location);
}

function isType(fields: object): fields is ParseNode {
  return "names" in fields && "typmods" in fields;
}

/** All of a tree; what a cast makes comes before what it is made of. */
function* inTree(node: unknown, skipped: ReadonlySet<unknown>): Generator<ReducedPrecision> {
  if (typeof node !== "object" || node === null || skipped.has(node)) return;
  if (Array.isArray(node)) {
    for (const each of node) yield* inTree(each, skipped);
    return;
  }
  if (isType(node)) yield* ofType(node, int(node, "location"));
  const call = asTag(node as ParseNode, "SQLValueFunction");
  if (call !== undefined) yield* reduced(string(call, "op"), int(call, "typmod"), -1);
  const cast = asTag(node as ParseNode, "TypeCast");
  if (cast === undefined) for (const value of Object.values(node)) yield* inTree(value, skipped);
  else {
    yield* inTree(cast["typeName"], skipped);
    yield* inTree(cast["arg"], skipped);
  }
}

function columnTypes(nodes: readonly ParseNode[]): readonly ParseNode[] {
  return nodes.flatMap((node): ParseNode[] => {
    const type = child(asTag(node, "ColumnDef") ?? {}, "typeName");
    return type === undefined ? [] : [type];
  });
}

function ofTypes(types: readonly ParseNode[], isPlaced: boolean): ReducedPrecision[] {
  return types.flatMap((type) => ofType(type, isPlaced ? int(type, "location") : -1));
}

function* ofColumns(types: readonly ParseNode[]): Generator<ReducedPrecision> {
  yield* ofTypes(types, true);
  yield* ofTypes(types, false);
}

function* ofCommands(statement: ParseNode): Generator<ReducedPrecision> {
  const commands = list(statement, "cmds").map((each) => asTag(each, "AlterTableCmd") ?? {});
  const skipped = new Set<unknown>();
  for (const command of commands) {
    const types = columnTypes([child(command, "def") ?? {}]);
    types.forEach((type) => skipped.add(type));
    if (string(command, "subtype") !== "AT_AlterColumnType") continue;
    for (const type of types) yield* [...ofType(type, -1), ...ofType(type, -1)];
  }
  for (const command of commands) {
    if (string(command, "subtype") !== "AT_AddColumn") continue;
    yield* ofColumns(columnTypes([child(command, "def") ?? {}]));
  }
  for (const each of inTree(statement, skipped)) yield { ...each, location: -1 };
}

/** Statements that look their types up once, without a place. */
const WITHOUT_PLACE: ReadonlySet<string> = new Set([
  "CreateDomainStmt",
  "CreateFunctionStmt",
  "CompositeTypeStmt",
  "CreateCastStmt",
]);

export function* reducedPrecisions(statement: ParsedStatement): Generator<ReducedPrecision> {
  if (!MAY_BE_REDUCED.test(statement.text)) return;
  const { tag, node } = statement;
  if (tag === "AlterTableStmt") {
    yield* ofCommands(node);
    return;
  }
  // Its query is analysed as a statement of its own.
  if (tag === "DeclareCursorStmt") return;
  if (tag === "PrepareStmt") {
    yield* inTree(list(node, "argtypes"), new Set());
    return;
  }
  const columns = tag === "CreateStmt" ? columnTypes(list(node, "tableElts")) : [];
  yield* ofColumns(columns);
  for (const each of inTree(node, new Set(columns))) {
    yield WITHOUT_PLACE.has(tag) ? { ...each, location: -1 } : each;
  }
}
