/** COPY with a file of the server: who may name one, and which names are taken (DoCopy, BeginCopyTo). */
import type { ServerFileReader, ServerFileWriter, ServerFiles } from "@firstlight/common";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Session } from "../session/session.ts";
import type { Task } from "../session/task.ts";

const HINT =
  "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.";

function requireRole(session: Session, role: string, direction: "from" | "to"): void {
  if (session.settings.isSuperuser) return;
  const member = session.facts.currentUser;
  const found = session.engine.roleFor(session.block.transaction, { role, member });
  if (found?.mayBecome === true) return;
  throw new SqlError("42501", `permission denied to COPY ${direction} a file`, {
    detail: `Only roles with privileges of the "${role}" role may COPY ${direction} a file.`,
    hint: HINT,
  });
}

function filesOf(session: Session): ServerFiles {
  const { serverFiles } = session.runtime;
  if (serverFiles === undefined) throw featureNotSupported("COPY with a file of the server");
  return serverFiles;
}

export function* openToRead(session: Session, path: string): Task<ServerFileReader> {
  requireRole(session, "pg_read_server_files", "from");
  return yield* opened(session, filesOf(session).openToRead(path));
}

export function* openToWrite(session: Session, path: string): Task<ServerFileWriter> {
  requireRole(session, "pg_write_server_files", "to");
  if (!path.startsWith("/")) {
    throw new SqlError("42602", "relative path not allowed for COPY to file");
  }
  return yield* opened(session, filesOf(session).openToWrite(path));
}

/** A file that opens after the statement was given up is closed again. */
function* opened<F extends { close(): void }>(session: Session, opening: Promise<F>): Task<F> {
  try {
    return yield* session.wait(opening);
  } catch (error) {
    opening.then(
      (file) => file.close(),
      () => {},
    );
    throw error;
  }
}
