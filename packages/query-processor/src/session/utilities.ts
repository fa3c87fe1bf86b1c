/** Which statements the session carries out itself. */
import { copyUtility } from "../copy/copy-utility.ts";
import { closeCursor, declareCursor, fetchCursor } from "./cursor-statements.ts";
import { listenStatement, notifyStatement, unlistenStatement } from "./listen-statements.ts";
import { deallocateStatement, executeStatement, prepareStatement } from "./prepare-statements.ts";
import { discardStatement, setStatement, showStatement } from "./setting-statements.ts";
import { transactionStatement } from "./transaction-statements.ts";
import type { Utility } from "./utility.ts";

export const UTILITIES: ReadonlyMap<string, Utility> = new Map([
  ["TransactionStmt", transactionStatement],
  ["VariableSetStmt", setStatement],
  ["VariableShowStmt", showStatement],
  ["DiscardStmt", discardStatement],
  ["PrepareStmt", prepareStatement],
  ["ExecuteStmt", executeStatement],
  ["DeallocateStmt", deallocateStatement],
  ["DeclareCursorStmt", declareCursor],
  ["FetchStmt", fetchCursor],
  ["ClosePortalStmt", closeCursor],
  ["CopyStmt", copyUtility],
  ["ListenStmt", listenStatement],
  ["UnlistenStmt", unlistenStatement],
  ["NotifyStmt", notifyStatement],
]);
