/** Statements that the session carries out itself, by the tag of their parse node. */
import type { ResultColumn } from "../bind/query-tree.ts";
import type { Execution } from "../execute/executable.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";

export interface UtilityOutcome {
  /** The command tag without counts. */
  readonly command: string;
  readonly execution?: Execution;
}

export interface Utility {
  /** Runs in a failed transaction block, too. */
  endsFailedBlock(statement: ParsedStatement): boolean;
  /** Columns of its rows; undefined when it returns none. */
  columns(session: Session, statement: ParsedStatement): readonly ResultColumn[] | undefined;
  run(session: Session, statement: ParsedStatement): Task<UtilityOutcome>;
}
