/** PREPARE, EXECUTE and DEALLOCATE: SQL's own way to the statements of the extended protocol. */
import { SqlError, isPromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { analyse } from "./analyse.ts";
import { fromText, nullOf } from "./bind-parameters.ts";
import { withSource } from "../bind/errors.ts";
import { characterPosition } from "../parse/source-position.ts";
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
    if (session.statements.has(name)) {
      throw new SqlError("42P05", `prepared statement "${name}" already exists`);
    }
    const types = yield* argumentTypes(session, statement);
    const inner = innerStatement(statement, "query");
    const prepared = yield* analyse(session, name, inner, types);
    prepared.preparedBy = statement.text;
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
    const prepared = preparedNamed(session, statement.node);
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

function* argumentValues(
  session: Session,
  statement: ParsedStatement,
  prepared: PreparedStatement,
): Task<readonly Datum[]> {
  const { source, node } = statement;
  const args = withSource(source, () => argumentsFor(prepared, listField(node, "params")));
  const types = prepared.paramTypes;
  if (!args.every(isConstant)) return yield* computedValues(session, statement, args, types);
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

function isConstant(arg: ParseNode): boolean {
  return nodeField(arg, "A_Const") !== undefined;
}

function* computedValues(
  session: Session,
  statement: ParsedStatement,
  args: readonly ParseNode[],
  types: readonly number[],
): Task<readonly Datum[]> {
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
