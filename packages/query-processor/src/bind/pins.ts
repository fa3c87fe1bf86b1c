/**
 * What names in text of the schema stand for. While a text is bound to be stored, its parse nodes
 * are given what their names meant: relations, attributes, operators, constraints, parameters. The
 * stored tree has these beside the names, so that renaming changes nothing.
 */
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { PinnedRelation } from "./pinned-relations.ts";

/** Numbers and names, as of when it was stored. */
export type NumberedName = readonly [number: number, name: string];

export interface PinnedName {
  /** pg_attribute.attnum, of a field of a composite value. */
  readonly attribute?: number;
  /** The fields that (row).* is. */
  readonly attributes?: readonly NumberedName[];
  /** OID of a user's operator. */
  readonly operator?: number;
  /** OID of an index. */
  readonly arbiter?: number;
  /** Of the one table whose row the expression is over, whatever its name: a column, the row. */
  readonly own?: "column" | "row";
  /** Number of a parameter of the function whose body it is. */
  readonly parameter?: number;
}

/** By the fields of the node. */
export type Pins = Map<ParseNode, PinnedRelation | PinnedName>;

const FIELD = "pinned";
const NOTHING: PinnedName = {};

function pinned(fields: ParseNode): object | undefined {
  const value: unknown = fields[FIELD];
  return typeof value === "object" && value !== null ? value : undefined;
}

/** What the node's name stands for, where it is a relation's. */
export function pinOf(fields: ParseNode): PinnedRelation | undefined {
  return pinned(fields) as PinnedRelation | undefined;
}

/** What the node's name stands for, where it is none of a relation. */
export function pinnedName(fields: ParseNode): PinnedName {
  return pinned(fields) ?? NOTHING;
}

/** A copy of the tree with the pins in it. */
export function withPins(node: unknown, pins: Pins): unknown {
  if (pins.size === 0) return node;
  if (Array.isArray(node)) return node.map((each) => withPins(each, pins));
  if (typeof node !== "object" || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = withPins(value, pins);
  const pin = pins.get(node as ParseNode);
  if (pin !== undefined) copy[FIELD] = pin;
  return copy;
}
