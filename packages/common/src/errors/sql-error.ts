/**
 * The one error that reaches a user. Its `sqlstate` decides behaviour; the message may improve.
 * Any other Error that reaches a session is a defect and is reported as XX000.
 */
export interface SqlErrorFields {
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** 1-based character offset into the statement's text. */
  readonly position?: number | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly dataType?: string | undefined;
  readonly constraint?: string | undefined;
  readonly where?: string | undefined;
  /** PostgreSQL's name for where it happened, for errors that drivers know by it. */
  readonly routine?: string | undefined;
  readonly severity?: "ERROR" | "FATAL" | "PANIC" | undefined;
  readonly cause?: unknown;
}

export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly sqlstate: string;
  readonly fields: SqlErrorFields;

  constructor(sqlstate: string, message: string, fields: SqlErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.sqlstate = sqlstate;
    this.fields = fields;
  }

  /** The same error with a position, unless it already has one. */
  at(position: number | undefined): SqlError {
    if (position === undefined || this.fields.position !== undefined) return this;
    return new SqlError(this.sqlstate, this.message, { ...this.fields, position });
  }
}

/** 0A000 with the feature's name: what is not there is refused, never answered wrongly. */
export function featureNotSupported(feature: string, fields: SqlErrorFields = {}): SqlError {
  return new SqlError("0A000", `${feature} is not supported`, fields);
}
