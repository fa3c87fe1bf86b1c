/** COPY FROM that commits on its way: firstlight.copy_commit_size. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answerTo } from "../sql/answer.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing } from "../support/processes.ts";
import type { WireMessage } from "../support/wire.ts";
import { WireClient, errorFields, messages, readText, valuesOf } from "../support/wire.ts";

const missing = buildMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

/** More than the server takes as one transaction with 64 kB, several times. */
const ROWS = 8_000;
const FILLER = "x".repeat(100);
const COPY = "COPY t FROM STDIN";

/** Rows [from, to) as lines. */
function lines(from: number, to: number): string {
  let text = "";
  for (let id = from; id < to; id++) text += `${String(id)}\t${FILLER}\n`;
  return text;
}

describe.skipIf(missing !== undefined)("COPY FROM with firstlight.copy_commit_size", () => {
  let database: TestDatabase;
  let client: WireClient;
  let other: WireClient;

  beforeAll(async () => {
    database = await startDatabase("embedded");
  });
  afterAll(() => database.destroy());
  beforeEach(async () => {
    const port = database.running.ports[0] ?? 0;
    client = await WireClient.connect(port);
    other = await WireClient.connect(port);
    await client.query("SET firstlight.copy_commit_size = '64kB'");
    await client.query("CREATE TABLE t (id int PRIMARY KEY, filler text)");
  });
  afterEach(async () => {
    await other.query("DROP TABLE t");
    client.close();
    other.close();
  });

  async function begin(statement = COPY): Promise<void> {
    client.send(messages.query(statement));
    await client.until("G");
  }

  async function end(): Promise<WireMessage[]> {
    client.send(messages.copyDone());
    return [...(await client.until("Z"))];
  }

  async function copy(data: string, statement = COPY): Promise<WireMessage[]> {
    await begin(statement);
    client.send(messages.copyData(data));
    return end();
  }

  async function asked(sql: string): Promise<string> {
    const row = (await other.query(sql)).find(({ tag }) => tag === "D");
    return row === undefined ? "" : String(valuesOf(row.body)[0]);
  }

  function tagOf(answer: readonly WireMessage[]): string {
    return answer.flatMap(({ tag, body }) => (tag === "C" ? [readText(body)] : [])).join();
  }

  function errorOf(answer: readonly WireMessage[]): Readonly<Record<string, string>> {
    return errorFields(answer.find(({ tag }) => tag === "E")?.body ?? Buffer.alloc(0));
  }

  /** Runs it, and counts what was committed in the meantime; the first asking counts as one. */
  async function commitsOf(run: () => Promise<unknown>): Promise<number> {
    const commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
    const before = Number(await asked(commits));
    await run();
    return Number(await asked(commits)) - before - 1;
  }

  it("stores all rows, in several transactions, and counts them all", async () => {
    const commits = await commitsOf(async () => {
      expect(tagOf(await copy(lines(0, ROWS)))).toBe(`COPY ${String(ROWS)}`);
    });
    expect(commits).toBeGreaterThan(4);
    expect(await asked("SELECT count(*) FROM t")).toBe(String(ROWS));
  });

  it("does so where rows are looked at as values", async () => {
    await client.query("ALTER TABLE t ADD CHECK (id >= 0), ADD at timestamptz DEFAULT now()");
    const statement = "COPY t (id, filler) FROM STDIN WHERE id % 2 = 0";
    const commits = await commitsOf(async () => {
      expect(tagOf(await copy(lines(0, ROWS), statement))).toBe(`COPY ${String(ROWS / 2)}`);
    });
    expect(commits).toBeGreaterThan(2);
    expect(await asked("SELECT count(*) FROM t")).toBe(String(ROWS / 2));
  });

  it("does so in the extended protocol", async () => {
    const commits = await commitsOf(async () => {
      client.send(messages.parse(COPY), messages.bind([]), messages.execute());
      await client.until("G");
      client.send(messages.copyData(lines(0, ROWS)), messages.copyDone(), messages.sync());
      expect(tagOf(await client.until("Z"))).toBe(`COPY ${String(ROWS)}`);
    });
    expect(commits).toBeGreaterThan(4);
    expect(await asked("SELECT count(*) FROM t")).toBe(String(ROWS));
  });

  it("FREEZE takes the portal that runs it for no reader of the table", async () => {
    await client.query("BEGIN; CREATE TABLE frozen (id int, filler text)");
    const freeze = "COPY frozen FROM STDIN (FREEZE)";
    client.send(messages.parse(freeze), messages.bind([]), messages.execute());
    await client.until("G");
    client.send(messages.copyData(lines(0, 2)), messages.copyDone(), messages.sync());
    expect(tagOf(await client.until("Z"))).toBe("COPY 2");
    await client.query("ROLLBACK");
  });

  it("is one transaction by default, and in a transaction block", async () => {
    await client.query("BEGIN");
    expect(tagOf(await copy(lines(0, ROWS)))).toBe(`COPY ${String(ROWS)}`);
    expect(await asked("SELECT count(*) FROM t")).toBe("0");
    await client.query("ROLLBACK");
    expect(await asked("SELECT count(*) FROM t")).toBe("0");
    await client.query("RESET firstlight.copy_commit_size");
    expect(await commitsOf(() => copy(lines(0, ROWS)))).toBe(1);
    expect(await asked("SELECT count(*) FROM t")).toBe(String(ROWS));
  });

  it("commits nothing of what came before it in the same message", async () => {
    await begin(`INSERT INTO t VALUES (-1); ${COPY}`);
    client.send(messages.copyData(`${lines(0, ROWS)}wrong\t1\n`));
    expect(errorOf(await end())).toMatchObject({ C: "22P02" });
    expect(await asked("SELECT count(*) FROM t")).toBe("0");
  });

  it("says how far it has committed when it fails, and can go on from there", async () => {
    const error = errorOf(await copy(`${lines(0, ROWS)}wrong\tx\n`));
    expect(error).toMatchObject({ C: "22P02" });
    expect(error["W"]).toContain(`line ${String(ROWS + 1)}, column id`);
    const [, line] =
      /^The data up to line (\d+) were committed before: (\d+) rows\.$/u.exec(error["H"] ?? "") ??
      [];
    expect(await asked("SELECT count(*) FROM t")).toBe(line);
    expect(await asked("SELECT max(id) + 1 FROM t")).toBe(line);
    const rest = ROWS - Number(line);
    expect(rest).toBeLessThan(ROWS);
    expect(tagOf(await copy(lines(Number(line), ROWS)))).toBe(`COPY ${String(rest)}`);
    expect(await asked("SELECT count(*) FROM t")).toBe(String(ROWS));
  });

  it("finds what it has committed itself to be taken", async () => {
    const error = errorOf(await copy(lines(0, ROWS) + lines(0, 1)));
    expect(error).toMatchObject({ C: "23505", D: "Key (id)=(0) already exists." });
    expect(error["W"]).toContain(`line ${String(ROWS + 1)}`);
  });

  it("ends with 40001 when the table has become another one (I10)", async () => {
    await begin();
    client.send(messages.copyData(lines(0, ROWS)));
    await eventually("rows of it", async () => (await asked("SELECT count(*) FROM t")) !== "0");
    await other.query("ALTER TABLE t ALTER filler TYPE varchar(200)");
    const before = await asked("SELECT count(*) FROM t");
    client.send(messages.copyData(lines(ROWS, 3 * ROWS)));
    const error = errorOf(await end());
    expect(error).toMatchObject({ C: "40001" });
    expect(error["H"]).toContain(`were committed before: ${before} rows.`);
    expect(await asked("SELECT count(*) FROM t")).toBe(before);
  });

  it("can be cancelled between its transactions, and leaves the session usable", async () => {
    await begin();
    client.send(messages.copyData(lines(0, ROWS)), messages.copyFail("enough"));
    const error = errorOf(await client.until("Z"));
    expect(error).toMatchObject({ C: "57014" });
    expect(error["H"]).toMatch(/were committed before/u);
    const shown = await answerTo(client, "SHOW firstlight.copy_commit_size");
    expect(shown.join()).toContain("64kB");
  });
});
