/**
 * SET ROLE and SET SESSION AUTHORIZATION. Both are settings, so they end with the transaction that
 * is rolled back, and SET LOCAL with the one that it is in.
 */
import { SqlError } from "@firstlight/common";
import type { Session } from "./session.ts";
import type { SetScope } from "./session-settings.ts";

function become(session: Session, superuser: boolean, scope: SetScope): void {
  session.settings.set("is_superuser", superuser ? "on" : "off", scope, "consequence");
}

function roleOf(
  session: Session,
  role: string,
  member: string,
): { readonly superuser: boolean; readonly mayBecome: boolean } {
  const found = session.engine.roleFor(session.block.transaction, { role, member });
  if (found === undefined) throw new SqlError("22023", `role "${role}" does not exist`);
  return found;
}

/** Undefined `value` and "none": the session's user. */
export function setRole(session: Session, value: string | undefined, scope: SetScope): void {
  const { sessionUser, settings } = session;
  if (value === undefined || value === "none") {
    settings.set("role", "none", scope, "consequence");
    become(session, roleOf(session, sessionUser, sessionUser).superuser, scope);
    return;
  }
  const { superuser, mayBecome } = roleOf(session, value, sessionUser);
  if (!mayBecome) throw new SqlError("42501", `permission denied to set role "${value}"`);
  settings.set("role", value, scope, "consequence");
  become(session, superuser, scope);
}

/** Only who has logged in as a superuser may be somebody else. */
export function setSessionAuthorization(
  session: Session,
  value: string | undefined,
  scope: SetScope,
): void {
  const { identity, settings } = session;
  const name = value ?? identity.user;
  const { superuser } = roleOf(session, name, name);
  if (name !== identity.user && !roleOf(session, identity.user, identity.user).superuser) {
    throw new SqlError("42501", `permission denied to set session authorization "${name}"`);
  }
  settings.set("session_authorization", name, scope, "consequence");
  settings.set("role", "none", scope, "consequence");
  become(session, superuser, scope);
}
