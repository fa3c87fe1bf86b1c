/**
 * This query processor among the others: its lease with the registrar, what it asks the others and
 * what they ask it. The lease is counted from BEFORE the message that prolonged it was sent, and a
 * part of it is given away to clocks that run at different speeds; when it ends, whoever relied on it
 * is told.
 */
import type {
  Clock,
  HeldLock,
  Log,
  MaybePromise,
  Random,
  Registrar,
  RegistrarReplies,
  RegistrarRequest,
  Timer,
} from "@firstlight/common";
import { ServiceError, isServiceError } from "@firstlight/common";
import type { OnlineBug } from "../online/online-bug.ts";
import { NO_ONLINE_BUGS } from "../online/online-bug.ts";

export interface MembershipParts {
  /** Undefined: there is no other query processor, and nobody to lock against elsewhere. */
  readonly registrar: Registrar;
  /** The registrar is in this process, and this its only member. */
  readonly isAlone: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log | undefined;
  readonly bugs?: ReadonlySet<OnlineBug> | undefined;
}

type Handler = (body: unknown) => MaybePromise<unknown>;

interface Asked {
  readonly kind: string;
  readonly body: unknown;
}

const LEASE_SHARE = 0.9;
const RETRY_MICROS = 200_000;
const CALL_PATIENCE_MICROS = 25_000_000;

export class Membership {
  readonly member: string;
  readonly isAlone: boolean;
  readonly #registrar: Registrar;
  readonly #clock: Clock;
  readonly #log: Log | undefined;
  readonly #bugs: ReadonlySet<OnlineBug>;
  readonly #handlers = new Map<string, Handler>();
  readonly #lapseListeners = new Set<() => void>();
  readonly #holders = new Set<() => Iterable<HeldLock>>();
  /** Sequences of locks that are asked for: what came of it has not been entered by who asked. */
  readonly #inFlight = new Set<number>();
  #sequence = 0;
  #validUntil = 0;
  /** Of the registrar, the newest one heard of. */
  #epoch: number | undefined;
  #lapse: Timer | undefined;
  #stopped = false;
  #attended: Promise<void> | undefined;

  constructor(parts: MembershipParts) {
    this.#registrar = parts.registrar;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#bugs = parts.bugs ?? NO_ONLINE_BUGS;
    this.isAlone = parts.isAlone;
    this.member = Buffer.from(parts.random.bytes(12)).toString("hex");
  }

  /** Attends from now on. */
  start(): void {
    if (this.isAlone || this.#attended !== undefined) return;
    this.#attended = this.#attendAll().catch((error: unknown) => {
      this.#log?.error("the registrar is not attended any more", { error });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#lapse?.cancel();
    if (this.isAlone || this.#attended === undefined) return;
    const leaving = this.#registrar.call({ kind: "leave", member: this.member });
    Promise.resolve(leaving).catch(() => undefined);
  }

  /** Whether what the registrar granted is still this query processor's. */
  get isCurrent(): boolean {
    if (this.isAlone || this.#bugs.has("leasesNeverEnd")) return true;
    return this.#clock.monotonicMicros() < this.#validUntil;
  }

  /** Whether a grant of this epoch counts: whoever is asked next knows of it. */
  takes(epoch: number): boolean {
    return this.isAlone || (epoch === this.#epoch && this.isCurrent);
  }

  get sequence(): number {
    return ++this.#sequence;
  }

  on(kind: string, handler: Handler): void {
    this.#handlers.set(kind, handler);
  }

  onLapse(listener: () => void): void {
    this.#lapseListeners.add(listener);
  }

  removeLapse(listener: () => void): void {
    this.#lapseListeners.delete(listener);
  }

  /** Whose locks are told to the registrar, for when it begins anew. */
  addHolder(holder: () => Iterable<HeldLock>): void {
    this.#holders.add(holder);
  }

  removeHolder(holder: () => Iterable<HeldLock>): void {
    this.#holders.delete(holder);
  }

  /**
   * From BEFORE a lock is asked for until AFTER the holders tell of it, when what is returned is
   * called: an attendance meanwhile must not say that what is granted to this sequence is unknown,
   * or the registrar would release it.
   */
  asksFor(sequence: number): () => void {
    if (!this.#bugs.has("askedForIsUnknown")) this.#inFlight.add(sequence);
    return () => void this.#inFlight.delete(sequence);
  }

  /** One attempt. */
  call<R extends RegistrarRequest>(request: R): MaybePromise<RegistrarReplies[R["kind"]]> {
    return this.#registrar.call(request);
  }

  /** Again while the registrar cannot be reached; requests are idempotent. */
  async callPatiently<R extends RegistrarRequest>(
    request: R,
    stop: () => boolean = () => false,
  ): Promise<RegistrarReplies[R["kind"]]> {
    const giveUp = this.#clock.monotonicMicros() + CALL_PATIENCE_MICROS;
    for (;;) {
      try {
        return await this.call(request);
      } catch (error) {
        const isOver = this.#stopped || stop() || this.#clock.monotonicMicros() >= giveUp;
        if (!isServiceError(error) || isOver) throw error;
      }
      await this.#clock.sleep(RETRY_MICROS);
    }
  }

  /** Asks all others. Rejects when one that is there did not answer and `all` must have. */
  async ask(
    kind: string,
    body: unknown,
    { patienceMicros, all }: { readonly patienceMicros: number; readonly all: boolean },
  ): Promise<readonly unknown[]> {
    if (this.isAlone) return [];
    const question = encode({ kind, body } satisfies Asked);
    const request = { kind: "ask", member: this.member, question, patienceMicros } as const;
    const { answers, unanswered } = await this.callPatiently(request);
    if (all && unanswered > 0) {
      throw new ServiceError("unavailable", `${unanswered} query processors did not answer`);
    }
    return answers.map(decode);
  }

  async #attendAll(): Promise<void> {
    let answers: { question: number; answer: string }[] = [];
    while (!this.#stopped) {
      try {
        const questions = await this.#attend(answers);
        answers = await Promise.all(questions.map((each) => this.#answer(each)));
      } catch (error) {
        if (this.#stopped) return;
        if (!isServiceError(error)) throw error;
        if (error.kind === "fenced") this.#lapsed();
        await this.#clock.sleep(RETRY_MICROS);
      }
    }
  }

  async #attend(
    answers: readonly { readonly question: number; readonly answer: string }[],
  ): Promise<RegistrarReplies["attend"]["questions"]> {
    const sent = this.#clock.monotonicMicros();
    const sequence = this.#sequence;
    // May be granted or not: neither is told of.
    const underWay = [...this.#inFlight];
    const held = [...this.#holders].flatMap((holder) => [...holder()]);
    const { member } = this;
    const epoch = this.#epoch;
    const kind = "attend";
    const request = { kind, member, sequence, underWay, held, answers, epoch } as const;
    const reply = await this.#registrar.call(request);
    this.#epoch = reply.epoch;
    if (reply.epoch !== epoch) return [];
    this.#validUntil = Math.max(this.#validUntil, sent + reply.leaseMicros * LEASE_SHARE);
    this.#armLapse();
    return reply.questions;
  }

  #armLapse(): void {
    this.#lapse?.cancel();
    const left = this.#validUntil - this.#clock.monotonicMicros();
    this.#lapse = this.#clock.after(Math.max(0, left), () => {
      if (!this.isCurrent) this.#lapsed();
    });
  }

  #lapsed(): void {
    this.#validUntil = 0;
    if (this.#stopped || this.#bugs.has("leasesNeverEnd")) return;
    this.#log?.warn("the lease with the registrar has ended", { member: this.member });
    for (const listener of this.#lapseListeners) listener();
  }

  async #answer({
    id,
    question,
  }: {
    readonly id: number;
    readonly question: string;
  }): Promise<{ question: number; answer: string }> {
    const { kind, body } = decode(question) as Asked;
    let answer: unknown;
    try {
      answer = await this.#handlers.get(kind)?.(body);
    } catch (error) {
      this.#log?.warn("a question of another query processor failed", { kind, error });
    }
    return { question: id, answer: encode(answer ?? null) };
  }
}

/** JSON with bigints. */
function encode(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? { bigint: each.toString() } : each,
  );
}

function decode(text: string): unknown {
  return JSON.parse(text, (_, each: unknown) =>
    typeof each === "object" && each !== null && "bigint" in each
      ? BigInt(String(each.bigint))
      : each,
  );
}
