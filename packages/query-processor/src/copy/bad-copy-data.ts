/** Errors in the data of COPY, with the line and column that they are about. */
import { SqlError } from "@firstlight/common";
import { shortened } from "../execute/row-constraints.ts";

export interface CopyPlace {
  readonly table: string;
  readonly line: number;
}

/** As PostgreSQL limits what it prints of the data. */
const SHOWN_BYTES_MAX = 100;

function shown(text: string): string {
  return shortened(text, SHOWN_BYTES_MAX);
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

/** Behind what the error says of its place in the value; a place in the data is told once. */
export function withContext(error: unknown, place: string): unknown {
  if (!(error instanceof SqlError)) return error;
  const { where: known } = error.fields;
  if (known !== undefined && /^COPY /mu.test(known)) return error;
  const where = known === undefined ? place : `${known}\n${place}`;
  return new SqlError(error.sqlstate, error.message, { ...error.fields, where, cause: error });
}
