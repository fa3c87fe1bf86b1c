/**
 * xmin, xmax, cmin and cmax as functions of the row's columns: what a row is tells its version, so
 * nothing of it is stored, and RETURNING knows it before the commit (docs/decisions/0028).
 *
 * - xmin: a fingerprint of the row, another one after every change of it.
 * - xmax: 0, but not 0 for a row that this statement deletes, and for one that ON CONFLICT found.
 * - cmin, cmax: 0, as commands of a transaction have no numbers.
 */
import type { Call, Datum, Expr, Implementation, Routine, RowFingerprint } from "@firstlight/sql";
import { oids, requireProc, rowFingerprint } from "@firstlight/sql";

/** Behind the columns of what INSERT ... ON CONFLICT returns: whether the row was there. */
export const FOUND_COLUMN = -2;

interface Kind {
  /** PostgreSQL assigns no object such a number. */
  readonly oid: number;
  readonly name: string;
  readonly type: number;
  /** Undefined: 0. `isFound` is the value of the argument behind the columns, if there is one. */
  readonly value?: (fingerprint: number, isFound: Datum | undefined) => number;
}

/** Transaction ids below are PostgreSQL's own. */
const FIRST_XID = 3;
const XIDS = 2 ** 32 - FIRST_XID;
const OTHER_BITS = 0x5bd1e995;

function xidOf(fingerprint: number): number {
  return FIRST_XID + (fingerprint % XIDS);
}

/** A transaction other than the one that made the row. */
function enderOf(fingerprint: number): number {
  return xidOf((fingerprint ^ OTHER_BITS) >>> 0);
}

export type RowVersionKind = "xmin" | "xmax" | "cmin" | "cmax" | "xmaxOfEnded" | "xmaxIfFound";

const KINDS: Readonly<Record<RowVersionKind, Kind>> = {
  xmin: { oid: 15_990, name: "xmin", type: oids.XID, value: xidOf },
  xmax: { oid: 15_991, name: "xmax", type: oids.XID },
  cmin: { oid: 15_992, name: "cmin", type: oids.CID },
  cmax: { oid: 15_993, name: "cmax", type: oids.CID },
  /** xmax of a row that is being deleted, or that ON CONFLICT is about. */
  xmaxOfEnded: { oid: 15_994, name: "xmax", type: oids.XID, value: enderOf },
  /** xmax of what INSERT ... ON CONFLICT returns: the transaction has locked what it found. */
  xmaxIfFound: {
    oid: 15_995,
    name: "xmax",
    type: oids.XID,
    value: (fingerprint, isFound) => (isFound === true ? xidOf(fingerprint) : 0),
  },
};

/** A pg_proc entry to differ from: any plain function. */
const MODEL = 6192;

function implementationOf({ value }: Kind, row: readonly Expr[]): Implementation {
  if (value === undefined) return () => 0;
  const columns = row.filter((each) => each.kind !== "var" || each.column >= 0);
  const numbers = columns.map((each, at) => (each.kind === "var" ? each.column : at));
  const types = columns.map(({ type }) => type);
  let fingerprint: RowFingerprint | undefined;
  return (_context, ...values: Datum[]) => {
    fingerprint ??= rowFingerprint(types, numbers);
    return value(fingerprint(values), values[types.length]);
  };
}

/** `row`: the columns, and FOUND_COLUMN behind them for xmaxIfFound. */
export function rowVersion(name: RowVersionKind, row: readonly Expr[], position: number): Call {
  const kind = KINDS[name];
  // Of what is 0 in every row one column still tells which relation is meant.
  const args = kind.value === undefined ? row.slice(0, 1) : row;
  const routine: Routine = {
    ...requireProc(MODEL),
    oid: kind.oid,
    name: kind.name,
    strict: false,
    returnType: kind.type,
    argTypes: args.map(({ type }) => type),
    implementation: implementationOf(kind, args),
    shownAs: "column",
    toJSON: () => kind.oid,
  };
  const { oid: proc, type } = kind;
  return {
    kind: "call",
    type,
    typmod: -1,
    position,
    proc,
    args,
    display: "function",
    operator: 0,
    routine,
  };
}
