/**
 * Runs sequences of schema changes on PostgreSQL 16 and on Firstlight, statement by statement: every
 * answer, then what the catalogs and the tables hold. What differs is shrunk to the shortest sequence
 * that still differs in the same way. A statement that Firstlight refuses as not supported, and
 * PostgreSQL takes, is undone there and counted.
 */
import type { TestDatabase } from "../../support/databases.ts";
import { startDatabase } from "../../support/databases.ts";
import { WireClient } from "../../support/wire.ts";
import { errorFields, valuesOf } from "../../support/wire.ts";
import { answerTo } from "../../sql/answer.ts";
import type { Oracle } from "../oracle.ts";
import { startOracle } from "../oracle.ts";
import { Choices } from "../random-choices.ts";
import type { Sql } from "../random-sql.ts";
import { shrunk, textOf } from "../random-sql.ts";
import { CATALOG_SECTIONS, INFORMATION_SECTIONS, TABLE_NAMES, withoutNumbers } from "./dump.ts";
import { essenceOf } from "./essence.ts";
import { knownReason } from "./known.ts";
import { shortened } from "./shortened.ts";
import type { TransactionState } from "./statement.ts";
import { firstStatements, randomStatement } from "./statement.ts";
import type { World } from "./world.ts";
import { readWorld } from "./world.ts";

export interface SchemaDifference {
  readonly statements: readonly string[];
  /** What differs, without the names: shrinking keeps it. */
  readonly kind: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

const BEGINNING = [
  "create role r1",
  "create role r2",
  "create role r3",
  "create schema s1",
  "create schema s2",
  "set search_path = s1, s2",
];

const THOROUGH_EVERY = 20;
const STATEMENTS_MIN = 8;
const STATEMENTS_MORE = 22;

function isRefused(answer: readonly string[]): boolean {
  return answer.some((line) => line.startsWith("ERROR 0A000"));
}

function stateOf(answer: readonly string[]): TransactionState {
  const status = answer.find((line) => line.startsWith("status "))?.slice(7);
  return status === "T" || status === "E" ? status : "I";
}

function outcome(answer: readonly string[]): string {
  const error = answer.find((line) => line.startsWith("ERROR "));
  return error?.slice(0, 11) ?? "done";
}

export class SchemaComparison {
  /** Texts of refusals as not supported, and how often they came. */
  readonly refusals: Map<string, number> = new Map();
  /** Known differences by their reasons, and how often they came. */
  readonly known: Map<string, number> = new Map();
  /** Statements that were compared, and those among them that both refused. */
  compared = 0;
  refusedByBoth = 0;
  readonly #oracle: Oracle;
  readonly #database: TestDatabase;
  /** For the message, if what it has made cannot be dropped. */
  #last: readonly string[] = [];
  /** Whether the views of information_schema are compared as well, which takes seconds. */
  #isThorough = false;
  #theirs: WireClient | undefined;
  #ours: WireClient | undefined;

  private constructor(oracle: Oracle, database: TestDatabase) {
    this.#oracle = oracle;
    this.#database = database;
  }

  static async start(): Promise<SchemaComparison> {
    const [oracle, database] = await Promise.all([startOracle(), startDatabase("embedded")]);
    return new SchemaComparison(oracle, database);
  }

  async stop(): Promise<void> {
    this.#theirs?.close();
    this.#ours?.close();
    await Promise.all([this.#oracle.stop(), this.#database.destroy()]);
  }

  get #both(): readonly [ours: WireClient, theirs: WireClient] {
    if (this.#ours === undefined || this.#theirs === undefined) throw new Error("no session");
    return [this.#ours, this.#theirs];
  }

  /** New sessions, and nothing of the sequence before. */
  async #restart(): Promise<void> {
    const ports = [this.#database.running.ports[0] ?? 0, this.#oracle.port];
    for (const client of [this.#ours, this.#theirs]) {
      if (client !== undefined) await clean(client).catch((error: unknown) => this.#stuck(error));
    }
    this.#ours?.close();
    this.#theirs?.close();
    [this.#ours, this.#theirs] = await Promise.all(ports.map((port) => WireClient.connect(port)));
    for (const client of this.#both) {
      await clean(client);
      for (const text of BEGINNING) await run(client, text);
    }
  }

  #stuck(error: unknown): never {
    throw new Error(`${String(error)}, after\n${this.#last.join(";\n")};`, { cause: error });
  }

  /** Undefined: the answers are the same. */
  async #step(text: string, state: TransactionState): Promise<StepResult> {
    const [ours, theirs] = this.#both;
    const mine = essenceOf(text, await answerTo(ours, text));
    if (isRefused(mine)) return this.#refusedStep(text, mine, state);
    const truth = essenceOf(text, await answerTo(theirs, text));
    this.compared++;
    if (outcome(truth) !== "done") this.refusedByBoth++;
    return { mine, truth, state: stateOf(truth) };
  }

  /** Only of what both refuse: they are in the same state. */
  #isKnown(text: string, mine: readonly string[], truth: readonly string[]): boolean {
    const reason = knownReason(text, mine, truth);
    if (reason === undefined) return false;
    this.known.set(reason, (this.known.get(reason) ?? 0) + 1);
    return true;
  }

  /** What PostgreSQL may have done is undone, and a transaction is failed there as well. */
  async #refusedStep(
    text: string,
    mine: readonly string[],
    state: TransactionState,
  ): Promise<StepResult> {
    const [, theirs] = this.#both;
    if (state === "I") await theirs.query("begin");
    const truth = essenceOf(text, await answerTo(theirs, text));
    const failed = stateOf(truth) === "E";
    if (!failed && state === "T") await theirs.query("select 1/0");
    if (state === "I") await theirs.query("rollback");
    if (failed) {
      const asOutside = state === "I" ? truth.with(truth.length - 1, "status I") : truth;
      return { mine, truth: asOutside, state: state === "I" ? "I" : "E" };
    }
    const said = mine.find((line) => line.startsWith("ERROR ")) ?? "";
    this.refusals.set(said, (this.refusals.get(said) ?? 0) + 1);
    return { mine: [], truth: [], state: state === "I" ? "I" : "E" };
  }

  /** What the sequence has left behind, after its last transaction. */
  async #compareRests(): Promise<Omit<SchemaDifference, "statements"> | undefined> {
    for (const end of ["commit", "reset role", "set search_path = s1"]) {
      const [mine, truth] = await this.#ask(end);
      if (same(mine, truth)) continue;
      return { kind: `end ${outcome(mine)} ${outcome(truth)}`, ours: mine, theirs: truth };
    }
    const sections = [...CATALOG_SECTIONS, ...(this.#isThorough ? INFORMATION_SECTIONS : [])];
    for (const { name, query } of sections) {
      const [mine, truth] = (await this.#ask(query)).map((lines) =>
        lines.map(withoutNumbers).toSorted(),
      );
      const difference = onlyIn(mine ?? [], truth ?? []);
      if (difference !== undefined) return { kind: name, ...difference };
    }
    return this.#compareRows();
  }

  async #compareRows(): Promise<Omit<SchemaDifference, "statements"> | undefined> {
    const [, theirs] = this.#both;
    for (const name of await column(theirs, TABLE_NAMES)) {
      const [mine, truth] = await this.#ask(`table ${name}`);
      const difference = onlyIn(mine, truth);
      if (difference !== undefined) return { kind: "rows", ...difference };
    }
    return undefined;
  }

  async #ask(text: string): Promise<readonly [readonly string[], readonly string[]]> {
    return Promise.all([answerTo(this.#both[0], text), answerTo(this.#both[1], text)]);
  }

  /**
   * Runs statements as long as there are any and both do the same. Where both refuse with different
   * errors they still are in the same state.
   */
  async #play(
    next: (state: TransactionState, world: () => Promise<World>) => Promise<string | undefined>,
    untilFound: string | undefined,
  ): Promise<readonly SchemaDifference[]> {
    await this.#restart();
    const statements: string[] = [];
    this.#last = statements;
    const found: SchemaDifference[] = [];
    let state: TransactionState = "I";
    let world = await readWorld(this.#both[1]);
    const current = async (): Promise<World> => {
      if (state !== "E") world = await readWorld(this.#both[1]);
      return world;
    };
    for (;;) {
      const text = await next(state, current);
      if (text === undefined) break;
      statements.push(text);
      const { mine, truth, state: after } = await this.#step(text, state);
      state = after;
      if (same(mine, truth) || this.#isKnown(text, mine, truth)) continue;
      const kind = `${verbOf(text)} ${outcome(mine)} ${outcome(truth)}`;
      found.push({ statements: [...statements], kind, ours: mine, theirs: truth });
      if (kind === untilFound || outcome(mine) === "done" || outcome(truth) === "done")
        return found;
    }
    if (untilFound?.includes("ERROR") === true) return found;
    const rest = await this.#compareRests();
    return rest === undefined ? found : [...found, { statements, ...rest }];
  }

  async #replay(
    statements: readonly string[],
    kind: string,
  ): Promise<SchemaDifference | undefined> {
    const left = [...statements];
    const found = await this.#play(async () => left.shift(), kind);
    return found.find((each) => each.kind === kind);
  }

  /** What differs in the sequence of this seed, each in a short form. */
  async compare(
    seed: number,
    isWorthShrinking: (kind: string) => boolean = () => true,
  ): Promise<readonly SchemaDifference[]> {
    const choices = new Choices(seed);
    this.#isThorough = seed % THOROUGH_EVERY === 0;
    const made: Sql[] = [];
    const first: Sql[] = [];
    const count = STATEMENTS_MIN + choices.below(STATEMENTS_MORE);
    const found = await this.#play(async (state, world) => {
      if (made.length >= count) return undefined;
      if (made.length === 0) first.push(...firstStatements(choices, await world()));
      const statement = first.shift() ?? randomStatement(choices, await world(), state);
      made.push(statement);
      return textOf(statement);
    }, undefined);
    const short: SchemaDifference[] = [];
    for (const each of found) {
      const statements = made.slice(0, each.statements.length);
      short.push(isWorthShrinking(each.kind) ? await this.#shortest(statements, each) : each);
    }
    return short;
  }

  async #shortest(made: readonly Sql[], found: SchemaDifference): Promise<SchemaDifference> {
    let smallest = found;
    const fails = async (statements: readonly Sql[]): Promise<boolean> => {
      const again = await this.#replay(statements.map(textOf), found.kind);
      if (again === undefined) return false;
      smallest = again;
      return true;
    };
    let few = await shortened(made, fails);
    for (const at of few.keys()) {
      const smaller = await shrunk(few[at] ?? "", (text) => fails(few.with(at, text)));
      few = few.with(at, smaller);
    }
    await fails(few);
    return smallest;
  }
}

interface StepResult {
  readonly mine: readonly string[];
  readonly truth: readonly string[];
  readonly state: TransactionState;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.join("\n") === other.join("\n");
}

/** "alter table" */
function verbOf(text: string): string {
  return text.split(/\s+/u).slice(0, 2).join(" ");
}

/** The lines that the other does not have. */
function onlyIn(
  mine: readonly string[],
  truth: readonly string[],
): { ours: readonly string[]; theirs: readonly string[] } | undefined {
  if (same(mine, truth)) return undefined;
  const without = (lines: readonly string[], others: readonly string[]): readonly string[] =>
    lines.filter((line) => !others.includes(line));
  return { ours: without(mine, truth), theirs: without(truth, mine) };
}

async function run(client: WireClient, text: string): Promise<void> {
  const failure = (await client.query(text)).find(({ tag }) => tag === "E");
  if (failure !== undefined) throw new Error(`${text}: ${errorFields(failure.body)["M"] ?? ""}`);
}

async function column(client: WireClient, query: string): Promise<readonly string[]> {
  const rows = (await client.query(query)).filter(({ tag }) => tag === "D");
  return rows.map(({ body }) => valuesOf(body)[0]?.toString("utf8") ?? "");
}

async function clean(client: WireClient): Promise<void> {
  await client.query("rollback");
  for (const text of ["reset role", "discard temp"]) await run(client, text);
  const schemas = await column(
    client,
    "select nspname from pg_namespace where nspname ~ '^s[0-9]'",
  );
  if (schemas.length > 0) await run(client, `drop schema ${schemas.join(", ")} cascade`);
  const roles = await column(client, "select rolname from pg_roles where rolname ~ '^r[0-9]'");
  // One after the other: PostgreSQL loses its way among default privileges of several.
  for (const role of roles) await run(client, `drop owned by ${role} cascade`);
  if (roles.length > 0) await run(client, `drop role ${roles.join(", ")}`);
}
