/** What expressions of one statement may ask of their session. */
import type { Clock, Random } from "@firstlight/common";
import type {
  Datum,
  EvaluationContext,
  FormatSettings,
  LongCalls,
  SessionFacts,
} from "@firstlight/sql";
import { StatementLongCalls } from "../execute/statement-long-calls.ts";
import type { StatementInterrupts } from "./interrupts.ts";

/** Microseconds from the Unix epoch to 2000-01-01. */
const POSTGRES_EPOCH = 946_684_800_000_000;

export function postgresTime(unixMicros: number): bigint {
  return BigInt(unixMicros - POSTGRES_EPOCH);
}

/** The opposite; Infinity and beyond for what no timestamp of a commit can be. */
export function unixMicros(value: bigint): number {
  return Number(value) + POSTGRES_EPOCH;
}

export interface EvaluationSource {
  readonly clock: Clock;
  readonly random: Random;
  readonly interrupts: StatementInterrupts;
  readonly facts: SessionFacts;
  readonly format: FormatSettings;
  /** Microseconds since the Unix epoch. */
  readonly transactionStart: number;
  readonly statementStart: number;
}

export class StatementEvaluation implements EvaluationContext {
  readonly params: readonly Datum[];
  readonly execParams: Datum[] = [];
  readonly format: FormatSettings;
  readonly session: SessionFacts;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #interrupts: StatementInterrupts;
  #longCalls: LongCalls | undefined;
  readonly #transactionStart: number;
  readonly #statementStart: number;
  #transactionTime: bigint | undefined;

  constructor(source: EvaluationSource, params: readonly Datum[]) {
    this.params = params;
    this.format = source.format;
    this.session = source.facts;
    this.#clock = source.clock;
    this.#random = source.random;
    this.#interrupts = source.interrupts;
    this.#transactionStart = source.transactionStart;
    this.#statementStart = source.statementStart;
  }

  get transactionTime(): bigint {
    this.#transactionTime ??= postgresTime(this.#transactionStart);
    return this.#transactionTime;
  }

  get longCalls(): LongCalls {
    this.#longCalls ??= new StatementLongCalls(this.#interrupts);
    return this.#longCalls;
  }

  get statementTime(): bigint {
    return postgresTime(this.#statementStart);
  }

  clockTime(): bigint {
    // A sleep that was asked for counts as slept: it is, before anybody sees the answer.
    return postgresTime(this.#clock.now().latest + Math.ceil(this.#interrupts.sleepMicros));
  }

  random(): number {
    return this.#random.next();
  }

  randomBytes(length: number): Uint8Array {
    return this.#random.bytes(length);
  }
}
