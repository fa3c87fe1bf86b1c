/**
 * Where the containers of a jsonb value lie in PostgreSQL's binary form of it: keyvalue() shows these
 * offsets as ids.
 */
import * as binary from "../../types/binary.ts";
import type { JsonbNode, Numeric } from "../../values/datum.ts";
import { utf8Bytes } from "../text/characters.ts";

/** Of a stored numeric: length word, header of two or four bytes, digits. */
function numericSize(value: Numeric): number {
  if (value.kind !== "finite") return 6;
  const wire = binary.numericBytes(value);
  const weight = binary.readInt2(wire, 2);
  const short = value.scale <= 63 && weight >= -64 && weight <= 63;
  return 4 + (short ? 2 : 4) + binary.readInt2(wire, 0) * 2;
}

function aligned(offset: number): number {
  return (offset + 3) & ~3;
}

type Offsets = Map<JsonbNode, number>;

function addValue(node: JsonbNode, at: number, into: Offsets): number {
  if (node.kind === "string") return at + utf8Bytes(node.value).length;
  if (node.kind === "number") return aligned(at) + numericSize(node.value);
  if (node.kind !== "array" && node.kind !== "object") return at;
  return addContainer(node, aligned(at), into);
}

function addContainer(node: JsonbNode, at: number, into: Offsets): number {
  into.set(node, at);
  if (node.kind === "array") {
    let end = at + 4 + node.items.length * 4;
    for (const item of node.items) end = addValue(item, end, into);
    return end;
  }
  if (node.kind !== "object") return at;
  let end = at + 4 + node.entries.length * 8;
  for (const [key] of node.entries) end += utf8Bytes(key).length;
  for (const [, value] of node.entries) end = addValue(value, end, into);
  return end;
}

/** Every array and object in `root` with its offset from it. */
export function containerOffsets(root: JsonbNode): ReadonlyMap<JsonbNode, number> {
  const offsets: Offsets = new Map();
  addContainer(root, 0, offsets);
  return offsets;
}
