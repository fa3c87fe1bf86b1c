/** Conversations in the protocol, message by message, with PostgreSQL 16 and with Firstlight: the same answers. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import type { WireMessage } from "../support/wire.ts";
import { WireClient, columnsOf, errorFields, readText, valuesOf } from "../support/wire.ts";
import { CONVERSATIONS, SETUP } from "./conversations.ts";

const unavailable = buildMissing() ?? oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

const FIRST_USER_OID = 16384;
/** Of PostgreSQL's sources. */
const SOURCE_FIELDS = new Set(["F", "L"]);
/** By which pgjdbc, asyncpg, postgres.js and Rails know that they have to prepare again. */
const KNOWN_ROUTINES = new Set([
  "RevalidateCachedQuery",
  "FetchPreparedStatement",
  "transformAssignedExpr",
]);

function isShown([key, value]: readonly [string, string]): boolean {
  return key === "R" ? KNOWN_ROUTINES.has(value) : !SOURCE_FIELDS.has(key);
}

function shownFields(body: Buffer): string {
  const fields = Object.entries(errorFields(body)).filter(isShown);
  return fields.map(([key, value]) => `${key}=${value}`).join(" ");
}

function shownColumns(body: Buffer): string {
  const columns = columnsOf(body).map(({ name, type, typmod, format }, at) => {
    const kind = type >= FIRST_USER_OID ? "own" : String(type);
    return `${String(at)}:${name} ${kind} ${String(typmod)} ${String(format)}`;
  });
  return columns.join(", ");
}

function shown({ tag, body }: WireMessage): string {
  switch (tag) {
    case "E":
    case "N":
      return `${tag} ${shownFields(body)}`;
    case "T":
      return `T ${shownColumns(body)}`;
    case "D":
      return `D ${valuesOf(body)
        .map((value) => (value === null ? "NULL" : value.toString("latin1")))
        .join(" | ")}`;
    case "C":
    case "S":
      return `${tag} ${body.toString("latin1").replaceAll("\0", " ")}`;
    case "A":
      return `A ${readText(body, 4)}`;
    default:
      return `${tag} ${body.toString("hex")}`;
  }
}

/** In which order settings are reported with one ReadyForQuery is nobody's business. */
function withReportsSorted(received: readonly string[]): readonly string[] {
  const result: string[] = [];
  let reports: string[] = [];
  for (const each of received) {
    if (each.startsWith("S ")) {
      reports.push(each);
      continue;
    }
    result.push(...reports.toSorted(), each);
    reports = [];
  }
  return [...result, ...reports];
}

describe.skipIf(unavailable !== undefined)("a conversation with Firstlight and PostgreSQL", () => {
  let oracle: Oracle;
  let database: TestDatabase;

  beforeAll(async () => {
    [oracle, database] = await Promise.all([startOracle(), startDatabase("embedded")]);
    for (const port of [oracle.port, ours()]) {
      const client = await WireClient.connect(port);
      for (const statement of SETUP) {
        const failed = (await client.query(statement)).find(({ tag }) => tag === "E");
        if (failed !== undefined) throw new Error(`${statement}: ${shownFields(failed.body)}`);
      }
      client.close();
    }
  });
  afterAll(async () => {
    await oracle?.stop();
    await database?.destroy();
  });

  const ours = (): number => database.running.ports[0] ?? 0;

  async function answers(port: number, name: string): Promise<readonly string[]> {
    const conversation = CONVERSATIONS[name] ?? [];
    const client = await WireClient.connect(port);
    const received: string[] = [];
    for (const { send, until } of conversation) {
      client.send(...send);
      for (const end of until) {
        for (const message of await client.until(end)) received.push(shown(message));
      }
    }
    client.close();
    return withReportsSorted(received);
  }

  it.each(Object.keys(CONVERSATIONS))("%s", async (name) => {
    expect(await answers(ours(), name)).toEqual(await answers(oracle.port, name));
  });
});
