/** The statement that a session runs: when it began, what may end it early. */
import { SessionTurn, StatementInterrupts, statementTimeout } from "./interrupts.ts";
import type { Session } from "./session.ts";
import type { SqlError, Timer } from "@firstlight/common";

export class RunningStatement {
  readonly turn: SessionTurn;
  interrupts: StatementInterrupts;
  /** Whether a statement runs that a cancel request would hit. */
  active = false;
  /** Microseconds since the Unix epoch. */
  startedAt: number;
  readonly #session: Session;
  #timeout: Timer | undefined;

  constructor(session: Session, startedAt: number) {
    this.#session = session;
    this.startedAt = startedAt;
    const { clock } = session.runtime;
    this.turn = new SessionTurn(clock);
    this.interrupts = new StatementInterrupts(clock, Infinity, this.turn);
  }

  /** It can be cancelled until `end`. */
  begin(): void {
    const { clock } = this.#session.runtime;
    this.startedAt = clock.now().latest;
    this.interrupts = new StatementInterrupts(clock, Infinity, this.turn);
    this.active = true;
    this.limitTime();
  }

  end(): void {
    this.active = false;
    this.#timeout?.cancel();
    this.#timeout = undefined;
  }

  /** Starts statement_timeout unless it runs: a SET may have come earlier in the same message. */
  limitTime(): void {
    const micros = this.#session.settings.derived.statementTimeoutMicros;
    if (micros === 0 || this.interrupts.hasDeadline) return;
    this.endIn(micros, statementTimeout);
  }

  /** It ends with this error after so long, if it has not ended before. */
  endIn(micros: number, late: () => SqlError): void {
    const { clock } = this.#session.runtime;
    if (!this.interrupts.setDeadline(clock.monotonicMicros() + micros, late)) return;
    this.#timeout?.cancel();
    this.#timeout = clock.after(micros, () => {
      this.cancel(late());
    });
  }

  cancel(reason: SqlError): void {
    if (!this.active) return;
    this.interrupts.cancel(reason);
    // COPY FROM STDIN waits for the client, not for a promise.
    this.#session.connection.interruptInput(reason);
  }
}
