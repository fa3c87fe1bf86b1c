/** Failures made on purpose: no automatic repetition hides them from the client. */
import { SqlError } from "@firstlight/common";

export class InjectedError extends SqlError {
  /** Like `error` in all that a client sees. */
  static like({ sqlstate, message, fields }: SqlError): InjectedError {
    return new InjectedError(sqlstate, message, fields);
  }
}

/** Ends the connection without a word to the client. */
export class DroppedConnection extends InjectedError {
  constructor() {
    super("08007", "the connection was dropped on purpose", { severity: "FATAL" });
  }
}
