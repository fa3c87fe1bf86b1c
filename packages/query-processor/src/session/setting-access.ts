/**
 * Settings as statements see them. Those that describe the current transaction live in its block;
 * all others in the session's settings.
 */
import { SqlError, invalidValue, parseBoolean } from "@firstlight/common";
import type { Session } from "./session.ts";
import { SessionSettings, type SetScope } from "./session-settings.ts";
import { checkAsOf } from "./past-snapshot.ts";
import { transactionSetting } from "./transaction-setting.ts";
import { splitIdentifierList } from "./identifier-list.ts";
import { setRole, setSessionAuthorization } from "./set-role.ts";

const ISOLATION_LEVELS = ["serializable", "repeatable read", "read committed", "read uncommitted"];

/** As SHOW prints it. */
export function readSetting(session: Session, name: string): string | undefined {
  return transactionSetting(session, name) ?? session.settings.show(name);
}

/** Undefined `value` is DEFAULT. */
export function applySetting(
  session: Session,
  name: string,
  value: string | undefined,
  scope: SetScope,
): void {
  const flags = SessionSettings.definition(name)?.flags;
  if (value === undefined && flags?.includes("NO_RESET") === true) {
    throw new SqlError("0A000", `parameter "${name}" cannot be reset`);
  }
  switch (name.toLowerCase()) {
    case "transaction_isolation":
      setIsolation(session, value ?? "repeatable read");
      return;
    case "transaction_read_only":
      setReadOnly(session, booleanOf(name, value ?? "off"));
      return;
    case "transaction_deferrable":
      session.block.setCharacteristics({ deferrable: booleanOf(name, value ?? "off") });
      return;
    case "default_transaction_isolation":
      if (value !== undefined) checkIsolation("default_transaction_isolation", value);
      break;
    case "firstlight.as_of":
      if (value !== undefined) checkAsOf(session, value);
      break;
    case "search_path":
      if (value !== undefined && splitIdentifierList(value) === undefined) {
        throw invalidValue("search_path", value);
      }
      break;
    case "role":
      setRole(session, value, scope);
      return;
    case "session_authorization":
      setSessionAuthorization(session, value, scope);
      return;
    default:
      break;
  }
  session.settings.set(name, value, scope, "statement");
}

function booleanOf(name: string, value: string): boolean {
  const parsed = parseBoolean(value);
  if (parsed === undefined) {
    throw new SqlError("22023", `parameter "${name}" requires a Boolean value`);
  }
  return parsed;
}

/** READ COMMITTED and READ UNCOMMITTED are served as REPEATABLE READ, which is stronger. */
export function checkIsolation(name: string, value: string): string {
  const level = value.toLowerCase();
  if (!ISOLATION_LEVELS.includes(level)) {
    throw invalidValue(name, value, `Available values: ${ISOLATION_LEVELS.join(", ")}.`);
  }
  return level;
}

export function setIsolation(session: Session, value: string): void {
  const level = checkIsolation("transaction_isolation", value);
  const { block } = session;
  if (level === block.characteristics.isolation) return;
  if (block.hasRun) {
    throw new SqlError("25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query");
  }
  if (block.savepointDepth > 0) {
    throw new SqlError(
      "25001",
      "SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction",
    );
  }
  block.setCharacteristics({ isolation: level });
}

export function setReadOnly(session: Session, readOnly: boolean): void {
  const { block } = session;
  if (!readOnly && block.characteristics.readOnly) {
    if (block.savepointDepth > 0) {
      throw new SqlError(
        "25001",
        "cannot set transaction read-write mode inside a read-only transaction",
      );
    }
    if (block.hasRun) {
      throw new SqlError("25001", "transaction read-write mode must be set before any query");
    }
  }
  block.setCharacteristics({ readOnly });
}
