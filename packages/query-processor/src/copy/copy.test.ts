/** COPY in both directions and all formats, over a real socket. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import postgres from "postgres";
import { startLoopback, wallClock } from "../session/testing/loopback.ts";
import type { Loopback } from "../session/testing/loopback.ts";
import { RawClient } from "../session/testing/raw-client.ts";
import { BINARY_SIGNATURE } from "./binary-reader.ts";

let loopback: Loopback;
let client: RawClient;

beforeAll(async () => {
  loopback = await startLoopback();
  client = await RawClient.connect(loopback.port);
});

afterAll(async () => {
  client.close();
  await loopback.stop();
});

beforeEach(() => {
  loopback.engine.rows = [];
});

async function copyIn(statement: string, ...data: (string | Buffer)[]): Promise<string[]> {
  client.query(statement);
  const first = await client.until("GEZ");
  if (first.at(-1)?.type !== "G") {
    await client.until("Z");
    return [client.errorText(first)];
  }
  for (const piece of data) client.send("d", Buffer.from(piece));
  client.send("c");
  const rest = await client.until("Z");
  const error = client.errorText(rest);
  return error === "" ? [client.tags(rest).join()] : error.split("\n");
}

describe("COPY FROM STDIN", () => {
  it("stores the rows of text data, whatever way it is cut into messages", async () => {
    expect(
      await copyIn("copy t from stdin", "1\ta", "b\n2", "\t\\N\n3\tx\\ty\\\\z\\x41\\101\n"),
    ).toEqual(["COPY 3"]);
    expect(loopback.engine.rows).toEqual([
      [1, "ab"],
      [2, null],
      [3, "x\ty\\zAA"],
    ]);
  });

  // CopyReadLineText: a marker behind data ends the copy with that row, or is corrupt.
  it("takes the end marker behind the last row, and nowhere else", async () => {
    expect(await copyIn("copy t from stdin", "1\ta\n2\tb\\.\n", "3\tc\n")).toEqual(["COPY 2"]);
    expect(loopback.engine.rows).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    const corrupt = await copyIn("copy t from stdin", "1\ta\n2\tb\\.c\n");
    expect(corrupt.join()).toContain("22P04 end-of-copy marker corrupt");
    expect(await copyIn("copy t from stdin", "3\tb\\\\.c\n")).toEqual(["COPY 1"]);
    expect(loopback.engine.rows.at(-1)).toEqual([3, "b\\.c"]);
  });

  it("lets all lines of csv end alike", async () => {
    const data = ["1,a\r\n", "2,b\r\n", '3,"c\nd"\r\n', "4,e\n"];
    const refused = await copyIn("copy t from stdin csv", ...data);
    expect(refused.join()).toContain("22P04 unquoted newline found in data");
    expect(await copyIn("copy t from stdin csv", ...data.slice(0, 3))).toEqual(["COPY 3"]);
  });

  // The first line says how lines end.
  it("takes lines that end with a return alone, in messages of any length", async () => {
    for (const data of ["1\ta\r2\tb\\\r\r3\t\\N\r", "1\ta\r2\tb\\\r\r3\t\\N"]) {
      for (let size = 1; size <= data.length; size++) {
        const pieces = data.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        expect(await copyIn("copy t from stdin", ...pieces)).toEqual(["COPY 3"]);
        expect(loopback.engine.rows.slice(-3)).toEqual([
          [1, "a"],
          [2, "b\r"],
          [3, null],
        ]);
      }
    }
    const refused = await copyIn("copy t from stdin csv", '1,"a\r"\r2,b\r', "3,c\n");
    expect(refused).toEqual(["ERROR 22P04 unquoted newline found in data", "COPY t, line 4"]);
  });

  it("sees an end of a line that is not the others'", async () => {
    const refused = async (...data: string[]): Promise<string> => {
      const [error, where] = await copyIn("copy t from stdin", ...data);
      return `${error ?? ""}, ${where ?? ""}`;
    };
    const literal = (what: string, line: number): string =>
      `ERROR 22P04 literal ${what} found in data, COPY t, line ${line}`;
    expect(await refused("1\ta\n2\tb\r\n")).toBe(literal("carriage return", 2));
    expect(await refused("1\ta\n2\tb\\\\\rc\n")).toBe(literal("carriage return", 2));
    expect(await refused("1\ta\n2\tb\\\rc\rd\n")).toBe(literal("carriage return", 2));
    expect(await refused("1\ta\r\n2\tb\\\r\n")).toBe(literal("newline", 2));
    expect(await refused("1\ta\r\n2\tb\r")).toBe(literal("carriage return", 2));
    const style = "ERROR 22P04 end-of-copy marker does not match previous newline style";
    expect(await refused("1\ta\r\n\\.\n")).toBe(`${style}, COPY t, line 2`);
    const corrupt = "ERROR 22P04 end-of-copy marker corrupt";
    expect(await refused("1\ta\n\\.")).toBe(`${corrupt}, COPY t, line 2`);
  });

  it("does not look at what is behind the end, however it breaks off", async () => {
    const half = Buffer.from([0xe6]);
    expect(await copyIn("copy t from stdin", "1\ta\n\\.\n", half)).toEqual(["COPY 1"]);
    expect(await copyIn("copy t from stdin csv", "1,a\n2,b\n\\.\n", half)).toEqual(["COPY 2"]);
    const binary = Buffer.concat([BINARY_SIGNATURE, Buffer.alloc(8)]);
    expect(await copyIn("copy t from stdin (format binary)", binary, half)).toEqual(["COPY 0"]);
    const more = Buffer.concat([half, half]);
    const refused = await copyIn("copy t from stdin (format binary)", binary, more);
    expect(refused.join()).toContain("22P04 row field count is -6426, expected 2");
  });

  it("takes what is not the end marker, and an escape of nothing, as PostgreSQL does", async () => {
    expect(await copyIn("copy t (b) from stdin csv", "a\n", "\\.")).toEqual(["COPY 2"]);
    expect(loopback.engine.rows.map((row) => row[0])).toEqual(["a", "\\."]);
    expect(await copyIn("copy t (b) from stdin", "a\\")).toEqual(["COPY 1"]);
    expect(loopback.engine.rows.at(-1)?.[0]).toBe("a");
  });

  it("tells what cannot be a field before what is no value, and both before what is missing", async () => {
    const told = async (sql: string, data: string): Promise<string> =>
      (await copyIn(sql, "1\ta\n", data)).join("; ");
    expect(await told("copy t from stdin", "x\ta\\377\n")).toBe(
      'ERROR 22021 invalid byte sequence for encoding "UTF8": 0xff; COPY t, line 2: "x\ta\\377"',
    );
    expect(await told("copy t from stdin", "x\n")).toContain(
      "invalid input syntax for type integer",
    );
    expect(await told("copy t from stdin (default 'D')", "x\tD\n")).toContain(
      'unexpected default marker in COPY data; COPY t, line 2: "x\tD"',
    );
  });

  it("takes an escaped newline as data, the end marker, and a last line without newline", async () => {
    expect(await copyIn("copy t from stdin", "1\ta\\\nb\n2\tb\n\\.\nrubbish")).toEqual(["COPY 2"]);
    expect(loopback.engine.rows).toEqual([
      [1, "a\nb"],
      [2, "b"],
    ]);
    expect(await copyIn("copy t from stdin", "1\tlast")).toEqual(["COPY 1"]);
    expect(await copyIn("copy t from stdin", "1\tcrlf\r\n2\tx\r\n")).toEqual(["COPY 2"]);
    expect(loopback.engine.rows.at(-1)).toEqual([2, "x"]);
  });

  it("says where the data is wrong", async () => {
    expect(await copyIn("copy t from stdin", "1\ta\n2\n")).toEqual([
      'ERROR 22P04 missing data for column "b"',
      'COPY t, line 2: "2"',
    ]);
    expect(await copyIn("copy t from stdin", "1\ta\tc\n")).toEqual([
      "ERROR 22P04 extra data after last expected column",
      'COPY t, line 1: "1\ta\tc"',
    ]);
    expect(await copyIn("copy t from stdin", "1\ta\nx\tb\n")).toEqual([
      'ERROR 22P02 invalid input syntax for type integer: "x"',
      'COPY t, line 2, column a: "x"',
    ]);
    expect(loopback.engine.rows).toEqual([]);
  });

  it("reads csv with quotes, newlines in them, and header", async () => {
    const csv = 'a,b\n1,"x, ""y""\nz"\n2,\n3,""\n';
    for (const cut of [3, 8, 9, 12, 14, 17, 18, 21]) {
      loopback.engine.rows = [];
      expect(
        await copyIn(
          "copy t from stdin (format csv, header match)",
          csv.slice(0, cut),
          csv.slice(cut),
        ),
      ).toEqual(["COPY 3"]);
      expect(loopback.engine.rows).toEqual([
        [1, 'x, "y"\nz'],
        [2, null],
        [3, ""],
      ]);
    }
    expect(await copyIn("copy t from stdin csv", '1,"a\nb\n')).toEqual([
      "ERROR 22P04 unterminated CSV quoted field",
      'COPY t, line 1: "1,"a',
      "b",
      '"',
    ]);
    expect(await copyIn("copy t from stdin (format csv, header match)", "a,c\n")).toEqual([
      'ERROR 22P04 column name mismatch in header line field 2: got "c", expected "b"',
      'COPY t, line 1: "a,c"',
    ]);
  });

  it("reads what it wrote in binary", async () => {
    loopback.engine.rows = [
      [1, "a"],
      [2, null],
    ];
    client.query("copy t to stdout (format binary)");
    const out = await client.until("Z");
    const data = Buffer.concat(out.filter(({ type }) => type === "d").map(({ body }) => body));
    loopback.engine.rows = [];
    for (const cut of [5, 19, 20, 23, 30, data.length - 1]) {
      loopback.engine.rows = [];
      expect(
        await copyIn("copy t from stdin binary", data.subarray(0, cut), data.subarray(cut)),
      ).toEqual(["COPY 2"]);
      expect(loopback.engine.rows).toEqual([
        [1, "a"],
        [2, null],
      ]);
    }
  });

  it("ends with the client's reason when the client gives up", async () => {
    client.query("copy t from stdin");
    await client.until("G");
    client.send("d", Buffer.from("1\ta\n"));
    client.send("f", Buffer.from("no more\0"));
    expect(client.errorText(await client.until("Z"))).toContain(
      "57014 COPY from stdin failed: no more",
    );
    expect(loopback.engine.rows).toEqual([]);
  });

  it("refuses another message in the middle, and wrong UTF-8", async () => {
    expect((await copyIn("copy t from stdin", Buffer.from("1\t\xff\n", "latin1")))[0]).toBe(
      'ERROR 22021 invalid byte sequence for encoding "UTF8": 0xff',
    );
    expect(await copyIn("copy t from stdin (delimiter 'ab')")).toEqual([
      "ERROR 0A000 COPY delimiter must be a single one-byte character",
    ]);
  });
});

describe("COPY TO STDOUT", () => {
  async function copyOut(statement: string): Promise<string> {
    client.query(statement);
    const messages = await client.until("Z");
    return messages
      .filter(({ type }) => type === "d")
      .map(({ body }) => body.toString())
      .join("");
  }

  it("escapes what it must", async () => {
    loopback.engine.rows = [
      [1, 'a\tb\\c\n"'],
      [2, null],
      [3, ""],
    ];
    expect(await copyOut("copy t to stdout")).toBe('1\ta\\tb\\\\c\\n"\n2\t\\N\n3\t\n');
    expect(await copyOut("copy t to stdout (format csv, header)")).toBe(
      'a,b\n1,"a\tb\\c\n"""\n2,\n3,""\n',
    );
    expect(await copyOut("copy t to stdout (format csv, force_quote (a), null 'x')")).toBe(
      '"1","a\tb\\c\n"""\n"2",x\n"3",\n',
    );
    expect(await copyOut("copy (select generate_series(1, 3)) to stdout")).toBe("1\n2\n3\n");
  });

  it("works through postgres.js in both directions", async () => {
    const sql = postgres({
      host: "127.0.0.1",
      port: loopback.port,
      user: "postgres",
      database: "postgres",
      max: 1,
    });
    const into = await sql`copy t from stdin`.writable();
    await new Promise<void>((resolve, reject) => {
      into.on("error", reject);
      into.on("finish", resolve);
      for (let at = 0; at < 5000; at++) into.write(`${String(at)}\tvalue ${String(at)}\n`);
      into.end();
    });
    expect(loopback.engine.rows.length).toBe(5000);
    const from = await sql`copy t to stdout`.readable();
    let bytes = 0;
    for await (const chunk of from) bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThan(5000 * 10);
    await sql.end();
  });
});

describe("COPY of much data", () => {
  it("leaves others their turns, however it is cut into messages", async () => {
    let turns = 0;
    let micros = 0;
    const wall = wallClock();
    // Every look at it says that the session has held the event loop for its share.
    const clock = {
      ...wall,
      monotonicMicros: () => (micros += 5_000),
      endOfTick: (callback: () => void) => {
        turns++;
        wall.endOfTick(callback);
      },
    };
    const watched = await startLoopback({}, {}, clock);
    const other = await RawClient.connect(watched.port);
    other.query("copy t from stdin");
    await other.until("G");
    const [lines, of] = [40_000, "1\tsome text or other\n"];
    turns = 0;
    other.send("d", Buffer.from(of.repeat(lines)));
    other.send("c");
    expect(other.tags(await other.until("Z")).join()).toBe(`COPY ${lines}`);
    expect(turns).toBeGreaterThanOrEqual((lines * of.length) / 16_384);
    other.close();
    await watched.stop();
  });
});
