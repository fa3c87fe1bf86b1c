/** Cuts a record of COPY FROM into fields, which are places in the bytes that came. */
import type { Field } from "./field.ts";
import type { StoredRecord } from "./stored-record.ts";

/** The record is out of the ordinary: nothing is said of it. */
export const UNCUT = -1;

export interface RecordCutter {
  /**
   * Of a block whose last byte is a newline: the record at `start` with its fields' places. Returns
   * its end, without its newline and a return before it, or UNCUT.
   */
  cut(block: Buffer, start: number, record: StoredRecord): number;
  /** A field that is not plain, or that its type has to read. */
  fieldOf(block: Buffer, field: number, record: StoredRecord): Field;
}

const BACKSLASH = 0x5c;
const POINT = 0x2e;

/** Whether the record is the one behind which nothing is read any more. */
export function isEndMarker(block: Buffer, start: number, end: number): boolean {
  return end - start === 2 && block[start] === BACKSLASH && block[start + 1] === POINT;
}

/** Whether block[start, end) are these bytes. */
export function isSame(block: Buffer, start: number, end: number, bytes: Buffer): boolean {
  if (end - start !== bytes.length) return false;
  for (let at = 0; at < bytes.length; at++) if (block[start + at] !== bytes[at]) return false;
  return true;
}
