/**
 * A client that keeps its promises straight: connects to any query processor that answers, runs
 * transactions, and says of each whether it committed, surely did not, or may have.
 */
import pg from "pg";

export type Outcome = "committed" | "refused" | "unknown";

const CONNECT_MILLIS = 3_000;
const QUERY_MILLIS = 20_000;
const RECONNECT_MILLIS = 50;
/** Classes of errors that say that nothing was committed, even as the answer to a COMMIT. */
const CERTAIN = new Set(["40", "23", "25", "53", "54", "42", "22", "72"]);

/** The transaction had nothing to do after all. */
export class Skipped extends Error {}

export class SoakSession {
  readonly #ports: readonly number[];
  #at: number;
  #client: pg.Client | undefined;
  readonly errors: Map<string, number> = new Map();

  constructor(ports: readonly number[], first: number) {
    this.#ports = ports;
    this.#at = first;
  }

  /** One transaction: `work` between BEGIN and COMMIT. Never rejects for what servers do. */
  async transaction(work: (client: pg.Client) => Promise<void>, begin = "begin"): Promise<Outcome> {
    let committing = false;
    try {
      const client = await this.connected();
      await client.query(begin);
      await work(client);
      committing = true;
      const { command } = await client.query("commit");
      return command === "COMMIT" ? "committed" : "refused";
    } catch (error) {
      if (error instanceof Skipped) {
        await this.#client?.query("rollback").catch(() => this.#drop());
        return "refused";
      }
      return await this.#failed(error, committing);
    }
  }

  /** One statement that commits by itself. */
  async autocommit(text: string, values: readonly unknown[]): Promise<Outcome> {
    let sent = false;
    try {
      const client = await this.connected();
      sent = true;
      await client.query(text, [...values]);
      return "committed";
    } catch (error) {
      return await this.#failed(error, sent);
    }
  }

  async connected(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    const client = new pg.Client({
      host: "127.0.0.1",
      port: this.#ports[this.#at % this.#ports.length] ?? 0,
      user: "postgres",
      database: "postgres",
      connectionTimeoutMillis: CONNECT_MILLIS,
      query_timeout: QUERY_MILLIS,
    });
    client.on("error", () => this.#drop(client));
    await client.connect();
    this.#client = client;
    return client;
  }

  end(): void {
    this.#drop();
  }

  async #failed(error: unknown, committing: boolean): Promise<Outcome> {
    const code = codeOf(error);
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
    const told = error instanceof pg.DatabaseError;
    const certain = told && CERTAIN.has(code.slice(0, 2));
    const dead = !told || code.startsWith("57P") || code.startsWith("08");
    if (dead) {
      this.#drop();
      this.#at++;
      await pause(RECONNECT_MILLIS);
    } else await this.#client?.query("rollback").catch(() => this.#drop());
    return committing && !certain ? "unknown" : "refused";
  }

  #drop(client: pg.Client | undefined = this.#client): void {
    if (client === this.#client) this.#client = undefined;
    (
      client as unknown as { connection?: { stream?: { destroy(): void } } }
    )?.connection?.stream?.destroy();
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: string };
  return code ?? (error instanceof Error ? error.message : String(error));
}

export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
