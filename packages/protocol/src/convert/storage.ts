/** Storage messages between contract and wire. */
import type { PointRead, ScanPage, ScanRequest, Span, StorageStatus } from "@firstlight/common";
import { keyFromBytes, keyToBytes, timestamp } from "@firstlight/common";
import type { KeySpan, KeySpan__Output } from "../gen/firstlight/v1/KeySpan.ts";
import type { PointRead as WireRead, PointRead__Output } from "../gen/firstlight/v1/PointRead.ts";
import type {
  PointReadReply,
  PointReadReply__Output,
} from "../gen/firstlight/v1/PointReadReply.ts";
import type { ScanPage as WirePage, ScanPage__Output } from "../gen/firstlight/v1/ScanPage.ts";
import type {
  ScanRequest as WireScan,
  ScanRequest__Output,
} from "../gen/firstlight/v1/ScanRequest.ts";
import type {
  StorageStatus as WireStatus,
  StorageStatus__Output,
} from "../gen/firstlight/v1/StorageStatus.ts";
import { malformed } from "./adjudicator.ts";

const NO_BYTES: Buffer = Buffer.alloc(0);

function toSpan(span: Span): KeySpan {
  return { start: keyToBytes(span.start), end: keyToBytes(span.end) };
}

function fromSpan(span: KeySpan__Output): Span {
  return { start: keyFromBytes(span.start), end: keyFromBytes(span.end) };
}

export function toRead(request: PointRead): WireRead {
  const { snapshot, catalogVersion } = request;
  const wire = { snapshot, keys: request.keys.map(keyToBytes) };
  return catalogVersion === undefined ? wire : { ...wire, catalogVersion };
}

export function fromRead(request: PointRead__Output): PointRead {
  const versioned = request._catalogVersion === "catalogVersion";
  return {
    snapshot: timestamp(request.snapshot),
    catalogVersion: versioned ? request.catalogVersion : undefined,
    keys: request.keys.map(keyFromBytes),
  };
}

export function toReadReply(values: readonly (Uint8Array | undefined)[]): PointReadReply {
  const missing: number[] = [];
  const present = values.map((value, at) => {
    if (value === undefined) missing.push(at);
    return value ?? NO_BYTES;
  });
  return { values: present, missing };
}

export function fromReadReply(reply: PointReadReply__Output): (Uint8Array | undefined)[] {
  const values: (Uint8Array | undefined)[] = reply.values;
  for (const at of reply.missing) values[at] = undefined;
  return values;
}

export function toScan(request: ScanRequest): WireScan {
  const { snapshot, catalogVersion, span, reverse, program, rowLimit, pageBytes, withKeys } =
    request;
  return {
    snapshot,
    span: toSpan(span),
    reverse,
    pageBytes,
    withKeys,
    ...(catalogVersion === undefined ? {} : { catalogVersion }),
    ...(program === undefined ? {} : { program }),
    ...(rowLimit === undefined ? {} : { rowLimit }),
    ...(request.holdsHorizon === true ? { holdsHorizon: true } : {}),
  };
}

export function fromScan(request: ScanRequest__Output): ScanRequest {
  const { reverse, program, rowLimit, pageBytes, withKeys } = request;
  if (!request.span) throw malformed("scan without a span");
  const versioned = request._catalogVersion === "catalogVersion";
  return {
    snapshot: timestamp(request.snapshot),
    catalogVersion: versioned ? request.catalogVersion : undefined,
    span: fromSpan(request.span),
    reverse,
    pageBytes,
    withKeys,
    format: "encoded",
    ...(request._program === "program" && program !== undefined ? { program } : {}),
    ...(request._rowLimit === "rowLimit" && rowLimit !== undefined ? { rowLimit } : {}),
    ...(request.holdsHorizon ? { holdsHorizon: true } : {}),
  };
}

export function toPage(page: ScanPage): WirePage {
  const { batch, keys, rest, scanned } = page;
  if (batch.kind === "values") throw new TypeError("rows for the wire must be encoded");
  const rows = batch.kind === "raw" ? batch.values : batch.rows;
  return {
    raw: batch.kind === "raw",
    rows: [...rows],
    keys: keys === undefined ? [] : keys.map(keyToBytes),
    ...(rest === undefined ? {} : { rest: toSpan(rest) }),
    ...(scanned === undefined ? {} : { scanned }),
  };
}

export function fromPage(page: ScanPage__Output, withKeys: boolean): ScanPage {
  return {
    keys: withKeys ? page.keys.map(keyFromBytes) : undefined,
    batch: page.raw ? { kind: "raw", values: page.rows } : { kind: "encoded", rows: page.rows },
    rest: page.rest ? fromSpan(page.rest) : undefined,
    ...(page.raw ? {} : { scanned: page.scanned }),
  };
}

export function toStatus(status: StorageStatus): WireStatus {
  const { watermark, horizon, positions, applied } = status;
  return { watermark, horizon, positions: { ...positions }, applied: { ...applied } };
}

export function fromStatus(status: StorageStatus__Output): StorageStatus {
  return {
    watermark: timestamp(status.watermark),
    horizon: timestamp(status.horizon),
    positions: { ...status.positions },
    applied: { ...status.applied },
  };
}
