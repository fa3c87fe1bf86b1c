/** Errors in the data of COPY, with the line and column that they are about. */
import { SqlError } from "@firstlight/common";

export interface CopyPlace {
  readonly table: string;
  readonly line: number;
}

const SHOWN_MAX = 100;

/** As PostgreSQL limits what it prints of the data. */
function shown(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text;
}

export function lineContext(place: CopyPlace, line: string): string {
  return `COPY ${place.table}, line ${String(place.line)}: "${shown(line)}"`;
}

export function placeContext({ table, line }: CopyPlace): string {
  return `COPY ${table}, line ${String(line)}`;
}

export function columnContext(place: CopyPlace, column: string, value: string | null): string {
  const at = `COPY ${place.table}, line ${String(place.line)}, column ${column}`;
  return value === null ? `${at}: null input` : `${at}: "${shown(value)}"`;
}

export function badCopyData(message: string, where: string, hint?: string): SqlError {
  return new SqlError("22P04", message, { where, hint });
}

export function withContext(error: unknown, where: string): unknown {
  if (!(error instanceof SqlError) || error.fields.where !== undefined) return error;
  return new SqlError(error.sqlstate, error.message, { ...error.fields, where, cause: error });
}
