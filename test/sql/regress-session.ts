/**
 * One side of a comparison: a connection with psql's variables and COPY data, which is opened again
 * when the server ended it or the script asks for it.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { WireClient, errorFields, columnsOf, messages, valuesOf } from "../support/wire.ts";
import type { WireMessage } from "../support/wire.ts";
import type { ScriptStep } from "./psql-script.ts";
import { withVariables } from "./psql-script.ts";

type Statement = Extract<ScriptStep, { kind: "statement" }>;

/** Types of PostgreSQL's bootstrap have the same OIDs everywhere, others have not. */
const FIRST_USER_OID = 16_384;
const COPY_FILE = /^(\s*copy\b[\s\S]*\bfrom\s+)'([^']+)'([\s\S]*)$/iu;

export interface Answer {
  /** Column names and types, tag, SQLSTATE, rows: what must be the same. */
  readonly lines: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly columnNames: readonly string[];
}

function columnText(body: Buffer): string {
  return columnsOf(body)
    .map(({ name, type }) => `${name}:${type >= FIRST_USER_OID ? "user" : type}`)
    .join(" | ");
}

function lineOf(message: WireMessage): string | undefined {
  if (message.tag === "T") return `columns ${columnText(message.body)}`;
  if (message.tag === "C") return `tag ${message.body.toString("utf8").slice(0, -1)}`;
  if (message.tag === "d") return `copy ${message.body.toString("utf8").trimEnd()}`;
  if (message.tag !== "E") return undefined;
  const { C, M } = errorFields(message.body);
  return `error ${C}: ${M}`;
}

export class RegressSession {
  readonly #port: number;
  readonly #database: string;
  readonly #data: string;
  readonly variables = new Map<string, string>();
  #client: WireClient;

  private constructor(port: number, database: string, data: string, client: WireClient) {
    this.#port = port;
    this.#database = database;
    this.#data = data;
    this.#client = client;
    this.variables.set("abs_srcdir", "/src");
    this.variables.set("DBNAME", database);
    this.variables.set("filename", "");
  }

  static async open(port: number, database: string, data: string): Promise<RegressSession> {
    const client = await WireClient.connect(port, "postgres", database);
    const session = new RegressSession(port, database, data, client);
    await session.send("set statement_timeout = '10s'; set intervalstyle = postgres_verbose");
    await session.send("set timezone = 'America/Los_Angeles'; set datestyle = 'Postgres, MDY'");
    return session;
  }

  async reconnect(): Promise<void> {
    this.#client.close();
    this.#client = await WireClient.connect(this.#port, "postgres", this.#database);
    await this.send("set statement_timeout = '10s'; set intervalstyle = postgres_verbose");
    await this.send("set timezone = 'America/Los_Angeles'; set datestyle = 'Postgres, MDY'");
  }

  async close(): Promise<void> {
    this.#client.close();
    await Promise.resolve();
  }

  async send(sql: string, copyData?: string): Promise<readonly WireMessage[]> {
    if (this.#client.closed) await this.reconnect();
    this.#client.send(messages.query(sql));
    const received = [...(await this.#client.until("ZG"))];
    while (received.at(-1)?.tag === "G") {
      this.#client.send(messages.copyData(copyData ?? ""), messages.copyDone());
      received.push(...(await this.#client.until("ZG")));
    }
    return received;
  }

  /** COPY from a file of the server becomes COPY from the client with that file's text. */
  #withFile(sql: string): { readonly sql: string; readonly data: string | undefined } {
    const [, before, file, after] = COPY_FILE.exec(sql) ?? [];
    if (file === undefined) return { sql, data: undefined };
    const path = join(this.#data, basename(file));
    const data = existsSync(path) ? readFileSync(path, "utf8") : "";
    return { sql: `${before}stdin${after}`, data };
  }

  async run(statement: Statement): Promise<Answer> {
    const { sql, data } = this.#withFile(withVariables(statement.sql, this.variables));
    const received = await this.send(sql, statement.copyData ?? data);
    const ended = received.at(-1)?.tag !== "Z";
    const lines = received.map(lineOf).filter((line) => line !== undefined);
    const rows = received
      .filter(({ tag }) => tag === "D")
      .map(({ body }) => valuesOf(body).map((value) => value?.toString("utf8") ?? null));
    const header = received.find(({ tag }) => tag === "T");
    const columnNames = header === undefined ? [] : columnsOf(header.body).map(({ name }) => name);
    return { lines: ended ? [...lines, "the connection ended"] : lines, rows, columnNames };
  }
}
