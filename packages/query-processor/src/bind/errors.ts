/**
 * Errors while binding carry the 1-based byte offset of a parse node, as those of name resolution in
 * @firstlight/sql do; bindStatement turns it into PostgreSQL's character position at its end.
 */
import { SqlError, type SqlErrorFields, featureNotSupported } from "@firstlight/common";
import { characterPosition } from "../parse/source-position.ts";

/** An error at a 0-based byte offset, -1 for none. */
export function bindError(
  sqlstate: string,
  message: string,
  location: number,
  fields: SqlErrorFields = {},
): SqlError {
  return new SqlError(
    sqlstate,
    message,
    location < 0 ? fields : { ...fields, position: location + 1 },
  );
}

/** The same error at a 0-based byte offset, -1 for none, unless it has a place. */
export function locatedAt(error: SqlError, location: number): SqlError {
  return error.at(location < 0 ? undefined : location + 1);
}

export function unsupported(feature: string, location: number): SqlError {
  return featureNotSupported(feature, location < 0 ? {} : { position: location + 1 });
}

/** Runs a binding step over `source`; its errors leave with character positions. */
export function withSource<T>(source: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
    if (!(error instanceof SqlError)) throw error;
    const { position } = error.fields;
    if (position === undefined) throw error;
    const character = characterPosition(source, position - 1);
    throw new SqlError(error.sqlstate, error.message, { ...error.fields, position: character });
  }
}

/** Runs a step whose errors are about what stands at this byte offset. */
export function positionedAt<T>(location: number, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SqlError) || error.fields.position !== undefined) throw error;
    throw bindError(error.sqlstate, error.message, location, error.fields);
  }
}

/** Runs a step over a text that the client did not send (a view, a default): positions mean nothing. */
export function withoutPositions<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SqlError) || error.fields.position === undefined) throw error;
    throw new SqlError(error.sqlstate, error.message, { ...error.fields, position: undefined });
  }
}
