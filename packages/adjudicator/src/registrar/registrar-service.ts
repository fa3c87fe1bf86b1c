/**
 * Serves the registrar's contract for one epoch of its adjudicator at a time. Before it prolongs a
 * lease or grants a lock it makes sure that no successor has begun (`confirm`); when the epoch is
 * another one than before it has forgotten everything, and grants nothing for as long as a lease
 * (common/contracts/registrar.ts). BEFORE a lock is granted anew all of a dead member's are released.
 */
import type {
  AskRequest,
  AttendRequest,
  Clock,
  LockRequest,
  MaybePromise,
  Registrar,
  RegistrarReplies,
  RegistrarRequest,
  Timer,
  UnlockRequest,
  WithdrawRequest,
} from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { AdjudicatorBug } from "../adjudicator-bug.ts";
import type { Waiting } from "./lock-table.ts";
import { LockTable, tagKey } from "./lock-table.ts";
import { Questions } from "./questions.ts";

export interface RegistrarSettings {
  readonly leaseMicros: number;
  /** How long an attendance or a lock request is kept without an answer. */
  readonly holdMicros: number;
}

export const REGISTRAR_DEFAULTS: RegistrarSettings = {
  leaseMicros: 10_000_000,
  holdMicros: 1_500_000,
};

export interface RegistrarParts {
  readonly clock: Clock;
  /**
   * The epoch that holds now; rejects when it is not this process's any more. Undefined: the only
   * member is in this process, and lives as long as the registrar.
   */
  readonly confirm: (() => Promise<number>) | undefined;
  readonly settings?: Partial<RegistrarSettings>;
  readonly bugs?: ReadonlySet<AdjudicatorBug>;
}

type Reply = RegistrarReplies[RegistrarRequest["kind"]];

interface Member {
  leaseEnd: number;
  /** It has told what it holds since it takes nothing of older epochs any more. */
  isKnown: boolean;
  readonly questions: Questions;
}

const MEMBERS_MAX = 10_000;
const DONE = {};

export class RegistrarService implements Registrar {
  readonly #clock: Clock;
  readonly #confirm: (() => Promise<number>) | undefined;
  readonly #settings: RegistrarSettings;
  readonly #grantsAtOnce: boolean;
  readonly #members = new Map<string, Member>();
  #table = new LockTable();
  #epoch: number | undefined;
  /** Monotonic; nothing is granted before. */
  #grantsFrom = 0;
  #sweep: Timer | undefined;
  #nextQuestion = 1;

  constructor(parts: RegistrarParts) {
    this.#clock = parts.clock;
    this.#confirm = parts.confirm;
    this.#settings = { ...REGISTRAR_DEFAULTS, ...parts.settings };
    this.#grantsAtOnce = parts.bugs?.has("registrarGrantsAtOnce") ?? false;
  }

  call<R extends RegistrarRequest>(request: R): MaybePromise<RegistrarReplies[R["kind"]]> {
    return this.#answer(request) as MaybePromise<RegistrarReplies[R["kind"]]>;
  }

  #answer(request: RegistrarRequest): MaybePromise<Reply> {
    switch (request.kind) {
      case "attend":
        return this.#attend(request);
      case "lock":
        return this.#confirm === undefined ? this.#lock(request) : this.#lockConfirmed(request);
      case "unlock":
        return this.#unlock(request);
      case "withdraw":
        return this.#withdraw(request);
      case "ask":
        return this.#ask(request);
      case "listLocks":
        return { locks: this.#table.list() };
      case "leave":
        this.#remove(request.member);
        return DONE;
    }
  }

  /** Throws where this registrar has been replaced; starts anew in another epoch. */
  async #settle(): Promise<void> {
    if (this.#confirm === undefined) return;
    const epoch = await this.#confirm();
    if (epoch === this.#epoch) return;
    // Asked before the log went away from here and came back.
    if (this.#epoch !== undefined && epoch < this.#epoch) {
      throw new ServiceError("unavailable", `epoch ${epoch} has ended`);
    }
    this.#epoch = epoch;
    for (const member of this.#members.keys()) this.#remove(member);
    this.#table = new LockTable();
    // The first epoch of a log has no predecessor that could have granted anything.
    const isFirst = epoch <= 1 || this.#grantsAtOnce;
    this.#grantsFrom = isFirst ? this.#now : this.#now + this.#settings.leaseMicros;
  }

  get #now(): number {
    return this.#clock.monotonicMicros();
  }

  async #attend(request: AttendRequest): Promise<RegistrarReplies["attend"]> {
    const arrived = this.#now;
    await this.#settle();
    const { leaseMicros, holdMicros } = this.#settings;
    const epoch = this.#epoch ?? 0;
    const member = this.#member(request.member);
    member.leaseEnd = Math.max(member.leaseEnd, arrived + leaseMicros);
    // Of a member that is known, what it holds is known as well: this may be older than its unlocks.
    if (!member.isKnown) this.#learn(request);
    const hasHeard = request.epoch === epoch;
    member.isKnown ||= hasHeard;
    this.#table.reconcile(request);
    for (const { question, answer } of request.answers) this.#answered(member, question, answer);
    const questions = hasHeard ? await member.questions.next(holdMicros) : [];
    return { epoch, leaseMicros, questions };
  }

  #learn({ member, held, sequence }: AttendRequest): void {
    for (const { session, tag, mode } of held) {
      const order = { owner: { member, session }, tag, mode, sequence };
      // Later, somebody else may have it: the member's lease had ended.
      if (this.#now < this.#grantsFrom) this.#table.restore(order);
      else if (!this.#table.holds(order) && !this.#table.tryLock(order)) {
        this.#remove(member);
        throw new ServiceError("fenced", `the lease of member ${member} has ended`);
      }
    }
  }

  #member(name: string): Member {
    let member = this.#members.get(name);
    if (member === undefined) {
      if (this.#members.size >= MEMBERS_MAX) {
        throw new ServiceError("overloaded", "too many query processors");
      }
      member = { leaseEnd: 0, isKnown: false, questions: new Questions(this.#clock) };
      this.#members.set(name, member);
      this.#armSweep();
    }
    return member;
  }

  #armSweep(): void {
    if (this.#sweep !== undefined || this.#members.size === 0) return;
    this.#sweep = this.#clock.after(this.#settings.leaseMicros / 8, () => {
      this.#sweep = undefined;
      this.#expire();
      this.#armSweep();
    });
  }

  #expire(): void {
    const now = this.#now;
    for (const [name, { leaseEnd }] of this.#members) if (leaseEnd <= now) this.#remove(name);
  }

  #remove(name: string): void {
    this.#members.get(name)?.questions.close();
    this.#members.delete(name);
    this.#table.releaseMember(name);
  }

  async #lockConfirmed(request: LockRequest): Promise<RegistrarReplies["lock"]> {
    await this.#settle();
    this.#expire();
    const member = this.#members.get(request.member);
    if (member === undefined) {
      throw new ServiceError("unavailable", `no lease for member ${request.member}`);
    }
    const early = this.#grantsFrom - this.#now;
    if (early > 0) {
      await this.#clock.sleep(Math.min(early, this.#settings.holdMicros));
      if (this.#grantsFrom > this.#now) {
        if (request.wait) return this.#says("waiting");
        throw new ServiceError("unavailable", "the registrar has just begun");
      }
    }
    return this.#lock(request);
  }

  #lock(request: LockRequest): MaybePromise<RegistrarReplies["lock"]> {
    const { member, session, tag, mode, sequence, wait } = request;
    const owner = { member, session };
    const order = { owner, tag, mode, sequence };
    const before = this.#table.waitingOf(owner);
    if (before?.sequence === sequence) return this.#wait(before);
    if (before !== undefined && before.sequence > sequence) {
      throw new ServiceError("unavailable", "a later request waits");
    }
    // Whoever asks for something else does not wait any more.
    if (before !== undefined) this.#table.withdraw(owner);
    if (this.#table.holds(order)) return this.#says("granted");
    if (this.#table.isFull) return this.#says("full");
    if (this.#table.tryLock(order)) return this.#says("granted");
    if (!wait) return this.#says("refused");
    const waiting = this.#table.enqueue(order, this.#clock.now().latest);
    const circle = this.#table.circle(owner);
    if (circle === undefined) return this.#wait(waiting);
    this.#table.withdraw(owner);
    return { ...this.#says("deadlock"), detail: describe(circle) };
  }

  #says(result: RegistrarReplies["lock"]["result"]): RegistrarReplies["lock"] {
    return { result, epoch: this.#epoch ?? 0 };
  }

  #wait(waiting: Waiting): Promise<RegistrarReplies["lock"]> {
    const epoch = this.#epoch ?? 0;
    return new Promise((resolve) => {
      // In one process nothing can be lost on the way.
      const timer =
        this.#confirm === undefined
          ? undefined
          : this.#clock.after(this.#settings.holdMicros, () =>
              resolve({ result: "waiting", epoch }),
            );
      waiting.settle = (outcome) => {
        timer?.cancel();
        resolve({ result: outcome === "granted" ? "granted" : "refused", epoch });
      };
    });
  }

  #unlock({ member, session, sequence, locks }: UnlockRequest): RegistrarReplies["unlock"] {
    const owner = { member, session };
    if (locks === undefined) this.#table.releaseAll(owner);
    else for (const lock of locks) this.#table.release({ owner, ...lock, sequence });
    return DONE;
  }

  #withdraw({ member, session, sequence }: WithdrawRequest): RegistrarReplies["withdraw"] {
    const owner = { member, session };
    const waiting = this.#table.waitingOf(owner);
    if (waiting !== undefined && waiting.sequence < sequence) this.#table.withdraw(owner);
    return DONE;
  }

  /** Every other member answers, or its lease ends, or the asker has no more patience. */
  async #ask(request: AskRequest): Promise<RegistrarReplies["ask"]> {
    await this.#settle();
    // A member of the registrar before this one may not have attended yet.
    const early = this.#grantsFrom - this.#now;
    if (early >= request.patienceMicros) {
      throw new ServiceError("unavailable", "the registrar has just begun");
    }
    if (early > 0) await this.#clock.sleep(early);
    const asked: Promise<string | undefined>[] = [];
    let unanswered = 0;
    for (const [name, { questions }] of this.#members) {
      if (name === request.member) continue;
      const id = this.#nextQuestion++;
      const late = (): void => {
        unanswered++;
      };
      asked.push(questions.ask(id, request.question, request.patienceMicros, late));
    }
    const answers = await Promise.all(asked);
    return { answers: answers.filter((answer) => answer !== undefined), unanswered };
  }

  #answered({ questions }: Member, question: number, answer: string): void {
    questions.answered(question, answer);
  }
}

/** As PostgreSQL's DETAIL of a deadlock. */
function describe(circle: readonly Waiting[]): string {
  return circle
    .map(({ owner, mode, tag }, i) => {
      const next = circle[(i + 1) % circle.length]?.owner.session ?? 0;
      const lock = `${mode} on advisory lock [${tagKey(tag)}]`;
      return `Process ${owner.session} waits for ${lock}; blocked by process ${next}.`;
    })
    .join("\n");
}
