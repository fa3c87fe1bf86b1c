/**
 * A workload: what concurrent clients do, and what must hold of it at the end beside the invariants
 * that hold of every run.
 */
import type { Key } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { SessionWitness } from "../clients/session-witness.ts";
import type { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { SqlSession } from "../sql/sql-session.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";

export interface StepContext {
  readonly random: SeededRandom;
  /** The user thinks for a moment. */
  pause(): Promise<void>;
  /** A number that no other step of this run gets. */
  unique(): number;
}

export interface SqlStepContext extends StepContext {
  readonly witness: SessionWitness;
}

/** What clients do in SQL, through a query processor on each of their machines. */
export interface SqlWorkload {
  /** Statements that may be repeated. */
  readonly setup: readonly string[];
  step(session: SqlSession, context: SqlStepContext): Promise<void>;
}

export interface Workload {
  readonly name: string;
  /** In place of `setup` and `step`. */
  readonly sql?: SqlWorkload;
  /** Whether a session on each machine listens to notifications. */
  readonly listens?: boolean;
  /** Whether its transactions ask for SERIALIZABLE. */
  readonly serializable?: boolean;
  /** Fills the key space; committed by the caller. */
  setup(transaction: RecordedTransaction): void;
  /** Reads and writes of one transaction; committed by the caller. */
  step(transaction: RecordedTransaction, context: StepContext): Promise<void>;
  check(evidence: Evidence, findings: Findings): void;
}

/**
 * Even numbers lie in the first half of the key space, odd ones in the second. A zero byte follows,
 * as in the keys of tables: those of temporary ones, which never leave a query processor, have none.
 */
export function workloadKey(table: string, number: number): Key {
  const half = number % 2 === 0 ? "\x10\0" : "\x90\0";
  return keyFromLatin1(half + table + String(number).padStart(4, "0"));
}

/** Table and number, behind the half and the zero byte. */
export function tableOfKey(key: string): string {
  return key.slice(2);
}

/** `count` different numbers below `below`. */
export function pickNumbers(random: SeededRandom, count: number, below: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, below)) chosen.add(random.between(0, below - 1));
  return [...chosen];
}
