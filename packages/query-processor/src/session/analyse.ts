/** From a parsed statement to a prepared one: the session's own, or the engine's. */
import { sameList } from "../engine/search-path.ts";
import { PlanChoice } from "../engine/plan-choice.ts";
import { isPromise } from "@firstlight/common";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { isRepeatableChange } from "../ddl/dispatch.ts";
import { warnOfPrecisions } from "./parse-statements.ts";
import { explainedExecute } from "./explain-execute.ts";
import { PreparedStatement } from "./prepared-statement.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";
import { inFailedTransaction } from "./transaction-block.ts";

const NO_TYPES: readonly number[] = [];

export function emptyStatement(name: string): PreparedStatement {
  return new PreparedStatement(name, { kind: "empty" }, NO_TYPES, NO_TYPES.map(String));
}

export function* analyse(
  session: Session,
  name: string,
  statement: ParsedStatement,
  paramTypes: readonly number[],
): Task<PreparedStatement> {
  const utility = session.utilities.get(statement.tag);
  const failed = session.block.state === "failed";
  if (failed && utility?.endsFailedBlock(statement) !== true) throw inFailedTransaction();
  const refused = session.engine.profile.statements?.refusal(statement, (setting) =>
    session.facts.getSetting(setting),
  );
  if (refused !== undefined) throw refused;
  warnOfPrecisions(session, statement);
  const { searchPath } = session;
  if (utility !== undefined) {
    return new PreparedStatement(
      name,
      { kind: "utility", utility, statement },
      NO_TYPES,
      searchPath,
    );
  }
  if (session.block.state === "block" && isRepeatableChange(statement)) {
    session.blockTurn.noteChange();
  }
  const readBy = session.settings.derived.format;
  const meant = (yield* explainedExecute(session, statement)) ?? statement;
  const { transaction } = session.block;
  const prepared = session.engine.prepare(session, transaction, meant, paramTypes);
  const query = isPromise(prepared) ? yield* session.wait(prepared) : prepared;
  const analysed = new PreparedStatement(
    name,
    {
      kind: "query",
      query: name === "" ? query : { ...query, choice: new PlanChoice() },
      statement,
    },
    query.paramTypes,
    searchPath,
  );
  analysed.readBy = readBy;
  return analysed;
}

/** Whether the statement means what it meant when it was analysed. */
export function isFresh(session: Session, statement: PreparedStatement): boolean {
  return statement.body.kind !== "query" || sameList(statement.searchPath, session.searchPath);
}

/** The same statement for the search path of now; for one that is not fresh. */
export function* refreshed(
  session: Session,
  statement: PreparedStatement,
): Task<PreparedStatement> {
  const { body } = statement;
  if (body.kind !== "query") return statement;
  const again = yield* analyse(session, statement.name, body.statement, statement.paramTypes);
  again.preparedBy = statement.preparedBy;
  if (again.body.kind === "query" && body.query.choice !== undefined) {
    again.body.query.choice?.takeOver(body.query.choice);
  }
  again.preparedAt = statement.preparedAt;
  if (session.statements.get(statement.name) === statement) {
    session.statements.set(statement.name, again);
  }
  return again;
}
