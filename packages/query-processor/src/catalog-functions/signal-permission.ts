/** Who may cancel another session's statement or end it: pg_signal_backend's checks. */
import { SqlError } from "@firstlight/common";
import { hasPrivilegesOf, isSuperuser } from "../privileges/memberships.ts";
import type { CatalogCall } from "./catalog-functions.ts";

export type Signal = "cancel" | "terminate";

const SIGNAL_BACKEND = 4200;

const WORDS = {
  cancel: { what: "cancel query", query: "cancel queries", own: "query is being canceled" },
  terminate: {
    what: "terminate process",
    query: "terminate processes",
    own: "process is being terminated",
  },
} as const;

function denied(signal: Signal, detail: string): SqlError {
  return new SqlError("42501", `permission denied to ${WORDS[signal].what}`, { detail });
}

/** `target`: whose session it is. */
export function checkMaySignal(call: CatalogCall, target: string, signal: Signal): void {
  const { image, session, currentUser } = call;
  const own = image.roleByName(currentUser ?? session.currentUser)?.oid ?? 0;
  if (isSuperuser(image, own)) return;
  const role = image.roleByName(target);
  const { query, own: whose } = WORDS[signal];
  if (role === undefined || role.superuser) {
    throw denied(
      signal,
      `Only roles with the SUPERUSER attribute may ${query} of roles with the SUPERUSER attribute.`,
    );
  }
  if (hasPrivilegesOf(image, own, role.oid) || hasPrivilegesOf(image, own, SIGNAL_BACKEND)) return;
  const object = signal === "cancel" ? "query" : "process";
  throw denied(
    signal,
    `Only roles with privileges of the role whose ${whose} or with privileges of the "pg_signal_backend" role may ${signal} this ${object}.`,
  );
}
