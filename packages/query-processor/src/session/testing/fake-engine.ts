/**
 * An engine that answers canned statements, for tests of the protocol and of sessions. It knows
 * only the first words of a statement; what it cannot answer is a syntax error.
 */
import { PendingNotifications } from "../../notify/pending-notifications.ts";
import { SqlError } from "@firstlight/common";
import type { MaybePromise } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { loadModule, parseSync } from "libpg-query";
import type { ResultColumn } from "../../bind/query-tree.ts";
import type {
  BeginOptions,
  CopyRequest,
  CopyTarget,
  Engine,
  EngineTransaction,
  PreparedQuery,
  SessionContext,
} from "../../engine/engine.ts";
import type { Execution } from "../../execute/executable.ts";
import type { ParsedStatement } from "../../parse/parsed-statement.ts";
import { FIRSTLIGHT } from "../../profile/firstlight.ts";
import type { Profile } from "../../profile/profile.ts";
import { BOOL, INT4, INT8, TEXT } from "../../wire/type-oids.ts";

await loadModule();

class FakeTransaction implements EngineTransaction {
  readonly notifications: PendingNotifications = new PendingNotifications();
  readonly readOnly: boolean;
  readonly engine: FakeEngine;
  dirty = false;
  writes: Row[] = [];

  get writtenBytes(): number {
    return this.writes.length * 1024;
  }

  constructor(engine: FakeEngine, readOnly: boolean) {
    this.engine = engine;
    this.readOnly = readOnly;
  }

  mark(): number {
    return this.writes.length;
  }

  rollbackTo(mark: number): void {
    this.writes.length = mark;
  }

  commit(): MaybePromise<void> {
    if (!this.dirty) return undefined;
    return this.engine.commit(this.writes);
  }

  rollback(): void {
    this.engine.rollbacks++;
  }
}

interface FakeQuery extends PreparedQuery {
  run(
    session: SessionContext,
    transaction: FakeTransaction,
    parameters: readonly Datum[],
  ): MaybePromise<Execution>;
}

export class RowSource implements Execution {
  readonly #rows: Iterator<Row>;
  #count = 0;
  constructor(rows: Iterable<Row>) {
    this.#rows = rows[Symbol.iterator]();
  }
  next(maxRows: number): readonly Row[] | undefined {
    const batch: Row[] = [];
    while (batch.length < maxRows) {
      const step = this.#rows.next();
      if (step.done === true) break;
      batch.push(step.value);
    }
    this.#count += batch.length;
    return batch.length === 0 ? undefined : batch;
  }
  close(): void {}
  get rowCount(): number {
    return this.#count;
  }
}

class Affected implements Execution {
  readonly rowCount: number;
  constructor(rowCount: number) {
    this.rowCount = rowCount;
  }
  next(): undefined {
    return undefined;
  }
  close(): void {}
}

export function column(name: string, type: number): ResultColumn {
  return { name, type, typmod: -1, tableOid: 0, columnNumber: 0 };
}

function* series(from: number, to: number): Iterable<Row> {
  for (let value = from; value <= to; value++) yield [value];
}

function never(session: SessionContext): Promise<Execution> {
  return new Promise(() => {
    session.interrupts.check();
  });
}

interface FakeRole {
  login: boolean;
  superuser: boolean;
  verifier: string | undefined;
}

/**
 * Statements: `select 1`, `select $1::...` echoes, `select generate_series(a, b)`, `select sleep`
 * waits for ever, `select fail`, `select broken`, `insert ... values (n)` adds n to the table.
 */
export class FakeEngine implements Engine {
  readonly profile: Profile = FIRSTLIGHT;
  rows: Row[] = [];
  commits = 0;
  rollbacks = 0;
  /** Commits to refuse with 40001 before one succeeds. */
  conflicts = 0;
  executions = 0;
  lateCommit = false;
  readonly roles: Map<string, FakeRole> = new Map([
    ["postgres", { login: true, superuser: true, verifier: undefined }],
  ]);
  readonly #parsed = new Map<string, readonly ParsedStatement[]>();

  listener(): never {
    throw new Error("nobody listens in these tests");
  }

  parse(text: string): readonly ParsedStatement[] {
    const cached = this.#parsed.get(text);
    if (cached !== undefined) return cached;
    const parsed = parseText(text);
    this.#parsed.set(text, parsed);
    return parsed;
  }

  begin(options: BeginOptions): EngineTransaction {
    return new FakeTransaction(this, options.readOnly);
  }

  commit(writes: readonly Row[]): MaybePromise<void> {
    if (this.conflicts > 0) {
      this.conflicts--;
      const refusal = new SqlError("40001", "change conflicts with another transaction (OC000)");
      if (this.lateCommit) return Promise.reject(refusal);
      throw refusal;
    }
    this.commits++;
    this.rows.push(...writes);
    return this.lateCommit ? Promise.resolve() : undefined;
  }

  prepare(
    _session: SessionContext,
    _transaction: EngineTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
  ): PreparedQuery {
    return this.#plan(statement, paramTypes);
  }

  #plan(statement: ParsedStatement, paramTypes: readonly number[]): FakeQuery {
    const text = statement.text.trim().toLowerCase().replace(/\s+/g, " ");
    if (statement.tag === "InsertStmt") return this.#insert(text, paramTypes);
    if (statement.tag !== "SelectStmt") return this.#utility(statement);
    return this.#select(statement, text, paramTypes);
  }

  #insert(text: string, paramTypes: readonly number[]): FakeQuery {
    const literal = /values \((\d+)\)/.exec(text)?.[1];
    const params =
      literal === undefined
        ? [paramTypes[0] === undefined || paramTypes[0] === 0 ? INT4 : paramTypes[0]]
        : [];
    const returning = text.includes("returning");
    return query(
      "INSERT",
      params,
      returning ? [column("n", INT4)] : undefined,
      false,
      (_s, transaction, parameters) => {
        this.executions++;
        const row: Row = [literal === undefined ? (parameters[0] ?? null) : Number(literal)];
        transaction.dirty = true;
        transaction.writes.push(row);
        return returning ? new RowSource([row]) : new Affected(1);
      },
    );
  }

  #utility(statement: ParsedStatement): FakeQuery {
    const command = statement.tag.replace("Stmt", "").toUpperCase();
    const query_ = query(command, [], undefined, false, () => new Affected(0));
    return { ...query_, outsideTransactionOnly: statement.tag === "VacuumStmt" };
  }

  #select(statement: ParsedStatement, text: string, paramTypes: readonly number[]): FakeQuery {
    this.executions++;
    const range = /generate_series\((\d+), ?(\d+)\)/.exec(text);
    if (range !== null) {
      return reading(
        [column("n", INT4)],
        () => new RowSource(series(Number(range[1]), Number(range[2]))),
      );
    }
    const casts = [...text.matchAll(/\$\d+(?:::(\w+))?/g)];
    if (casts.length > 0)
      return echo(
        casts.map((cast) => cast[1]),
        paramTypes,
      );
    if (text.includes("from t"))
      return reading(
        [column("n", INT4)],
        (_s, transaction) => new RowSource([...this.rows, ...transaction.writes]),
      );
    if (text.includes("sleep")) return reading([column("sleep", TEXT)], never);
    if (text.includes("broken"))
      return reading([column("x", TEXT)], () => {
        throw new TypeError("broken");
      });
    if (text.includes("fail"))
      throw new SqlError("42703", 'column "fail" does not exist', {
        position: statement.source.indexOf("fail") + 1,
      });
    if (text.includes("notice"))
      return reading([column("x", TEXT)], (session) => {
        session.notice("NOTICE", "00000", "hello");
        return new RowSource([["x"]]);
      });
    return reading([column("?column?", INT4)], () => new RowSource([[1]]));
  }

  copyFrom(
    _session: SessionContext,
    transaction: EngineTransaction,
    { relation, columns }: CopyRequest,
  ): CopyTarget {
    const all = [
      { name: "a", type: INT4, typmod: -1, hasDefault: false },
      { name: "b", type: TEXT, typmod: -1, hasDefault: false },
    ];
    const fake = transaction as FakeTransaction;
    let count = 0;
    return {
      table: relation.at(-1) ?? "",
      tableColumns: ["a", "b"],
      columns: columns === undefined ? all : all.filter(({ name }) => columns.includes(name)),
      add: (rows) => {
        count += rows.length;
        fake.dirty = true;
        for (const row of rows) fake.writes.push(row);
      },
      judge: () => {},
      taken: undefined,
      finish: () => count,
    };
  }

  copyToQuery(): PreparedQuery {
    return reading([column("a", INT4), column("b", TEXT)], () => new RowSource(this.rows));
  }

  execute(
    session: SessionContext,
    transaction: EngineTransaction,
    prepared: PreparedQuery,
    parameters: readonly Datum[],
  ): MaybePromise<Execution> {
    return (prepared as FakeQuery).run(session, transaction as FakeTransaction, parameters);
  }

  confirmSchema(): void {
    // Its roles are always the same.
  }

  roleFor(): { readonly superuser: boolean; readonly mayBecome: boolean } {
    return { superuser: true, mayBecome: true };
  }

  login(names: { readonly user: string; readonly database: string }): ReturnType<Engine["login"]> {
    const role = this.roles.get(names.user);
    if (role === undefined || names.database !== "postgres") return role;
    return { ...role, database: { kind: "database", oid: 5, name: "postgres", owner: 10 } };
  }
}

const TYPES: Readonly<Record<string, number>> = { int: INT4, int4: INT4, int8: INT8, bool: BOOL };

function echo(casts: readonly (string | undefined)[], declared: readonly number[]): FakeQuery {
  const types = casts.map((cast, at) => {
    const given = declared[at] ?? 0;
    return given === 0 ? (TYPES[cast ?? ""] ?? TEXT) : given;
  });
  const columns = types.map((type) => column("?column?", type));
  return {
    ...reading(columns, (_s, _t, parameters) => new RowSource([parameters])),
    paramTypes: types,
  };
}

function reading(columns: readonly ResultColumn[], run: FakeQuery["run"]): FakeQuery {
  return query("SELECT", [], columns, true, run);
}

function query(
  command: string,
  paramTypes: readonly number[],
  columns: readonly ResultColumn[] | undefined,
  readsOnly: boolean,
  run: FakeQuery["run"],
): FakeQuery {
  return {
    tag: command,
    command,
    paramTypes,
    columns,
    readsOnly,
    outsideTransactionOnly: false,
    run,
  };
}

function parseText(text: string): readonly ParsedStatement[] {
  if (text.trim() === "") return [];
  let result: {
    stmts?: { stmt: Record<string, unknown>; stmt_location?: number; stmt_len?: number }[];
  };
  try {
    result = parseSync(text) as typeof result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SqlError("42601", message, { position: 1 });
  }
  const bytes = Buffer.from(text);
  return (result.stmts ?? []).map(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    const [tag = ""] = Object.keys(stmt);
    return {
      tag,
      node: stmt[tag] as ParsedStatement["node"],
      source: text,
      text: bytes.subarray(start, length === undefined ? undefined : start + length).toString(),
    };
  });
}
