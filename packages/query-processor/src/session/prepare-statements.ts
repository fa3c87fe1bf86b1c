/** PREPARE, EXECUTE and DEALLOCATE: SQL's own way to the statements of the extended protocol. */
import { SqlError, isPromise } from "@firstlight/common";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { analyse, isFresh, refreshed } from "./analyse.ts";
import { changedColumns } from "../engine/result-columns.ts";
import { argumentValues, selectOf } from "./argument-values.ts";
import { preparedNamed } from "./execute-arguments.ts";
import { innerStatement } from "./inner-statement.ts";
import { flagField, listField, nodeField, textField } from "./parse-fields.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import { openPortal } from "./run-portal.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";
import type { Utility, UtilityOutcome } from "./utility.ts";

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
