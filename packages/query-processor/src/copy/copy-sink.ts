/** Where the lines of COPY TO go: CopyData messages to the client, or a file of the server. */
import type { ServerFileWriter } from "@firstlight/common";
import { sendPart } from "../session/send-long.ts";
import type { Session } from "../session/session.ts";
import type { Task } from "../session/task.ts";
import { copyDone, copyOutResponse } from "../wire/messages.ts";
import { Output } from "../wire/output.ts";
import type { CopyOptions } from "./copy-options.ts";

export interface CopySink {
  readonly output: Output;
  begin(): void;
  end(): void;
  /** Lets what has gathered of a message leave: nothing ends the statement in between. */
  part(): Task<void> | undefined;
  /** Lets what has gathered leave when it is much. */
  relieve(): Task<void>;
  flush(): Task<void>;
  /** In any case, and last. */
  close(): void;
}

export function clientSink(
  session: Session,
  { format }: CopyOptions,
  columnCount: number,
): CopySink {
  const { output } = session;
  return {
    output,
    begin: () => copyOutResponse(output, format === "binary" ? 1 : 0, columnCount),
    part: () => sendPart(session),
    relieve: () => session.relieve(),
    end: () => copyDone(output),
    flush: () => session.relieve(),
    close: () => {},
  };
}

/** What is written as messages, without their headers. */
class UnframedOutput extends Output {
  override begin(): void {}
  override header(): void {}
  override end(): void {}
}

const WRITE_BYTES = 256 * 1024;

export function fileSink(session: Session, file: ServerFileWriter): CopySink {
  const output = new UnframedOutput();
  function* write(): Task<void> {
    output.release();
    if (output.hasReleased) yield* session.wait(file.write(output.take()));
  }
  function* relieve(): Task<void> {
    if (output.size >= WRITE_BYTES) yield* write();
  }
  return {
    output,
    begin: () => {},
    part: relieve,
    relieve,
    end: () => {},
    flush: write,
    close: () => file.close(),
  };
}
