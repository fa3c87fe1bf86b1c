/** A session's evaluation context with the facts that need the catalog. */
import type {
  Datum,
  EvaluationContext,
  FormatSettings,
  LongCalls,
  SessionFacts,
} from "@firstlight/sql";
import type { EngineFactSources } from "./engine-facts.ts";
import { engineFacts } from "./engine-facts.ts";
import type { LiteralReading } from "./literal-reading.ts";

/** In place of those of the base. */
interface OwnFacts {
  readonly longCalls?: LongCalls | undefined;
  /** Of what was analysed before. */
  readonly reading?: LiteralReading | undefined;
}

export class EngineEvaluation implements EvaluationContext {
  readonly params: readonly Datum[];
  readonly execParams: Datum[];
  readonly format: FormatSettings;
  readonly session: SessionFacts | undefined;
  readonly #base: EvaluationContext;
  readonly isSchema: boolean;
  readonly #reading: LiteralReading | undefined;
  readonly #longCalls: LongCalls | undefined;

  constructor(base: EvaluationContext, sources: EngineFactSources, own: OwnFacts = {}) {
    const { longCalls, reading } = own;
    const { format } = reading ?? base;
    this.#longCalls = longCalls;
    this.#reading = reading;
    this.params = base.params;
    this.execParams = base.execParams;
    this.format = format;
    this.isSchema = reading !== undefined;
    this.session = base.session && engineFacts(base.session, sources, format);
    this.#base = base;
  }

  get transactionTime(): bigint {
    return this.#reading?.transactionTime ?? this.#base.transactionTime;
  }

  get longCalls(): LongCalls | undefined {
    return this.#longCalls ?? this.#base.longCalls;
  }

  get statementTime(): bigint {
    return this.#base.statementTime;
  }

  clockTime(): bigint {
    return this.#base.clockTime();
  }

  random(): number {
    return this.#base.random();
  }

  randomBytes(length: number): Uint8Array {
    return this.#base.randomBytes(length);
  }
}
