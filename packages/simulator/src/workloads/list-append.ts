/**
 * Elle's list-append: transactions append unique numbers to lists and read lists. Each list tells
 * the order of its writers, so the clients' history alone shows every anomaly (checkers/anomalies).
 */
import type { Key } from "@firstlight/common";
import { checkAnomalies, checkSerializable } from "../checkers/anomalies.ts";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { StepContext, Workload } from "./workload.ts";
import { pickNumbers, workloadKey } from "./workload.ts";

const LISTS = 6;

function list(number: number): Key {
  return workloadKey("list", number);
}

function parse(value: string | undefined): readonly number[] {
  return value === undefined || value === "" ? [] : value.split(",").map(Number);
}

async function readLists(
  transaction: RecordedTransaction,
  keys: readonly Key[],
): Promise<readonly (readonly number[])[]> {
  const lists = (await transaction.read(keys)).map(parse);
  keys.forEach((key, i) => {
    transaction.attempt.operations.push({ kind: "read", key, list: lists[i] ?? [] });
  });
  return lists;
}

async function append(
  transaction: RecordedTransaction,
  key: Key,
  context: StepContext,
): Promise<void> {
  const [before] = await readLists(transaction, [key]);
  const value = context.unique();
  transaction.attempt.operations.push({ kind: "append", key, value });
  transaction.put(key, [...(before ?? []), value].join(","));
}

export const listAppend: Workload = {
  name: "list-append",

  setup(transaction) {
    for (let i = 0; i < LISTS; i++) transaction.put(list(i), "");
  },

  async step(transaction, context) {
    const { random } = context;
    const keys = pickNumbers(random, random.between(1, 4), LISTS).map(list);
    if (random.chance(0.35)) {
      await readLists(transaction, keys);
      return;
    }
    for (const key of keys) {
      if (random.chance(0.4)) await readLists(transaction, [key]);
      else await append(transaction, key, context);
      // Again on top of the own write: an intermediate version that nobody may see.
      if (random.chance(0.2)) await append(transaction, key, context);
      if (random.chance(0.3)) await context.pause();
    }
  },

  check({ history }: Evidence, findings: Findings) {
    checkAnomalies(history, findings);
  },
};

/** The same under SERIALIZABLE, which leaves no cycle. */
export const serializableLists: Workload = {
  ...listAppend,
  name: "serializable-lists",
  serializable: true,

  check({ history }: Evidence, findings: Findings) {
    checkAnomalies(history, findings);
    checkSerializable(history, findings);
  },
};
