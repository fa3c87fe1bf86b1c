/** The values of EXECUTE's arguments: constants are read as texts of the type, all else is computed. */
import { SqlError, isPromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { baseTypeOid, canCoerceType, formatType } from "@firstlight/sql";
import { withSource } from "../bind/errors.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { characterPosition } from "../parse/source-position.ts";
import { fromText, nullOf } from "./bind-parameters.ts";
import { argumentsFor, castTo } from "./execute-arguments.ts";
import { typesOfNoParameters } from "./missing-parameter.ts";
import { constantText, listField, nodeField, numberField } from "./parse-fields.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";

const BOOL = 16;
/** bigint, smallint, integer, text, real, double precision, numeric. */
const FROM_INTEGER: ReadonlySet<number> = new Set([20, 21, 23, 25, 700, 701, 1700]);
const FROM_FRACTION: ReadonlySet<number> = new Set([700, 701, 1700]);

/** A SELECT of these target expressions, to have types named and arguments computed. */
export function selectOf(
  statement: ParsedStatement,
  purpose: string,
  targets: readonly ParseNode[],
): ParsedStatement {
  return {
    tag: "SelectStmt",
    node: {
      targetList: targets.map((val) => ({ ResTarget: { val } })),
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
      executeArguments: true,
    },
    source: statement.source,
    text: `/* ${purpose} */ ${statement.text}`,
  };
}

/** `statement`: EXECUTE. */
export function* argumentValues(
  session: Session,
  statement: ParsedStatement,
  prepared: PreparedStatement,
): Task<readonly Datum[]> {
  const { source, node } = statement;
  const args = withSource(source, () => argumentsFor(prepared, listField(node, "params")));
  const types = prepared.paramTypes;
  if (!args.every((arg, at) => isDirect(arg, types[at] ?? 0)))
    return yield* computedValues(session, statement, args, types);
  return args.map((arg, at) => constantValue(session, source, arg, types[at] ?? 0));
}

function constantValue(session: Session, source: string, arg: ParseNode, type: number): Datum {
  const text = constantText(arg);
  if (text === undefined) return nullOf(session, type);
  try {
    return fromText(session, type, text);
  } catch (error) {
    // What a domain says is about the value, not about its text.
    const isPlaced = error instanceof SqlError && error.fields.position === undefined;
    if (!isPlaced || error.fields.dataType !== undefined) throw error;
    const location = numberField(nodeField(arg, "A_Const") ?? {}, "location") ?? 0;
    const position = characterPosition(source, location);
    throw new SqlError(error.sqlstate, error.message, { ...error.fields, position });
  }
}

/** Where the leftmost of its parts stands. */
function startOf(node: unknown): number {
  if (typeof node !== "object" || node === null) return Infinity;
  return Object.entries(node).reduce((least, [name, value]) => {
    const here = name === "location" && typeof value === "number" ? value : startOf(value);
    return here < 0 ? least : Math.min(least, here);
  }, Infinity);
}

/** A string or NULL: a value of whatever type is wanted. */
function isUntyped(arg: ParseNode): boolean {
  const constant = nodeField(arg, "A_Const") ?? {};
  return constant["isnull"] === true || nodeField(constant, "sval") !== undefined;
}

/** Whether its text is the text of a value of the type. */
function isDirect(arg: ParseNode, type: number): boolean {
  const constant = nodeField(arg, "A_Const") ?? {};
  if (isUntyped(arg)) return true;
  if (nodeField(constant, "ival") !== undefined) return FROM_INTEGER.has(type);
  if (nodeField(constant, "fval") !== undefined) return FROM_FRACTION.has(type);
  return nodeField(constant, "boolval") !== undefined && type === BOOL;
}

/** Arguments are assigned to parameters: what only a cast converts is refused. */
function* checkAssignable(
  session: Session,
  statement: ParsedStatement,
  args: readonly ParseNode[],
  types: readonly number[],
): Task<void> {
  const select = selectOf(statement, "argument types", args);
  const none = typesOfNoParameters(statement);
  const prepared = session.engine.prepare(session, session.block.transaction, select, none);
  const { columns } = isPromise(prepared) ? yield* session.wait(prepared) : prepared;
  (columns ?? []).forEach(({ type }, at) => {
    const wanted = types[at] ?? type;
    const arg = args[at];
    if (arg === undefined || isUntyped(arg)) return;
    if (canCoerceType(type, baseTypeOid(wanted), "assignment")) return;
    throw new SqlError(
      "42804",
      `parameter $${at + 1} of type ${formatType(type)} cannot be coerced to the expected type ${formatType(wanted)}`,
      {
        hint: "You will need to rewrite or cast the expression.",
        position: characterPosition(statement.source, startOf(arg)),
      },
    );
  });
}

function* computedValues(
  session: Session,
  statement: ParsedStatement,
  args: readonly ParseNode[],
  types: readonly number[],
): Task<readonly Datum[]> {
  yield* checkAssignable(session, statement, args, types);
  const targets = args.map((arg, at) => castTo(session, arg, types[at] ?? 0));
  const select = selectOf(statement, `arguments ${types.join()}`, targets);
  const { transaction } = session.block;
  const prepared = session.engine.prepare(session, transaction, select, []);
  const query = isPromise(prepared) ? yield* session.wait(prepared) : prepared;
  const started = session.engine.execute(session, transaction, query, []);
  const execution = isPromise(started) ? yield* session.wait(started) : started;
  try {
    const pulled = execution.next(1);
    const rows = isPromise(pulled) ? yield* session.wait(pulled) : pulled;
    return rows?.[0] ?? [];
  } finally {
    execution.close();
  }
}
