/** LISTEN, UNLISTEN and NOTIFY: what they say happens when their transaction commits. */
import type { ParseNode } from "../parse/parsed-statement.ts";
import { textField } from "./parse-fields.ts";
import type { Session } from "./session.ts";
import type { Utility } from "./utility.ts";

function statement(run: (session: Session, node: ParseNode) => string): Utility {
  return {
    endsFailedBlock: () => false,
    columns: () => undefined,
    // oxlint-disable-next-line require-yield -- a task that never waits
    *run(session, { node }) {
      return { command: run(session, node) };
    },
  };
}

export const listenStatement: Utility = statement((session, node) => {
  const channel = textField(node, "conditionname") ?? "";
  session.block.transaction.notifications.act({ kind: "listen", channel });
  return "LISTEN";
});

export const unlistenStatement: Utility = statement((session, node) => {
  const channel = textField(node, "conditionname");
  if (channel === undefined || channel === "") unlistenAll(session);
  else session.block.transaction.notifications.act({ kind: "unlisten", channel });
  return "UNLISTEN";
});

export const notifyStatement: Utility = statement((session, node) => {
  const channel = textField(node, "conditionname") ?? "";
  session.notify(channel, textField(node, "payload") ?? "");
  return "NOTIFY";
});

export function unlistenAll(session: Session): void {
  if (session.listener !== undefined) {
    session.block.transaction.notifications.act({ kind: "unlistenAll" });
  }
}
