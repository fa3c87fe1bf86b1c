/**
 * A write load whose promises can be checked afterwards: transfers between accounts that keep their
 * total, and a counter per worker that counts its commits. Survives killed servers by reconnecting.
 */
import pg from "pg";
import { connectTo } from "./databases.ts";

const ACCOUNTS = 16;
const BALANCE = 100;
const TOTAL = ACCOUNTS * BALANCE;
const PAUSE_MILLIS = 20;
const PROGRESS_MILLIS_MAX = 90_000;

export interface LoadReport {
  readonly acknowledged: number;
  readonly violations: readonly string[];
  /** Errors by SQLSTATE or system code, for the message of a failed test. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Accounts lie all over the key space, so that most transfers involve several adjudicators. */
function accountId(number: number): string {
  const first = (((number - 1) * 256) / ACCOUNTS).toString(16).padStart(2, "0");
  return `${first}000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

export async function prepareLoad(port: number): Promise<void> {
  const client = await connectTo(port);
  await client.query("create table account (id uuid primary key, balance int not null)");
  await client.query("create table counter (worker int primary key, n int not null)");
  for (let number = 1; number <= ACCOUNTS; number++) {
    await client.query(`insert into account values ($1, ${BALANCE})`, [accountId(number)]);
  }
  await client.end();
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: string };
  return code ?? (error instanceof Error ? error.message : String(error));
}

/** Errors after which nothing was committed, however the COMMIT was answered. */
const CERTAIN: ReadonlySet<string> = new Set(["40001", "23505", "25P02", "ECONNREFUSED"]);

class Worker {
  readonly number: number;
  readonly port: number;
  acknowledged = 0;
  /** Commits that may or may not have happened. */
  unknown = 0;
  readonly violations: string[] = [];
  readonly errors: Record<string, number> = {};
  #client: pg.Client | undefined;
  #stopping = false;
  readonly #done: Promise<void>;

  constructor(number: number, port: number) {
    this.number = number;
    this.port = port;
    this.#done = this.#run();
  }

  stop(): Promise<void> {
    this.#stopping = true;
    return this.#done;
  }

  async #run(): Promise<void> {
    for (let round = 0; !this.#stopping; round++) {
      try {
        this.#client ??= await connectTo(this.port);
        await (round % 5 === 4 ? this.#checkTotal(this.#client) : this.#transfer(this.#client));
      } catch (error) {
        await this.#failed(error);
      }
    }
    await this.#client?.end().catch(() => {});
  }

  async #failed(error: unknown): Promise<void> {
    const code = codeOf(error);
    this.errors[code] = (this.errors[code] ?? 0) + 1;
    if (error instanceof pg.DatabaseError && !code.startsWith("57P") && !code.startsWith("08")) {
      await this.#client?.query("rollback").catch(() => this.#disconnect());
      return;
    }
    await this.#disconnect();
    await pause(PAUSE_MILLIS);
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #checkTotal(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ total: string }>(
      "select sum(balance) as total from account",
    );
    const total = Number(rows[0]?.total);
    if (total !== TOTAL) this.violations.push(`a snapshot has total ${total}, not ${TOTAL}`);
  }

  async #transfer(client: pg.Client): Promise<void> {
    const from = 1 + Math.floor(Math.random() * ACCOUNTS);
    const to = 1 + ((from + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS);
    await client.query("begin");
    await client.query("update account set balance = balance - 1 where id = $1", [accountId(from)]);
    await client.query("update account set balance = balance + 1 where id = $1", [accountId(to)]);
    await client.query(
      "insert into counter values ($1, 1) on conflict (worker) do update set n = counter.n + 1",
      [this.number],
    );
    try {
      await client.query("commit");
      this.acknowledged++;
    } catch (error) {
      if (!CERTAIN.has(codeOf(error))) this.unknown++;
      throw error;
    }
  }
}

export class Load {
  readonly #workers: readonly Worker[];

  /** `perPort` workers on each port. */
  constructor(ports: readonly number[], perPort: number) {
    this.#workers = ports.flatMap((port, i) =>
      Array.from({ length: perPort }, (_, n) => new Worker(i * perPort + n + 1, port)),
    );
  }

  acknowledgedOn(port: number): number {
    const workers = this.#workers.filter((each) => each.port === port);
    return workers.reduce((sum, each) => sum + each.acknowledged, 0);
  }

  errors(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const worker of this.#workers) {
      for (const [code, count] of Object.entries(worker.errors)) {
        sums[code] = (sums[code] ?? 0) + count;
      }
    }
    return sums;
  }

  /** Until each of the ports has acknowledged `count` more commits. */
  async progress(ports: readonly number[], count = 20): Promise<void> {
    const goals = ports.map((port) => ({ port, goal: this.acknowledgedOn(port) + count }));
    const deadline = Date.now() + PROGRESS_MILLIS_MAX;
    for (;;) {
      const behind = goals.filter(({ port, goal }) => this.acknowledgedOn(port) < goal);
      if (behind.length === 0) return;
      if (Date.now() > deadline) {
        const where = behind.map(({ port }) => port).join(", ");
        throw new Error(`no progress on ${where}: ${JSON.stringify(this.errors())}`);
      }
      await pause(PAUSE_MILLIS);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  /** What was promised and is not there; the load must be stopped and all servers up. */
  async verify(port: number): Promise<LoadReport> {
    const client = await connectTo(port);
    const counters = await client.query<{ worker: number; n: number }>("select * from counter");
    const sum = await client.query<{ total: string }>("select sum(balance) total from account");
    await client.end();
    const violations = this.#workers.flatMap((worker) => worker.violations);
    for (const worker of this.#workers) {
      const n = counters.rows.find((row) => row.worker === worker.number)?.n ?? 0;
      const { acknowledged, unknown } = worker;
      if (n < acknowledged || n > acknowledged + unknown) {
        violations.push(
          `worker ${worker.number}: ${acknowledged} commits acknowledged, ${unknown} unknown, ${n} found`,
        );
      }
    }
    const total = Number(sum.rows[0]?.total);
    if (total !== TOTAL) violations.push(`the total is ${total}, not ${TOTAL}`);
    const acknowledged = this.#workers.reduce((all, worker) => all + worker.acknowledged, 0);
    return { acknowledged, violations, errors: this.errors() };
  }
}

const WORKERS_PER_PORT = 2;

/** Runs `body` under a load on all ports, from counters at zero on; gives what was violated. */
export async function underLoad(
  ports: readonly number[],
  body: (load: Load) => Promise<void>,
): Promise<readonly string[]> {
  const [first = 0] = ports;
  const client = await connectTo(first);
  await client.query("truncate counter");
  await client.end();
  const load = new Load(ports, WORKERS_PER_PORT);
  try {
    await load.progress(ports);
    await body(load);
    await load.progress(ports);
  } finally {
    await load.stop();
  }
  return (await load.verify(first)).violations;
}
