/** What the soak driver asks of a workload. */
import type pg from "pg";
import type { Findings, SeededRandom } from "@firstlight/simulator";
import type { Outcome, SoakSession } from "../soak-session.ts";

export interface SoakStep {
  readonly session: SoakSession;
  readonly random: SeededRandom;
  /** Number of the worker, from 1. */
  readonly worker: number;
}

export interface SoakWorkload {
  readonly name: string;
  /** Statements that make its tables. */
  readonly setup: readonly string[];
  /** One transaction; whether it wrote tells what its outcome means for the time without commits. */
  step(step: SoakStep): Promise<{ readonly outcome: Outcome; readonly wrote: boolean }>;
  /** After everything was healed. */
  check(client: pg.Client, findings: Findings): Promise<void>;
}

export function numbersFrom(random: SeededRandom, count: number, below: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.between(0, below - 1));
  return [...chosen];
}
