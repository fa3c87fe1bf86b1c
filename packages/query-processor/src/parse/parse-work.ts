/**
 * What is done on another thread with a text that is long: parsing it, and packing its tree in parts.
 * Its first part may be the error that the text has instead.
 */
import { SqlError } from "@firstlight/common";
import type { SqlErrorFields } from "@firstlight/common";
import { grammarStatements, loadParser } from "./parser.ts";
import type { TreePart } from "./tree-parts.ts";
import { packStatements } from "./tree-parts.ts";

export type ParsedPart =
  | TreePart
  | {
      readonly kind: "error";
      readonly sqlstate: SqlError["sqlstate"];
      readonly message: string;
      readonly fields: SqlErrorFields;
    };

/** Parts are moved together up to so many characters: each move costs a turn. */
const MOVED_LENGTH = 1 << 18;

function sizeOf(part: ParsedPart): number {
  if (part.kind === "constants") return part.cells.text.length + 13 * part.cells.kinds.length;
  if (part.kind === "text") return part.text.length;
  return part.kind === "error" ? 0 : part.json.length;
}

function partsOf(text: string): readonly ParsedPart[] {
  try {
    return packStatements(grammarStatements(text));
  } catch (error) {
    if (error instanceof SqlError) {
      const { sqlstate, message, fields } = error;
      return [{ kind: "error", sqlstate, message, fields }];
    }
    if (!(error instanceof RangeError)) throw error;
    return [
      { kind: "error", sqlstate: "54001", message: "stack depth limit exceeded", fields: {} },
    ];
  }
}

function* grouped(all: readonly ParsedPart[]): Generator<readonly ParsedPart[], void> {
  let group: ParsedPart[] = [];
  let size = 0;
  for (const part of all) {
    group.push(part);
    size += sizeOf(part);
    if (size < MOVED_LENGTH) continue;
    yield group;
    group = [];
    size = 0;
  }
  if (group.length > 0) yield group;
}

/** For the Threads port. */
export async function work(text: string): Promise<Generator<readonly ParsedPart[], void>> {
  await loadParser();
  return grouped(partsOf(text));
}
