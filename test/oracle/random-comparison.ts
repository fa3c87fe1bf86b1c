/**
 * Compares random statements between PostgreSQL 16 and the planner and executor over an in-memory
 * transaction, with and without secondary indexes and pushdown, and shrinks what differs.
 */
import type { Key } from "@firstlight/common";
import pg from "pg";
import { MemoryTransaction } from "../../packages/query-processor/src/execute/testing/memory-transaction.ts";
import { runStatement } from "../../packages/query-processor/src/execute/testing/statement-runner.ts";
import type { PlannerSettings } from "../../packages/query-processor/src/plan/planner-settings.ts";
import { loadParser } from "../../packages/query-processor/src/parse/parser.ts";
import type { Oracle } from "./oracle.ts";
import { startOracle } from "./oracle.ts";
import type { Answer } from "./query-world.ts";
import { DATA, SCHEMA, catalog, comparable, indexedCatalog, ours, theirs } from "./query-world.ts";
import type { Sql } from "./random-sql.ts";
import { shrunk, textOf } from "./random-sql.ts";

/** Of PostgreSQL alone, for products of everything with everything. */
const PATIENCE_MILLIS = 1_000;
const TIMED_OUT = "57014";
/** What PostgreSQL refuses and Firstlight answers: conditions of FULL JOIN. */
const REFUSED = "0A000";

/** min, max and bool_and by an index, WITH TIES: PostgreSQL 16 keeps the ties of its inner query. */
function isTiesOfIndex(text: string, answer: Answer): boolean {
  return "sqlstate" in answer && answer.sqlstate === "21000" && text.includes(" with ties");
}

export interface Difference {
  readonly seed: number;
  readonly text: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

interface Variation {
  readonly indexed: boolean;
  readonly settings: Partial<PlannerSettings>;
}

/** What tables of a few rows would not have chosen for them: indexes, their order, and merges. */
const BY_ORDER: Partial<PlannerSettings> = {
  sequentialScan: false,
  hashJoin: false,
  hashAggregate: false,
  randomPageCost: 0.01,
};

const VARIATIONS: readonly Variation[] = [
  { indexed: false, settings: {} },
  { indexed: true, settings: {} },
  { indexed: true, settings: BY_ORDER },
  { indexed: true, settings: { ...BY_ORDER, nestedLoop: false, sort: false } },
];

interface Outcome {
  readonly answer: unknown;
  /** What the table changed by the statement holds after it. */
  readonly after: unknown;
}

/** Which of several rows breaks a constraint first depends on the order in which they are read. */
const BROKEN = new Set(["21000", "23502", "23505", "23514"]);

/** Texts of errors may differ in what they name first; rows and SQLSTATEs may not. */
function essence(answer: Answer): unknown {
  if ("rows" in answer) return answer;
  return BROKEN.has(answer.sqlstate) ? "a constraint" : answer.sqlstate;
}

export class RandomComparison {
  readonly #values = new Map<Key, Uint8Array>();
  readonly #indexedValues = new Map<Key, Uint8Array>();
  readonly #oracle: Oracle;
  readonly #client: pg.Client;

  private constructor(oracle: Oracle, client: pg.Client) {
    this.#oracle = oracle;
    this.#client = client;
  }

  static async start(): Promise<RandomComparison> {
    await loadParser();
    const oracle = await startOracle();
    const client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
    const comparison = new RandomComparison(oracle, client);
    for (const text of [...SCHEMA, ...DATA]) await client.query(text);
    await client.query(`set timezone = 'UTC'; set statement_timeout = ${PATIENCE_MILLIS}`);
    const transaction = new MemoryTransaction(comparison.#values);
    const indexed = new MemoryTransaction(comparison.#indexedValues);
    for (const text of DATA) {
      await runStatement(text, transaction, catalog);
      await runStatement(text, indexed, indexedCatalog);
    }
    return comparison;
  }

  async stop(): Promise<void> {
    await this.#client.end();
    await this.#oracle.stop();
  }

  /** Undefined when there is nothing to compare. */
  async #reference(text: string, table: string | undefined): Promise<Outcome | undefined> {
    await this.#client.query("begin");
    const reference = await theirs(text, this.#client);
    const failed = "sqlstate" in reference;
    const isOwnMistake = isTiesOfIndex(text, reference);
    if (failed && (isOwnMistake || [TIMED_OUT, REFUSED].includes(reference.sqlstate))) {
      await this.#client.query("rollback");
      return undefined;
    }
    const after =
      failed || table === undefined ? undefined : await theirs(contents(table), this.#client);
    await this.#client.query("rollback");
    return { answer: essence(comparable(text, reference)), after };
  }

  async #own(
    text: string,
    table: string | undefined,
    { indexed, settings }: Variation,
  ): Promise<Outcome> {
    const values = new Map(indexed ? this.#indexedValues : this.#values);
    const options = indexed ? { pushdown: true, asynchronous: true } : {};
    const transaction = new MemoryTransaction(values, options);
    const schema = indexed ? indexedCatalog : catalog;
    const answer = await ours(text, transaction, schema, settings).catch(String);
    if (typeof answer === "string") return { answer, after: undefined };
    const after =
      "sqlstate" in answer || table === undefined
        ? undefined
        : await ours(contents(table), transaction, schema);
    return { answer: essence(comparable(text, answer)), after };
  }

  async #difference(
    seed: number,
    text: string,
    table: string | undefined,
  ): Promise<Difference | undefined> {
    const expected = await this.#reference(text, table);
    if (expected === undefined) return undefined;
    const wanted = JSON.stringify(expected);
    for (const variation of VARIATIONS) {
      const actual = await this.#own(text, table, variation);
      if (JSON.stringify(actual) !== wanted) return { seed, text, expected, actual };
    }
    return undefined;
  }

  /** What differs for this statement, shrunk; `table` is the one that it changes. */
  async compare(seed: number, statement: Sql, table?: string): Promise<Difference | undefined> {
    const found = await this.#difference(seed, textOf(statement), table);
    if (found === undefined) return undefined;
    const fails = async (text: string): Promise<boolean> =>
      (await this.#difference(seed, text, table)) !== undefined;
    const small = await shrunk(statement, fails);
    return (await this.#difference(seed, textOf(small), table)) ?? found;
  }
}

function contents(table: string): string {
  return `select * from ${table} order by 1, 2, 3, 4`;
}
