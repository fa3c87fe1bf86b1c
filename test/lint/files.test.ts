/** The linter on files as people have them: places, psql's own lines, data, transactions, fixes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "firstlight";
import { lintFiles } from "firstlight";
import { describe, expect, it } from "vitest";
import { runFirstlight } from "../support/command.ts";
import { buildMissing } from "../support/processes.ts";

async function lint(text: string, strict = false): Promise<readonly Finding[]> {
  const [linted] = await lintFiles([{ name: "f.sql", text }], { strict });
  return linted?.findings ?? [];
}

async function fixed(text: string): Promise<string | undefined> {
  const [linted] = await lintFiles([{ name: "f.sql", text }]);
  return linted?.fixed;
}

const shown = (findings: readonly Finding[]): string[] =>
  findings.map(({ line, column, rule }) => `${line}:${column} ${rule}`);

describe("places", () => {
  it("are of the statement, or of what its error points at", async () => {
    const text = "SELECT 1;\n\n  /* ü */ TRUNCATE t;\nSELECT 1 +\n  FROM t;\n";
    expect(shown(await lint(text))).toEqual(["3:11 truncate", "5:3 sqlstate-42601"]);
  });

  it("count a character outside of the basic plane as one", async () => {
    expect(shown(await lint("/* 😀 */ TRUNCATE t"))).toEqual(["1:9 truncate"]);
  });
});

describe("files", () => {
  it("may have psql's own lines and the data of COPY", async () => {
    const text = [
      "\\set ON_ERROR_STOP on",
      "CREATE TABLE t (a int, b text);",
      "COPY t (a, b) FROM stdin;",
      "1\tTRUNCATE t;",
      "\\.",
      "\\echo it's done",
      "TRUNCATE t;",
    ].join("\n");
    expect(shown(await lint(text))).toEqual(["7:1 truncate"]);
  });

  it("follow each other as migrations do", async () => {
    const create = { name: "1.sql", text: "CREATE TABLE t (id serial PRIMARY KEY);" };
    const use = {
      name: "2.sql",
      text: "INSERT INTO t DEFAULT VALUES; ALTER TABLE t DROP COLUMN id;",
    };
    const [first, second] = await lintFiles([create, use]);
    expect(shown(first?.findings ?? [])).toEqual(["1:1 serial"]);
    expect(shown(second?.findings ?? [])).toEqual(["1:31 drop-primary-key-column"]);
  });

  it("are not blamed for what other files have made, unless strictly", async () => {
    const text = "INSERT INTO made_elsewhere VALUES (1);";
    expect(await lint(text)).toEqual([]);
    expect(shown(await lint(text, true))).toEqual(["1:13 sqlstate-42P01"]);
  });
});

describe("fixes", () => {
  it("leave the rest of the file as it is", async () => {
    const text = "-- one\nTRUNCATE a, b;  -- two\n\nVACUUM;\nSELECT 1; -- three\n";
    expect(await fixed(text)).toBe(
      "-- one\nDELETE FROM a;\nDELETE FROM b;  -- two\n\nSELECT 1; -- three\n",
    );
  });

  it("cut transactions that may not be one", async () => {
    const text = "BEGIN;\nCREATE TABLE a (id int);\nCREATE INDEX ON a (id);\nCOMMIT;\nSELECT 1;\n";
    expect(shown(await lint(text))).toEqual(["3:1 create-index", "3:1 multiple-ddl"]);
    expect(await fixed(text)).toBe(
      "CREATE TABLE a (id int);\nCREATE INDEX ASYNC ON a (id);\nSELECT 1;\n",
    );
  });

  it("leave transactions alone that may be one", async () => {
    const text = "BEGIN;\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\nCOMMIT;\n";
    expect(await fixed(text)).toBeUndefined();
  });

  it("keep names that take quotes", async () => {
    const text =
      'CREATE TABLE "A b"."C d" (x int);\nALTER TABLE "A b"."C d" ALTER "x" SET NOT NULL;';
    expect(await fixed(text)).toContain(
      'ALTER TABLE "A b"."C d" ADD CONSTRAINT "C d_x_not_null" CHECK ("x" IS NOT NULL) NOT VALID',
    );
  });

  it("turn a column with constraints into steps", async () => {
    const text = `CREATE TABLE t (id int PRIMARY KEY);
ALTER TABLE t ADD COLUMN s text NOT NULL DEFAULT 'a, b' CHECK (s <> '') UNIQUE, ADD n int;`;
    expect(await fixed(text)).toBe(`CREATE TABLE t (id int PRIMARY KEY);
ALTER TABLE t ADD COLUMN s text;
ALTER TABLE t ALTER COLUMN s SET DEFAULT 'a, b';
UPDATE t SET s = DEFAULT;
ALTER TABLE t ADD CONSTRAINT t_s_not_null CHECK (s IS NOT NULL) NOT VALID;
ALTER TABLE ASYNC t VALIDATE CONSTRAINT t_s_not_null;
ALTER TABLE t ADD CHECK (s <> '') NOT VALID;
CREATE UNIQUE INDEX ASYNC ON t (s);
ALTER TABLE t ADD n int;`);
  });
});

describe.skipIf(buildMissing() !== undefined)("firstlight lint", () => {
  it("ends with 1 for what it finds, with 0 for what it has fixed", async () => {
    const directory = mkdtempSync(join(tmpdir(), "firstlight-lint-"));
    const file = join(directory, "a.sql");
    writeFileSync(file, "TRUNCATE t;\n");
    const found = await runFirstlight("lint", file);
    expect(found).toMatchObject({ code: 1, stderr: "" });
    expect(found.stdout.split("\n").slice(0, 2)).toEqual([
      `${file}:1:1  truncate  unsupported statement: Truncate (0A000)`,
      "    fix:  DELETE FROM t;",
    ]);
    const json = await runFirstlight("lint", "--format", "json", file);
    expect(JSON.parse(json.stdout)).toMatchObject([{ rule: "truncate", line: 1, fixable: true }]);
    expect(await runFirstlight("lint", "--fix", file)).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(file, "utf8")).toBe("DELETE FROM t;\n");
    rmSync(directory, { recursive: true });
  });

  it("says in one line what it cannot do", async () => {
    const cases: readonly (readonly [string[], RegExp, number])[] = [
      [["lint"], /needs files/u, 2],
      [["lint", "/nowhere.sql"], /\/nowhere\.sql cannot be read/u, 1],
      [["lint", "--profile", "x", "-"], /there is no profile "x"/u, 2],
      [["lint", "--format", "xml", "-"], /--format must be text or json/u, 2],
    ];
    for (const [args, text, code] of cases) {
      const result = await runFirstlight(...args);
      expect(result.stderr).toMatch(text);
      expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(result.code).toBe(code);
    }
  });
});
