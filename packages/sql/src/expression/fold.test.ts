/** What is folded is kept with a plan: what a short text makes long is not. */
import { describe, expect, it } from "vitest";
import { PG_PROC } from "../catalog-data/pg-proc.ts";
import { CatalogText } from "../catalog/tsv.ts";
import type { Datum } from "../values/datum.ts";
import { foldConstants } from "./fold.ts";
import type { Expr } from "./tree.ts";
import { registerBuiltins } from "../functions/register-builtins.ts";

registerBuiltins();

const [INT4, TEXT] = [23, 25];
const base = { typmod: -1, position: -1 };
const constant = (value: Datum, type: number): Expr => ({ kind: "const", value, type, ...base });

function call(source: string, args: readonly Expr[]): Expr {
  const row = new CatalogText(PG_PROC).rows().find((each) => each.text("prosrc") === source);
  if (row === undefined) throw new Error(`no function ${source}`);
  const type = row.number("prorettype");
  return {
    kind: "call",
    proc: row.number("oid"),
    args,
    type,
    display: "function",
    operator: 0,
    ...base,
  };
}

function repeated(times: number): Expr {
  return call("repeat", [constant("x", TEXT), constant(times, INT4)]);
}

describe("folding", () => {
  it("makes a constant of what is short", () => {
    expect(foldConstants(repeated(3))).toMatchObject({ kind: "const", value: "xxx" });
  });

  it("leaves what is long to each execution, and what is made of it", () => {
    expect(foldConstants(repeated(100_000))).toMatchObject({ kind: "call", once: true });
    const joined = call("textcat", [repeated(100_000), constant("y", TEXT)]);
    expect(foldConstants(joined)).toMatchObject({ kind: "call", once: true });
  });
});
