/** PREPARE, EXECUTE and DEALLOCATE: SQL's own way to the statements of the extended protocol. */
import { SqlError, isPromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { baseTypeOid, canCoerceType, formatType } from "@firstlight/sql";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { typesOfNoParameters } from "./missing-parameter.ts";
import { analyse, isFresh, refreshed } from "./analyse.ts";
import { fromText, nullOf } from "./bind-parameters.ts";
import { withSource } from "../bind/errors.ts";
import { characterPosition } from "../parse/source-position.ts";
import { changedColumns } from "../engine/result-columns.ts";
import { argumentsFor, castTo, preparedNamed } from "./execute-arguments.ts";
import { innerStatement } from "./inner-statement.ts";
import {
  constantText,
  flagField,
  listField,
  nodeField,
  numberField,
  textField,
} from "./parse-fields.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import { openPortal } from "./run-portal.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";
import type { Utility, UtilityOutcome } from "./utility.ts";

const BOOL = 16;
/** bigint, smallint, integer, text, real, double precision, numeric. */
const FROM_INTEGER: ReadonlySet<number> = new Set([20, 21, 23, 25, 700, 701, 1700]);
const FROM_FRACTION: ReadonlySet<number> = new Set([700, 701, 1700]);

/** A SELECT of these target expressions, to have types named and arguments computed. */
function selectOf(
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
    },
    source: statement.source,
    text: `/* ${purpose} */ ${statement.text}`,
  };
}

export const prepareStatement: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  *run(session, statement) {
    const name = textField(statement.node, "name") ?? "";
    const types = yield* argumentTypes(session, statement);
    const inner = innerStatement(statement, "query");
    const prepared = yield* analyse(session, name, inner, types);
    if (session.statements.has(name)) {
      throw new SqlError("42P05", `prepared statement "${name}" already exists`);
    }
    prepared.preparedBy = statement.source;
    session.addStatement(prepared);
    return { command: "PREPARE" };
  },
};

function* argumentTypes(session: Session, statement: ParsedStatement): Task<readonly number[]> {
  const typeNames = listField(statement.node, "argtypes");
  if (typeNames.length === 0) return [];
  const nulls = typeNames.map((node) => ({
    TypeCast: {
      arg: { A_Const: { isnull: true, location: -1 } },
      typeName: nodeField(node, "TypeName"),
      location: -1,
    },
  }));
  const select = selectOf(statement, "types", nulls);
  const prepared = session.engine.prepare(session, session.block.transaction, select, []);
  const query = isPromise(prepared) ? yield* session.wait(prepared) : prepared;
  return (query.columns ?? []).map((column) => column.domain ?? column.type);
}

export const executeStatement: Utility = {
  endsFailedBlock: () => false,
  columns: (session, statement) => preparedNamed(session, statement.node).columns,
  *run(session, statement) {
    const named = preparedNamed(session, statement.node);
    const prepared = isFresh(session, named) ? named : yield* sameColumns(session, named);
    const parameters = yield* argumentValues(session, statement, prepared);
    const portal = session.newPortal({
      name: "",
      statement: prepared,
      parameters,
      formats: [],
      columns: prepared.columns,
    });
    const opening = openPortal(session, portal);
    if (opening !== undefined) yield* opening;
    const { command, execution } = portal;
    const outcome: UtilityOutcome = execution === undefined ? { command } : { command, execution };
    return outcome;
  },
};

/** The statement for the search path of now. */
function* sameColumns(session: Session, named: PreparedStatement): Task<PreparedStatement> {
  const prepared = yield* refreshed(session, named);
  const typesOf = ({ columns }: PreparedStatement): string =>
    (columns ?? []).map(({ type, typmod }) => `${type} ${typmod}`).join();
  if (typesOf(prepared) === typesOf(named)) return prepared;
  throw changedColumns();
}

function* argumentValues(
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

export const deallocateStatement: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  // oxlint-disable-next-line require-yield -- a task that never waits
  *run(session, statement) {
    const name = textField(statement.node, "name");
    if (name === undefined || flagField(statement.node, "isall")) {
      session.statements.clear();
      return { command: "DEALLOCATE ALL" };
    }
    session.statements.delete(preparedNamed(session, statement.node).name);
    return { command: "DEALLOCATE" };
  },
};
