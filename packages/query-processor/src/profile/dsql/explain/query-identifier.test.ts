/** Query identifiers: what they look like, and what they are the same for. */
import { describe, expect, it } from "vitest";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { queryIdentifier, zBase32 } from "./query-identifier.ts";

/** `SELECT id FROM TABLE WHERE id = VALUE` */
function select(table: string, value: number, location: number): ParseNode {
  const id = { ColumnRef: { fields: [{ String: { sval: "id" } }], location: 7 } };
  return {
    SelectStmt: {
      targetList: [{ ResTarget: { val: id } }],
      fromClause: [{ RangeVar: { relname: table, location } }],
      whereClause: {
        A_Expr: {
          kind: "AEXPR_OP",
          lexpr: id,
          rexpr: { A_Const: { ival: { ival: value }, location: location + 9 } },
        },
      },
    },
  };
}

describe("query identifiers", () => {
  it("are 64 bits in z-base-32", () => {
    expect(zBase32(0n)).toBe("y".repeat(13));
    expect(zBase32((1n << 64n) - 1n)).toBe(`${"9".repeat(12)}6`);
    expect(zBase32(1n)).toBe(`${"y".repeat(12)}n`);
    expect(queryIdentifier(select("t", 1, 15))).toMatch(
      /^[ybndrfg8ejkmcpqxot1uwisza345h769]{13}$/u,
    );
  });

  it("are the same whatever constants are given, and wherever names stand", () => {
    const one = queryIdentifier(select("t", 1, 15));
    expect(queryIdentifier(select("t", 2, 18))).toBe(one);
    expect(queryIdentifier(select("u", 1, 15))).not.toBe(one);
  });
});
