/** SET, RESET, SHOW and DISCARD. */
import { SqlError, isPromise } from "@firstlight/common";
import type { ResultColumn } from "../bind/query-tree.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { settingText } from "../parse/setting-text.ts";
import { TEXT } from "../wire/type-oids.ts";
import { unlistenAll } from "./listen-statements.ts";
import { constantText, flagField, listField, options, textField } from "./parse-fields.ts";
import { RowsExecution } from "./rows-execution.ts";
import type { Session } from "./session.ts";
import { unrecognized } from "./session-settings.ts";
import { applySetting, checkIsolation, readSetting } from "./setting-access.ts";
import { applyCharacteristics } from "./transaction-statements.ts";
import { importSnapshot } from "./exported-snapshot.ts";
import { setSessionAuthorization } from "./set-role.ts";
import type { Task } from "./task.ts";
import type { Utility, UtilityOutcome } from "./utility.ts";

export function textColumn(name: string): ResultColumn {
  return { name, type: TEXT, typmod: -1, tableOid: 0, columnNumber: 0 };
}

export const showStatement: Utility = {
  endsFailedBlock: () => false,
  columns: (session, { node }) => {
    const name = textField(node, "name") ?? "";
    if (name === "all") return SHOW_ALL;
    if (readSetting(session, name) === undefined) throw unrecognized(name);
    return [textColumn(session.settings.nameOf(name))];
  },
  // oxlint-disable-next-line require-yield -- a task that never waits
  *run(session, { node }) {
    const name = textField(node, "name") ?? "";
    if (name === "all")
      return { command: "SHOW", execution: new RowsExecution([...session.settings.all()]) };
    const value = readSetting(session, name);
    if (value === undefined) throw unrecognized(name);
    return { command: "SHOW", execution: new RowsExecution([[value]]) };
  },
};

const SHOW_ALL: readonly ResultColumn[] = ["name", "setting", "description"].map(textColumn);

export const setStatement: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  *run(session, statement) {
    if (ROLE_SETTINGS.has(textField(statement.node, "name") ?? "")) {
      const confirmed = session.engine.confirmSchema(session.block.transaction);
      if (isPromise(confirmed)) yield* session.wait(confirmed);
    }
    return set(session, statement);
  },
};

/** Whose values are looked up in the catalog. */
const ROLE_SETTINGS: ReadonlySet<string> = new Set(["role", "session_authorization"]);

function set(session: Session, { node }: ParsedStatement): UtilityOutcome {
  const kind = textField(node, "kind") ?? "VAR_SET_VALUE";
  const name = textField(node, "name") ?? "";
  const scope = flagField(node, "is_local") ? "local" : "session";
  if (scope === "local") warnOutsideBlock(session, "SET LOCAL");
  switch (kind) {
    case "VAR_SET_VALUE":
      applySetting(session, name, settingText(name, listField(node, "args")), scope);
      return { command: "SET" };
    case "VAR_SET_DEFAULT":
      applySetting(session, name, undefined, scope);
      return { command: "SET" };
    case "VAR_RESET":
      applySetting(session, name, undefined, scope);
      return { command: "RESET" };
    case "VAR_RESET_ALL":
      session.settings.resetAll();
      return { command: "RESET" };
    case "VAR_SET_MULTI":
      setMulti(session, name, listField(node, "args"));
      return { command: "SET" };
    default:
      setToCurrent(session, name, scope);
      return { command: "SET" };
  }
}

/** SET ... FROM CURRENT keeps what it is, until the end of the transaction or of the session. */
function setToCurrent(session: Session, name: string, scope: "local" | "session"): void {
  const value = readSetting(session, name);
  if (value === undefined) throw unrecognized(name);
  applySetting(session, name, value, scope);
}

function warnOutsideBlock(session: Session, command: string): void {
  if (session.block.state === "block") return;
  session.warning("25P01", `${command} can only be used in transaction blocks`);
}

function setMulti(session: Session, name: string, args: readonly ParseNode[]): void {
  if (name === "TRANSACTION") {
    warnOutsideBlock(session, "SET TRANSACTION");
    applyCharacteristics(session, args);
    return;
  }
  if (name === "TRANSACTION SNAPSHOT") {
    warnOutsideBlock(session, "SET TRANSACTION");
    importSnapshot(session, args);
    return;
  }
  for (const option of options(args)) {
    const text = option.value === undefined ? "" : (constantText(option.value) ?? "");
    const isIsolation = option.name === "transaction_isolation";
    if (isIsolation) checkIsolation("transaction_isolation", text);
    const value = isIsolation ? text : text === "0" ? "off" : "on";
    session.settings.set(`default_${option.name}`, value, "session", "statement");
  }
}

export const discardStatement: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  *run(session, { node }) {
    const target = textField(node, "target") ?? "DISCARD_ALL";
    const what = target.replace("DISCARD_", "");
    if (target === "DISCARD_ALL") yield* discardAll(session);
    if (what === "ALL" || what === "TEMP") session.temporary.clear();
    if (what === "ALL" || what === "SEQUENCES") session.engine.forgetSequences?.(session);
    return { command: `DISCARD ${what === "TEMP" ? "TEMP" : what}` };
  },
};

function* discardAll(session: Session): Task<void> {
  if (session.block.state === "block" || session.statementsInMessage > 1) {
    throw new SqlError("25001", "DISCARD ALL cannot run inside a transaction block");
  }
  for (const { name } of session.portals.all()) session.closePortal(name);
  if (session.user !== session.identity.user) {
    // Whoever gets the connection next must not be who the last one became.
    const confirmed = session.engine.confirmSchema(session.block.transaction);
    if (isPromise(confirmed)) yield* session.wait(confirmed);
    setSessionAuthorization(session, undefined, "session");
  }
  session.statements.clear();
  session.settings.resetAll();
  unlistenAll(session);
  session.knownLocks?.unlockAll();
}
