/**
 * Elle's list-append through SQL: the simulator's checker looks for anomalies in what clients saw.
 * A history is bounded: after so many transactions new lists are begun, and each generation is
 * checked by itself.
 */
import type { Key } from "@firstlight/common";
import { keyFromLatin1, timestamp } from "@firstlight/common";
import type { Attempt, Findings } from "@firstlight/simulator";
import { History, checkAnomalies, checkSerializable } from "@firstlight/simulator";
import type pg from "pg";
import { performance } from "node:perf_hooks";
import { pause } from "../soak-session.ts";
import type { SoakStep, SoakWorkload } from "./soak-workload.ts";
import { numbersFrom } from "./soak-workload.ts";

const LISTS = 8;
const GENERATION_MAX = 1_500;
const PAUSE_MILLIS_MAX = 120;

function micros(): number {
  return Math.round(performance.now() * 1_000);
}

function keyOf(id: number): Key {
  return keyFromLatin1(`list ${id}`);
}

async function read(client: pg.Client, attempt: Attempt, id: number): Promise<void> {
  const { rows } = await client.query<{ v: string }>("select v from soak_list where id = $1", [id]);
  const text = rows[0]?.v ?? "";
  const list = text === "" ? [] : text.split(",").map(Number);
  attempt.operations.push({ kind: "read", key: keyOf(id), list });
}

async function append(
  client: pg.Client,
  attempt: Attempt,
  id: number,
  value: number,
): Promise<void> {
  await read(client, attempt, id);
  attempt.operations.push({ kind: "append", key: keyOf(id), value });
  await client.query(
    `insert into soak_list values ($1, $2) on conflict (id) do update
       set v = soak_list.v || ',' || excluded.v`,
    [id, String(value)],
  );
}

export function lists(serializable: boolean): SoakWorkload {
  const table = serializable ? "serializable lists" : "lists";
  const offset = serializable ? 1_000_000 : 0;
  let history = new History();
  let generation = 0;
  let value = 0;
  const histories = [history];

  async function transact({ random }: SoakStep, client: pg.Client, attempt: Attempt, base: number) {
    for (const number of numbersFrom(random, random.between(1, 3), LISTS)) {
      const id = base + number;
      if (random.chance(0.4)) await read(client, attempt, id);
      else await append(client, attempt, id, ++value);
    }
  }

  return {
    name: table,
    setup: ["create table if not exists soak_list (id int primary key, v text not null)"],
    async step(step) {
      await pause(step.random.between(0, PAUSE_MILLIS_MAX));
      if (history.attempts.length >= GENERATION_MAX) {
        history = new History();
        histories.push(history);
        generation++;
      }
      const base = offset + generation * LISTS;
      const attempt = history.begin(`worker ${step.worker}`, micros());
      const outcome = await step.session.transaction(
        async (client) => {
          // Statements of a transaction that is tried again must not be told twice.
          attempt.operations.length = 0;
          await transact(step, client, attempt, base);
        },
        serializable ? "begin isolation level serializable" : "begin",
      );
      attempt.endedAt = micros();
      const wrote = attempt.operations.some(({ kind }) => kind === "append");
      conclude(attempt, outcome, wrote);
      return { outcome, wrote };
    },
    check(_, findings) {
      for (const each of histories) checkHistory(each, serializable, findings);
      return Promise.resolve();
    },
  };
}

function conclude(attempt: Attempt, outcome: string, wrote: boolean): void {
  if (outcome === "unknown") attempt.outcome = { kind: "unknown" };
  else if (outcome === "refused") attempt.outcome = { kind: "refused", verdict: "conflict" };
  else if (wrote) attempt.outcome = { kind: "committed", timestamp: timestamp(0) };
  else attempt.outcome = { kind: "readOnly" };
}

function checkHistory(history: History, serializable: boolean, findings: Findings): void {
  checkAnomalies(history, findings);
  if (serializable) checkSerializable(history, findings);
}
