/**
 * Looks at an LMDB file before it is mapped: reading a page that a truncated file no longer has ends
 * the process by a signal, again at every start. A file may rightly be shorter than its last page, if
 * that page was never written because it is free; so where one is short, another process reads all
 * that is stored, and how it ends is the answer.
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { DamagedStoreError } from "@firstlight/common";

/** Where LMDB's two meta pages have what is needed; all numbers little-endian. */
const MAGIC_AT = 24;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_BYTES = 160;
const MAGIC = 0xbeef_c0de;
const PROBE_MILLIS = 60_000;
const PROBE_PATH = fileURLToPath(new URL("./lmdb-probe.js", import.meta.url));

interface Meta {
  readonly lastPage: number;
  readonly transaction: number;
}

function readMeta(file: number, at: number): Meta | undefined {
  const bytes = Buffer.alloc(META_BYTES);
  if (readSync(file, bytes, 0, META_BYTES, at) < META_BYTES) return undefined;
  if (bytes.readUInt32LE(MAGIC_AT) !== MAGIC) return undefined;
  return {
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE_AT)),
    transaction: Number(bytes.readBigUInt64LE(TRANSACTION_AT)),
  };
}

/** Throws DamagedStoreError if what is stored cannot be read. A file that is not there is fine. */
export function checkFile(path: string, pageBytes: number): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const metas = [readMeta(file, 0), readMeta(file, pageBytes)];
    const newest = metas.reduce((a, b) =>
      (b?.transaction ?? -1) > (a?.transaction ?? -1) ? b : a,
    );
    if (newest === undefined) throw new DamagedStoreError(`${path} is no LMDB file`);
    if (size < (newest.lastPage + 1) * pageBytes) probe(path);
  } finally {
    closeSync(file);
  }
}

function probe(path: string): void {
  if (!existsSync(PROBE_PATH)) return;
  const options = { timeout: PROBE_MILLIS, stdio: "ignore" } as const;
  const { signal, status } = spawnSync(process.execPath, [PROBE_PATH, dirname(path)], options);
  if (status === 0) return;
  throw new DamagedStoreError(`${path} is truncated (${signal ?? `code ${status ?? "?"}`})`);
}
