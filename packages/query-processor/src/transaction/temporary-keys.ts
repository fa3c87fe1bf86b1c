/** Keys of temporary relations: they never reach storage. */
import type { Key, ScanPage, Span } from "@firstlight/common";
import { isGlobalKey } from "@firstlight/common";
import { FIRST_TEMPORARY_OID } from "../catalog/builtin-objects.ts";
import type { WriteSet } from "./write-set.ts";

/** High byte of the storage id, which follows the first byte of a data key. */
const FIRST_BYTE = FIRST_TEMPORARY_OID >>> 24;
const END_BYTE = 0x80;

export function isTemporaryKey(key: Key): boolean {
  const high = key.charCodeAt(1);
  return high >= FIRST_BYTE && high < END_BYTE && !isGlobalKey(key);
}

/** Committed rows of a session's temporary relations. */
export interface TemporaryRows {
  readonly inUse: boolean;
  readonly rows: WriteSet;
  page(span: Span, reverse: boolean): ScanPage;
}
