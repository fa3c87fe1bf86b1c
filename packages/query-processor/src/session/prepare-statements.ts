/** PREPARE, EXECUTE and DEALLOCATE: SQL's own way to the statements of the extended protocol. */
import { SqlError, isPromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { isUserType, typeOid } from "@firstlight/sql";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { analyse } from "./analyse.ts";
import { fromText, nullOf } from "./bind-parameters.ts";
import { innerStatement } from "./inner-statement.ts";
import { constantText, flagField, listField, nodeField, textField } from "./parse-fields.ts";
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
    session.addStatement(yield* analyse(session, name, inner, types));
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
  return (query.columns ?? []).map((column) => column.type);
}

function named(session: Session, statement: ParsedStatement): PreparedStatement {
  const name = textField(statement.node, "name") ?? "";
  const prepared = session.statements.get(name);
  if (prepared !== undefined) return prepared;
  throw new SqlError("26000", `prepared statement "${name}" does not exist`);
}

export const executeStatement: Utility = {
  endsFailedBlock: () => false,
  columns: (session, statement) => named(session, statement).columns,
  *run(session, statement) {
    const prepared = named(session, statement);
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
  const args = listField(statement.node, "params");
  const types = prepared.paramTypes;
  if (args.length !== types.length) {
    throw new SqlError(
      "42601",
      `wrong number of parameters for prepared statement "${prepared.name}"`,
      {
        detail: `Expected ${String(types.length)} parameters but got ${String(args.length)}.`,
      },
    );
  }
  if (args.every(isConstant)) {
    return args.map((arg, at) => {
      const text = constantText(arg);
      const type = types[at] ?? 0;
      return text === undefined ? nullOf(session, type) : fromText(session, type, text);
    });
  }
  return yield* computedValues(session, statement, args, types);
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
  const targets = args.map((arg, at) => {
    const type = types[at] ?? 0;
    const name = session.codecs(type)?.name ?? "text";
    const names = [{ String: { sval: "pg_catalog" } }, { String: { sval: name } }];
    const pinned = isUserType(type) ? { typeOid: typeOid(type) } : {};
    const typeName = { names, typemod: -1, location: -1, ...pinned };
    return { TypeCast: { arg, typeName, location: -1 } };
  });
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
    session.statements.delete(named(session, statement).name);
    return { command: "DEALLOCATE" };
  },
};
