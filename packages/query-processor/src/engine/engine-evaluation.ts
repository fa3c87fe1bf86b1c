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

export class EngineEvaluation implements EvaluationContext {
  readonly params: readonly Datum[];
  readonly execParams: Datum[];
  readonly format: FormatSettings;
  readonly session: SessionFacts | undefined;
  readonly #base: EvaluationContext;
  readonly #longCalls: LongCalls | undefined;

  /** `longCalls` in place of those of the base. */
  constructor(base: EvaluationContext, sources: EngineFactSources, longCalls?: LongCalls) {
    this.#longCalls = longCalls;
    this.params = base.params;
    this.execParams = base.execParams;
    this.format = base.format;
    this.session = base.session && engineFacts(base.session, sources, base.format);
    this.#base = base;
  }

  get transactionTime(): bigint {
    return this.#base.transactionTime;
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
