/**
 * Children that refer to parents, as foreign keys do it: who adds a child has read its parent and
 * takes intent K on it; who removes a parent has read that it has no children. No snapshot may show
 * a child without its parent.
 */
import type { Key, Timestamp } from "@firstlight/common";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { StepContext, Workload } from "./workload.ts";
import { workloadKey } from "./workload.ts";

const PARENTS = 5;
const CHILDREN_EACH = 3;

const parent = (number: number): Key => workloadKey("parent", number);

/** Neighbours lie in different halves of the key space, and so do many children and their parents. */
const child = (of: number, number: number): Key =>
  workloadKey("child", of * CHILDREN_EACH + number);

const childrenOf = (of: number): Key[] =>
  Array.from({ length: CHILDREN_EACH }, (_, number) => child(of, number));

type Step = (transaction: RecordedTransaction, context: StepContext) => Promise<void>;

const addChild: Step = async (transaction, context) => {
  const of = context.random.between(0, PARENTS - 1);
  const key = child(of, context.random.between(0, CHILDREN_EACH - 1));
  const [owner, taken] = await transaction.read([parent(of), key]);
  await context.pause();
  if (owner === undefined || taken !== undefined) return;
  transaction.keyShare(parent(of));
  transaction.put(key, `child ${context.unique()}`);
};

const removeChild: Step = async (transaction, context) => {
  const key = child(
    context.random.between(0, PARENTS - 1),
    context.random.between(0, CHILDREN_EACH - 1),
  );
  const [found] = await transaction.read([key]);
  await context.pause();
  if (found !== undefined) transaction.delete(key);
};

const removeParent: Step = async (transaction, context) => {
  const of = context.random.between(0, PARENTS - 1);
  const [owner, ...children] = await transaction.read([parent(of), ...childrenOf(of)]);
  await context.pause();
  if (owner === undefined || children.some((each) => each !== undefined)) return;
  transaction.delete(parent(of));
};

/** Inserts it again, or changes a column that nobody refers to. */
const writeParent: Step = async (transaction, context) => {
  const key = parent(context.random.between(0, PARENTS - 1));
  const [found] = await transaction.read([key]);
  transaction.put(key, `parent ${context.unique()}`, found === undefined ? "replace" : "update");
};

const readAll: Step = async (transaction) => {
  const numbers = Array.from({ length: PARENTS }, (_, number) => number);
  await transaction.read(numbers.flatMap((of) => [parent(of), ...childrenOf(of)]));
};

const STEPS: readonly (readonly [below: number, step: Step])[] = [
  [0.35, addChild],
  [0.5, removeChild],
  [0.75, removeParent],
  [0.9, writeParent],
  [1, readAll],
];

function checkSnapshot(
  valueOf: (key: Key) => string | undefined,
  when: string,
  findings: Findings,
): void {
  for (let of = 0; of < PARENTS; of++) {
    if (valueOf(parent(of)) !== undefined) continue;
    const orphans = childrenOf(of).filter((key) => valueOf(key) !== undefined);
    if (orphans.length === 0) continue;
    findings.add("foreign keys", `${when}: ${orphans.length} children of ${of} have no parent`);
  }
}

export const foreignKeys: Workload = {
  name: "foreign-keys",

  setup(transaction) {
    for (let of = 0; of < PARENTS; of++) transaction.put(parent(of), "parent 0");
  },

  async step(transaction, context) {
    const dice = context.random.next();
    const found = STEPS.find(([below]) => dice < below);
    await (found?.[1] ?? readAll)(transaction, context);
  },

  check({ history, logs, finalSnapshot }: Evidence, findings: Findings) {
    const at = (snapshot: Timestamp, when: string): void => {
      checkSnapshot((key) => logs.versionAt(key, snapshot)?.value, when, findings);
    };
    for (const attempt of history.attempts) {
      const { outcome } = attempt;
      if (outcome.kind === "committed") at(outcome.timestamp, `after ${attempt.describe()}`);
      if (attempt.number === 1 || attempt.reads.length < PARENTS * (1 + CHILDREN_EACH)) continue;
      const seen = new Map(attempt.reads.map(({ key, value }) => [key, value]));
      checkSnapshot((key) => seen.get(key), `in ${attempt.describe()}`, findings);
    }
    at(finalSnapshot, "at the end");
  },
};
