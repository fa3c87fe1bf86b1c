/** Type modifiers as the typmodin functions of pg_type encode them, with their checks. */
import { SqlError } from "@firstlight/common";
import { packTypmod, type TypeRow } from "@firstlight/sql";
import { asTag, child, int, list, string } from "./node.ts";
import type { ParseNode } from "./parsed-statement.ts";

/** Modifiers are constants; names and strings are left to types that take them, of which none is here. */
function modifierValues(nodes: readonly ParseNode[], location: number): readonly number[] {
  return nodes.map((node) => {
    const constant = asTag(node, "A_Const");
    if (constant === undefined && asTag(node, "ColumnRef") === undefined) {
      throw new SqlError("42601", "type modifiers must be simple constants or identifiers", {
        position: location + 1,
      });
    }
    const integer = constant === undefined ? undefined : child(constant, "ival");
    const text = constant === undefined ? undefined : child(constant, "sval");
    const value = integer === undefined ? Number(string(text ?? {}, "sval")) : int(integer, "ival");
    if (Number.isInteger(value) && (integer !== undefined || text !== undefined)) return value;
    throw new SqlError("22P02", `invalid input syntax for type integer: "${textOf(node)}"`, {
      position: location + 1,
    });
  });
}

function textOf(node: ParseNode): string {
  const column = asTag(node, "ColumnRef");
  if (column !== undefined) return list(column, "fields").map(stringOf).join(".");
  const constant = asTag(node, "A_Const") ?? {};
  const float = child(constant, "fval");
  if (float !== undefined) return string(float, "fval");
  return string(child(constant, "sval") ?? {}, "sval");
}

function stringOf(node: ParseNode): string {
  return string(asTag(node, "String") ?? {}, "sval");
}

/** Errors of the values point at the type's name. */
function packed(row: TypeRow, values: readonly number[], location: number): number {
  let typmod: number | undefined;
  try {
    typmod = packTypmod(row.oid, values);
  } catch (error) {
    if (error instanceof SqlError && location >= 0) throw error.at(location + 1);
    throw error;
  }
  if (typmod !== undefined) return typmod;
  throw new SqlError("0A000", `type modifiers of ${row.name} are not supported`);
}

/** -1 when no modifiers are written. */
export function typmodOf(
  row: TypeRow,
  nodes: readonly ParseNode[],
  written: string,
  location: number,
): number {
  if (nodes.length === 0) return -1;
  if (row.modIn === 0) {
    throw new SqlError(
      "42601",
      `type modifier is not allowed for type "${written}"`,
      location < 0 ? {} : { position: location + 1 },
    );
  }
  return packed(row, modifierValues(nodes, location), location);
}
