/**
 * Random join graphs give the same rows whatever methods and orders the settings leave to the
 * planner. JOIN_GRAPHS=count and JOIN_SEED=first search further than the sample.
 */
import { oids } from "@firstlight/sql";
import type { Key } from "@firstlight/common";
import { beforeAll, describe, expect, it } from "vitest";
import { testCatalog, testTable } from "../../bind/testing/test-catalog.ts";
import { MemoryTransaction } from "../../execute/testing/memory-transaction.ts";
import { runStatement } from "../../execute/testing/statement-runner.ts";
import { loadParser } from "../../parse/parser.ts";
import type { PlannerSettings } from "../planner-settings.ts";
import { PLANNER_DEFAULTS } from "../planner-settings.ts";
import { PLANNING_DEFAULTS } from "../planning-options.ts";

const COUNT = Number(process.env["JOIN_GRAPHS"] ?? 150);
const FIRST = Number(process.env["JOIN_SEED"] ?? 1);
const TABLES = ["t0", "t1", "t2", "t3"];

const catalog = testCatalog(
  TABLES.map((name, at) =>
    testTable({
      oid: 20_000 + at * 200,
      name,
      columns: ["id", "a", "b"].map((column) => ({ name: column, type: oids.INT4 })),
      primary: [1],
      ...(at % 2 === 0 ? {} : { unique: [[2, 1]] }),
    }),
  ),
);

const NAIVE: Partial<PlannerSettings> = {
  hashJoin: false,
  mergeJoin: false,
  indexScan: false,
  indexOnlyScan: false,
};
const CHOICES: readonly Partial<PlannerSettings>[] = [
  {},
  { nestedLoop: false },
  { nestedLoop: false, hashJoin: false },
  { hashJoin: false, mergeJoin: false },
  { hashJoin: false, sequentialScan: false },
  { mergeJoin: false, sequentialScan: false, randomPageCost: 0.01 },
  { nestedLoop: false, mergeJoin: false },
];

/** Numbers that a seed gives. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }

  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * bound);
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error("nothing to pick");
    return value;
  }
}

const COLUMNS = ["id", "a", "b"];
const JOINS = ["join", "join", "left join", "left join", "right join", "full join"];

/** A query over random joins: its text is the counterexample. */
class Graph {
  readonly #dice: Dice;
  #count = 0;
  readonly aliases: string[] = [];

  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  #table(into: string[]): string {
    const alias = `x${this.#count++}`;
    into.push(alias);
    return `${this.#dice.pick(TABLES)} ${alias}`;
  }

  #column(of: readonly string[]): string {
    return `${this.#dice.pick(of)}.${this.#dice.pick(COLUMNS)}`;
  }

  #condition(left: readonly string[], right: readonly string[]): string {
    const dice = this.#dice;
    const parts = [`${this.#column(left)} = ${this.#column(right)}`];
    const all = [...left, ...right];
    if (dice.below(3) === 0) parts.push(`${this.#column(all)} = ${this.#column(all)}`);
    if (dice.below(4) === 0) parts.push(`${this.#column(all)} < ${1 + dice.below(8)}`);
    if (dice.below(6) === 0) parts.push(`${this.#column(right)} is not null`);
    if (dice.below(8) === 0) parts[0] = `${this.#column(left)} < ${this.#column(right)}`;
    return parts.join(" and ");
  }

  #join(depth: number, into: string[]): string {
    if (depth === 0) return this.#table(into);
    const left: string[] = [];
    const right: string[] = [];
    const a = this.#join(depth - 1, left);
    const nested = depth > 1 && this.#dice.below(3) === 0;
    const b = nested ? `(${this.#join(depth - 1, right)})` : this.#table(right);
    into.push(...left, ...right);
    return `${a} ${this.#dice.pick(JOINS)} ${b} on ${this.#condition(left, right)}`;
  }

  #filter(of: readonly string[]): string {
    const dice = this.#dice;
    const inner = `y${this.#count++}`;
    const table = `${dice.pick(TABLES)} ${inner}`;
    const tie = `${inner}.${dice.pick(COLUMNS)} = ${this.#column(of)}`;
    const forms = [
      `${this.#column(of)} = ${dice.below(6)}`,
      `${this.#column(of)} is null`,
      `${this.#column(of)} > ${dice.below(5)}`,
      `${this.#column(of)} = ${this.#column(of)}`,
      `exists (select 1 from ${table} where ${tie} and ${inner}.b < ${dice.below(6)})`,
      `not exists (select 1 from ${table} where ${tie})`,
      `${this.#column(of)} in (select ${inner}.a from ${table} where ${inner}.id < ${dice.below(12)})`,
      `(${this.#column(of)} = 1 or ${this.#column(of)} = 2)`,
    ];
    return dice.pick(forms);
  }

  text(): string {
    const dice = this.#dice;
    const from = [this.#join(1 + dice.below(3), this.aliases)];
    if (dice.below(3) === 0) from.push(this.#table(this.aliases));
    const filters = Array.from({ length: dice.below(4) }, () => this.#filter(this.aliases));
    if (from.length > 1) filters.push(`${this.#column(this.aliases)} = ${this.aliases.at(-1)}.id`);
    const where = filters.length === 0 ? "" : ` where ${filters.join(" and ")}`;
    const columns = this.aliases.map((alias) => `${alias}.id, ${alias}.b`).join(", ");
    return `select ${columns} from ${from.join(", ")}${where}`;
  }
}

describe("plans of random join graphs", () => {
  const values = new Map<Key, Uint8Array>();

  beforeAll(async () => {
    await loadParser();
    const transaction = new MemoryTransaction(values);
    for (const [at, name] of TABLES.entries()) {
      const rows = 6 + at * 3;
      await runStatement(
        `insert into ${name} select i, case when i % 4 = 0 then null else i % 3 end, case when i % 5 = 1 then null else (i * 7) % 6 end from generate_series(1, ${rows}) i`,
        transaction,
        catalog,
      );
    }
  });

  async function rowsOf(text: string, changed: Partial<PlannerSettings>): Promise<string[]> {
    const settings = { ...PLANNER_DEFAULTS, ...changed };
    const planning = { ...PLANNING_DEFAULTS, settings };
    const transaction = new MemoryTransaction(values);
    const run = runStatement(text, transaction, catalog, [], [], undefined, undefined, planning);
    return (await run).rows.map((row) => JSON.stringify(row)).toSorted();
  }

  it(`are all the same (${COUNT} of them)`, async () => {
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const text = new Graph(seed).text();
      const expected = await rowsOf(text, NAIVE);
      for (const choice of CHOICES) {
        const actual = await rowsOf(text, choice);
        expect(actual, `${seed} ${JSON.stringify(choice)}: ${text}`).toEqual(expected);
      }
    }
  }, 300_000);
});
