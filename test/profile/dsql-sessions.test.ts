/** What the dsql profile says of itself, and how it treats sessions as they begin. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, connectTo, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined).each(COMPOSITIONS)(
  "sessions of the dsql profile, %s",
  (composition) => {
    let database: TestDatabase;
    let client: pg.Client;

    beforeAll(async () => {
      database = await startDatabase(composition, ["--profile", "dsql-2026.09"]);
      client = await database.connect();
    });
    afterAll(async () => {
      await client?.end();
      await database?.destroy();
    });

    const value = async (sql: string): Promise<unknown> => {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return Object.values(rows[0] ?? {})[0];
    };

    it.each([
      ["SHOW server_version", "16.15"],
      ["SHOW server_version_num", "160015"],
      ["SELECT current_setting('server_version')", "16.15"],
      ["SELECT version()", "PostgreSQL 16"],
      ["SELECT current_database()", "postgres"],
      ["SELECT current_schema()", "public"],
      ["SHOW TimeZone", "UTC"],
      ["SHOW client_encoding", "UTF8"],
      ["SHOW transaction_isolation", "repeatable read"],
      ["SHOW default_transaction_read_only", "off"],
    ])("%s", async (sql, expected) => {
      expect(await value(sql)).toBe(expected);
    });

    const start = async (config: pg.ClientConfig): Promise<string> => {
      try {
        const session = await connectTo(database.running.ports[0] ?? 0, config);
        await session.end();
        return "runs";
      } catch (error) {
        const { severity, code, message } = error as pg.DatabaseError;
        return [severity, code, message].join(" ");
      }
    };

    it("refuses settings of the startup packet as SET does, fatally", async () => {
      const refusal = (name: string): string =>
        `FATAL 0A000 setting configuration parameter "${name}" not supported`;
      expect(await start({ statement_timeout: 1000 })).toBe(refusal("statement_timeout"));
      expect(await start({ options: "-c default_transaction_read_only=on" })).toBe(
        refusal("default_transaction_read_only"),
      );
      expect(await start({ options: "-c search_path=a", application_name: "b" })).toBe("runs");
    });

    it("makes a session read-only that asks for it", async () => {
      const session = await database.connect(1);
      await session.query("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
      await expect(session.query("CREATE TABLE a (id int)")).rejects.toThrow(
        "cannot execute CREATE TABLE in a read-only transaction",
      );
      await session.end();
    });

    it("gives numeric columns precision and scale", async () => {
      await client.query("CREATE TABLE amounts (a numeric, b numeric(1000, 2), c decimal)");
      const text = `SELECT string_agg(format_type(atttypid, atttypmod), ' ' ORDER BY attnum)
                    FROM pg_attribute WHERE attrelid = 'amounts'::regclass AND attnum > 0`;
      expect(await value(text)).toBe("numeric(18,6) numeric(1000,2) numeric(18,6)");
      expect(await value("INSERT INTO amounts VALUES (1.23456789) RETURNING a")).toBe("1.234568");
      await client.query("DROP TABLE amounts");
    });

    it("refuses by the extended protocol what it refuses by the simple one", async () => {
      const query = { name: "lock", text: "SELECT $1::int FROM pg_class FOR SHARE", values: [1] };
      await expect(client.query(query)).rejects.toThrow("locking clauses other than");
      expect(await value("SELECT 1")).toBe(1);
    });

    it("copies from and to the client", async () => {
      await client.query("CREATE TABLE copied (id int)");
      const { command } = await client.query("COPY copied TO STDOUT");
      expect(command).toBe("COPY");
      await client.query("DROP TABLE copied");
    });

    it("tells a conflict without explanations", async () => {
      await client.query("CREATE TABLE hot (id int PRIMARY KEY, n int)");
      await client.query("INSERT INTO hot VALUES (1, 0)");
      const other = await database.connect(1);
      await client.query("BEGIN; UPDATE hot SET n = 1");
      await other.query("UPDATE hot SET n = 2");
      const refused = await client.query("COMMIT").catch((error: unknown) => error);
      expect(refused).toMatchObject({
        severity: "ERROR",
        code: "40001",
        message: "change conflicts with another transaction (OC000)",
        detail: undefined,
        hint: undefined,
        table: undefined,
      });
      await other.end();
    });
  },
);
