/** Statements, positions and errors as PostgreSQL's grammar gives them. */
import { SqlError } from "@firstlight/common";
import { beforeAll, describe, expect, test } from "vitest";
import { child, int, list } from "./node.ts";
import { parseError } from "./parse-error.ts";
import { loadParser, parse } from "./parser.ts";
import { UnitCursor, characterPosition } from "./source-position.ts";

beforeAll(loadParser);

function failure(text: string): SqlError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SqlError) return error;
  }
  throw new Error(`${text} was parsed`);
}

describe("a text whose tree does not fit into the parser's memory", () => {
  const long = " ".repeat(2 ** 24 + 1);

  test.each(["Parse result is null", "memory access out of bounds"])("%s: 53200", (message) => {
    expect(parseError(new Error(message), long)).toMatchObject({
      sqlstate: "53200",
      message: "out of memory",
    });
  });

  test("is told by the parser itself, too", () => {
    const sqlDetails = { cursorPosition: 0, fileName: "mcxt.c" };
    const error = Object.assign(new Error("out of memory"), { sqlDetails });
    expect(parseError(error, long)).toMatchObject({ sqlstate: "53200" });
  });

  test("is no reason for a defect to be called so", () => {
    const defect = new Error("Parse result is null");
    expect(parseError(defect, "select 1")).toBe(defect);
  });
});

describe("parse", () => {
  test("finds no statement in blanks, comments and semicolons", () => {
    for (const text of ["", "  \n", "-- c", "/* c */ ;;"]) expect(parse(text)).toEqual([]);
  });

  test("splits a text into statements with their own texts, whatever characters it has", () => {
    const statements = parse("select 'é😀' ; update t set a = '日本' ;;delete from t");
    expect(statements.map(({ tag, text }) => [tag, text])).toEqual([
      ["SelectStmt", "select 'é😀'"],
      ["UpdateStmt", "update t set a = '日本'"],
      ["DeleteStmt", "delete from t"],
    ]);
  });

  test("reports a syntax error at a 1-based character position", () => {
    const error = failure("select '日本😀', a b c");
    expect([error.sqlstate, error.message, error.fields.position]).toEqual([
      "42601",
      'syntax error at or near "c"',
      19,
    ]);
    expect(failure("select * from").fields.position).toBe(14);
  });

  test("reports an error in a later statement relative to the whole text", () => {
    expect(failure("select 1; select 'é' fro a b").fields.position).toBe(26);
  });

  test("refuses expressions that are nested too deeply and goes on working", () => {
    expect(failure(`select ${Array(50_000).fill("1").join("+")}`).sqlstate).toBe("54001");
    expect(parse("select 1")).toHaveLength(1);
  });

  test("gives the same trees for the same text", () => {
    expect(parse("select 42")).toBe(parse("select 42"));
  });

  test("reads what libpg-query leaves out as its default", () => {
    const [statement] = parse("select 0");
    const [target] = list(statement?.node ?? {}, "targetList");
    const value = child(child(target ?? {}, "ResTarget") ?? {}, "val");
    expect(int(child(child(value ?? {}, "A_Const") ?? {}, "ival") ?? {}, "ival")).toBe(0);
  });
});

describe("positions", () => {
  test("bytes become characters and texts", () => {
    const source = "aé😀b";
    expect([0, 1, 3, 7, 8].map((byte) => characterPosition(source, byte))).toEqual([1, 2, 3, 4, 5]);
    const cursor = new UnitCursor(source);
    expect([0, 1, 3, 7, 8, 99].map((byte) => cursor.at(byte))).toEqual([0, 1, 2, 4, 5, 5]);
  });
});
