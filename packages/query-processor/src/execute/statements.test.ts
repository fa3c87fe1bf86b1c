/** Whole statements over a MemoryTransaction, from text to rows. */
import type { Key } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { oids } from "@firstlight/sql";
import { beforeAll, describe, expect, it } from "vitest";
import { testCatalog, testTable } from "../bind/testing/test-catalog.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { loadParser } from "../parse/parser.ts";
import { MemoryTransaction } from "./testing/memory-transaction.ts";
import { runStatement } from "./testing/statement-runner.ts";

const catalog: Catalog = testCatalog([
  testTable({
    oid: 1000,
    name: "account",
    columns: [
      { name: "id", type: oids.INT4 },
      { name: "name", type: oids.TEXT },
      { name: "balance", type: oids.INT8 },
    ],
    primary: [1],
    unique: [[2]],
    checks: ["balance >= 0"],
  }),
  testTable({
    oid: 1200,
    name: "entry",
    columns: [
      { name: "account", type: oids.INT4 },
      { name: "amount", type: oids.INT4 },
    ],
  }),
]);

const values = new Map<Key, Uint8Array>();

function copy(asynchronous = false): MemoryTransaction {
  return new MemoryTransaction(new Map(values), { asynchronous });
}

async function rowsOf(text: string, transaction = copy()): Promise<readonly Row[]> {
  return (await runStatement(text, transaction, catalog)).rows;
}

async function failure(text: string, transaction = copy()): Promise<SqlError> {
  try {
    await runStatement(text, transaction, catalog);
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error("did not fail");
}

beforeAll(async () => {
  await loadParser();
  const transaction = new MemoryTransaction(values);
  await runStatement(
    "insert into account values (1, 'ann', 10), (2, 'bob', 20), (3, 'cem', 30), (4, null, null)",
    transaction,
    catalog,
  );
  await runStatement(
    "insert into entry values (1, 5), (1, -2), (3, 7), (9, 1), (null, 2)",
    transaction,
    catalog,
  );
});

describe("a SELECT", () => {
  it("reads one row by its primary key", async () => {
    expect(await rowsOf("select name, balance from account where id = 2")).toEqual([["bob", 20n]]);
  });

  it("reads by a unique index, and answers from the index alone where it can", async () => {
    expect(await rowsOf("select id from account where name = 'cem'")).toEqual([[3]]);
    expect(await rowsOf("select name from account where name > 'ann' order by name")).toEqual([
      ["bob"],
      ["cem"],
    ]);
  });

  it("takes a range, a list, and a value of another width", async () => {
    expect(await rowsOf("select id from account where id between 2 and 3")).toEqual([[2], [3]]);
    expect(await rowsOf("select id from account where id in (3, 1, 3, 99)")).toEqual([[1], [3]]);
    expect(await rowsOf("select id from account where id = 2::int8")).toEqual([[2]]);
    expect(await rowsOf("select id from account where id > 3000000000")).toEqual([]);
    expect(await rowsOf("select id from account where id < 3000000000 limit 1")).toEqual([[1]]);
  });

  it("sorts in either direction by the primary key", async () => {
    expect(await rowsOf("select id from account order by id desc limit 2")).toEqual([[4], [3]]);
  });

  it("joins in every way", async () => {
    const inner = "select a.id, e.amount from account a join entry e on e.account = a.id";
    expect(await rowsOf(`${inner} order by 1, 2`)).toEqual([
      [1, -2],
      [1, 5],
      [3, 7],
    ]);
    const full =
      "select a.id, e.account, e.amount from account a full join entry e on e.account = a.id";
    expect(await rowsOf(`${full} order by 3, 1`)).toEqual([
      [1, 1, -2],
      [null, 9, 1],
      [null, null, 2],
      [1, 1, 5],
      [3, 3, 7],
      [2, null, null],
      [4, null, null],
    ]);
  });

  it("tells NOT IN from NOT EXISTS where there is a NULL", async () => {
    const notIn = "select id from account where id not in (select account from entry)";
    expect(await rowsOf(notIn)).toEqual([]);
    const notExists =
      "select id from account a where not exists (select 1 from entry e where e.account = a.id) order by 1";
    expect(await rowsOf(notExists)).toEqual([[2], [4]]);
  });

  it("runs correlated subqueries, lateral ones too", async () => {
    const scalar =
      "select id, (select sum(amount) from entry e where e.account = a.id) from account a order by id";
    expect(await rowsOf(scalar)).toEqual([
      [1, 3n],
      [2, null],
      [3, 7n],
      [4, null],
    ]);
    const lateral =
      "select a.id, l.amount from account a, lateral (select amount from entry e where e.account = a.id order by amount limit 1) l order by 1";
    expect(await rowsOf(lateral)).toEqual([
      [1, -2],
      [3, 7],
    ]);
  });

  it("refuses a scalar subquery of two rows", async () => {
    const error = await failure("select (select amount from entry)");
    expect(error.sqlstate).toBe("21000");
  });

  it("locks rows by checks on their keys", async () => {
    const transaction = copy();
    await rowsOf("select id from account where id = 1 for update", transaction);
    await rowsOf("select id from account where id = 2 for key share", transaction);
    expect(transaction.checks.map((check) => check.intent)).toEqual(["X", "K"]);
  });

  it("gives the same from a transaction that answers later", async () => {
    const text =
      "select a.name, count(*) from account a left join entry e on e.account = a.id group by a.name order by a.name";
    expect(await rowsOf(text, copy(true))).toEqual(await rowsOf(text));
  });
});

describe("INSERT", () => {
  it("takes identity values from the column's sequence and computes generated columns", async () => {
    const sample = testTable({
      oid: 3000,
      name: "made",
      columns: [
        { name: "id", type: oids.INT4, identity: "always", notNull: true },
        { name: "v", type: oids.INT4 },
        { name: "w", type: oids.INT4, generated: "stored", default: "(v * 2)" },
      ],
      primary: [1],
    });
    const columns = sample.columns.map((column) =>
      column.name === "id" ? { ...column, sequence: 77 } : column,
    );
    const made = testCatalog([{ ...sample, columns }]);
    const transaction = new MemoryTransaction();
    const insert = "insert into made (v) values (5), (6) returning *";
    expect((await runStatement(insert, transaction, made)).rows).toEqual([
      [1, 5, 10],
      [2, 6, 12],
    ]);
    const update = "update made set v = v + 1 where id = 1 returning *";
    expect((await runStatement(update, transaction, made)).rows).toEqual([[1, 6, 12]]);
  });

  it("refuses a duplicate key and names the constraint", async () => {
    const error = await failure("insert into account values (7, 'x', 1), (1, 'y', 1)");
    expect(error.sqlstate).toBe("23505");
    expect(error.fields.detail).toBe("Key (id)=(1) already exists.");
    const unique = await failure("insert into account values (7, 'x', 1), (8, 'x', 1)");
    expect(unique.message).toBe('duplicate key value violates unique constraint "account_key0"');
  });

  it("allows any number of NULLs in a unique column", async () => {
    const transaction = copy();
    await rowsOf("insert into account values (7, null, 1), (8, null, 1)", transaction);
    expect(await rowsOf("select id from account where name is null", transaction)).toEqual([
      [4],
      [7],
      [8],
    ]);
  });

  it("checks NOT NULL and CHECK", async () => {
    const missing = await failure("insert into account values (null, 'x', 1)");
    expect(missing.sqlstate).toBe("23502");
    expect(missing.fields.detail).toBe("Failing row contains (null, x, 1).");
    expect((await failure("insert into account values (9, 'x', -1)")).sqlstate).toBe("23514");
  });

  it("does nothing or updates on conflict, but no row twice", async () => {
    const transaction = copy();
    const nothing = await runStatement(
      "insert into account values (1, 'z', 1), (5, 'z', 1), (6, 'z', 1) on conflict do nothing",
      transaction,
      catalog,
    );
    expect(nothing.rowCount).toBe(1);
    const upsert =
      "insert into account values (1, 'ann', 3) on conflict (id) do update set balance = account.balance + excluded.balance returning balance";
    expect(await rowsOf(upsert, transaction)).toEqual([[13n]]);
    const twice = await failure(
      "insert into account values (1, 'q', 1), (1, 'r', 1) on conflict (id) do update set balance = 0",
    );
    expect(twice.sqlstate).toBe("21000");
  });

  it("does not see its own rows", async () => {
    const transaction = copy();
    const text = "insert into entry select * from entry";
    expect((await runStatement(text, transaction, catalog)).rowCount).toBe(5);
    expect(await rowsOf("select count(*) from entry", transaction)).toEqual([[10n]]);
  });
});

describe("UPDATE and DELETE", () => {
  it("writes other columns with intent U, key columns as delete and insert", async () => {
    const transaction = copy();
    await rowsOf("update account set balance = balance + 1 where id = 1", transaction);
    expect([...transaction.kinds.values()]).toEqual(["update"]);
    transaction.kinds.clear();
    await rowsOf("update account set id = 100 where id = 1", transaction);
    expect([...transaction.kinds.values()].toSorted()).toEqual(["delete", "insert", "insert"]);
    expect(await rowsOf("select id, balance from account where name = 'ann'", transaction)).toEqual(
      [[100, 11n]],
    );
  });

  it("keeps the indexes true", async () => {
    const transaction = copy();
    await rowsOf("update account set name = 'dan' where name = 'bob'", transaction);
    expect(await rowsOf("select id from account where name = 'bob'", transaction)).toEqual([]);
    expect(await rowsOf("select id from account where name = 'dan'", transaction)).toEqual([[2]]);
    await rowsOf("delete from account where name = 'dan'", transaction);
    expect(await rowsOf("select id from account where name = 'dan'", transaction)).toEqual([]);
  });

  it("checks uniqueness row by row as PostgreSQL does", async () => {
    expect((await failure("update account set id = id + 1")).sqlstate).toBe("23505");
    const transaction = copy();
    await rowsOf("update account set id = id + 10", transaction);
    expect(await rowsOf("select id from account order by id", transaction)).toEqual([
      [11],
      [12],
      [13],
      [14],
    ]);
  });

  it("changes each row once however often the join finds it", async () => {
    const transaction = copy();
    const text =
      "update account a set balance = a.balance + 1 from entry e where e.account = a.id returning a.id";
    expect((await runStatement(text, transaction, catalog)).rowCount).toBe(2);
  });

  it("returns the old row of a DELETE USING", async () => {
    const text =
      "delete from account a using entry e where e.account = a.id and e.amount = 7 returning a.name, e.amount";
    expect(await rowsOf(text)).toEqual([["cem", 7]]);
  });
});

describe("memory", () => {
  const limited = async (text: string): Promise<string> => {
    try {
      await runStatement(text, copy(), catalog, [], [], 100_000);
      return "done";
    } catch (error) {
      if (error instanceof SqlError) return error.sqlstate;
      throw error;
    }
  };

  it("is refused past the limit by whatever would hold the rows", async () => {
    const source = "generate_series(1, 100000) i";
    expect(await limited(`select array_agg(i order by i) from ${source}`)).toBe("done");
    expect(await limited(`select row_number() over () from ${source}`)).toBe("53200");
    expect(await limited(`select 1 from entry e join ${source} on e.amount = i`)).toBe("done");
  });

  it("is not needed for what streams", async () => {
    const source = "generate_series(1, 100000) i";
    expect(await limited(`select count(*) from ${source}`)).toBe("done");
    expect(await limited(`select i from ${source} order by i desc limit 3`)).toBe("done");
    expect(await limited("select generate_series(1, 1000000000000) limit 3")).toBe("done");
  });
});

describe("WITH", () => {
  it("runs a recursive query to its end", async () => {
    const text =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5) select sum(i) from n";
    expect(await rowsOf(text)).toEqual([[15n]]);
  });

  it("runs modifying statements whether they are read or not", async () => {
    const transaction = copy();
    const text =
      "with gone as (delete from entry where account = 1 returning amount) select sum(amount) from gone";
    expect(await rowsOf(text, transaction)).toEqual([[3n]]);
    await rowsOf("with gone as (delete from entry) select 1", transaction);
    expect(await rowsOf("select count(*) from entry", transaction)).toEqual([[0n]]);
  });
});

describe("EXPLAIN", () => {
  async function lines(text: string): Promise<readonly unknown[]> {
    return (await rowsOf(text)).map((row) => row[0]);
  }

  it("shows the access path as PostgreSQL names it", async () => {
    expect(await lines("explain (costs off) select * from account where id = 2")).toEqual([
      "Index Scan using account_pkey on account",
      "  Index Cond: (id = 2)",
    ]);
    expect(await lines("explain (costs off) select * from entry where amount > 1")).toEqual([
      "Seq Scan on entry",
      "  Filter: (amount > 1)",
    ]);
  });

  it("reads a joined table by its primary key for few outer rows", async () => {
    const text =
      "explain (costs off) select e.amount, a.name from entry e join account a on a.id = e.account where e.amount = 7";
    expect(await lines(text)).toEqual([
      "Nested Loop",
      "  ->  Seq Scan on entry e",
      "        Filter: (amount = 7)",
      "  ->  Index Scan using account_pkey on account a",
      "        Index Cond: (id = e.account)",
    ]);
  });

  it("indents subplans below their title", async () => {
    const text = "explain (costs off) select (select sum(id) from account), amount from entry";
    expect(await lines(text)).toEqual([
      "Seq Scan on entry",
      "  InitPlan 1 (returns $0)",
      "    ->  Aggregate",
      "          ->  Seq Scan on account",
    ]);
  });

  it("runs the statement for ANALYZE and counts its rows", async () => {
    const transaction = copy();
    const text = "explain (analyze, costs off, timing off, summary off) delete from entry";
    expect(await rowsOf(text, transaction)).toEqual([
      ["Delete on entry (actual rows=0 loops=1)"],
      ["  ->  Seq Scan on entry (actual rows=5 loops=1)"],
    ]);
    expect(await rowsOf("select count(*) from entry", transaction)).toEqual([[0n]]);
  });

  it("gives the plan as JSON", async () => {
    const [row] = await rowsOf("explain (format json, costs off) select id from account");
    expect(JSON.parse(String(row?.[0] as string))).toEqual([
      {
        Plan: {
          "Node Type": "Seq Scan",
          "Parallel Aware": false,
          "Async Capable": false,
          "Relation Name": "account",
          Alias: "account",
        },
      },
    ]);
  });
});
