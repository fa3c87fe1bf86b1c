/**
 * The writer's line to one replica: sends batches in a pipeline, goes back to where the replica
 * stopped after a mismatch, and tries again with growing pauses after an error. After one it first
 * asks how the replica is: one that is gone for hours is not sent megabytes each time.
 */
import type {
  Clock,
  Incarnations,
  JournalReplica,
  LogEntry,
  LogId,
  ReplicaAppendReply,
  Timer,
} from "@firstlight/common";
import type { EntryWindow } from "./entry-window.ts";
import type { QuorumSettings } from "./quorum-settings.ts";

/** What a link needs of its writer. */
export interface LinkOwner {
  readonly log: LogId;
  readonly epoch: number;
  readonly clock: Clock;
  readonly settings: QuorumSettings;
  readonly window: EntryWindow;
  readonly committed: number;
  readonly members: Incarnations;
  /** Another incarnation of some replica is the present one. */
  learn(members: Incarnations): void;
  /** Entries that the window has forgotten, starting with the one BEFORE `from`. */
  readBack(from: number, replica: JournalReplica): Promise<readonly LogEntry[]>;
  progressed(): void;
  refused(link: ReplicaLink, promisedEpoch: number): void;
}

export class ReplicaLink {
  readonly replica: JournalReplica;
  readonly #owner: LinkOwner;
  /** The replica holds the writer's log up to here. */
  match = 0;
  /** As of its last answer. */
  roomBytes: number = Infinity;
  #next: number;
  /** Where this session began to send: nothing tells that the replica lacks what is before. */
  #sessionStart: number;
  #inFlight = 0;
  /** Answers to requests of an earlier session are ignored. */
  #session = 0;
  #committedSent = 0;
  #readingBack = false;
  /** Nothing is sent until the replica answers again. */
  #probing = false;
  #backoff: number;
  #pause: Timer | undefined;
  #closed = false;

  constructor(owner: LinkOwner, replica: JournalReplica, next: number) {
    this.#owner = owner;
    this.replica = replica;
    this.#next = next;
    this.#sessionStart = next;
    this.#backoff = owner.settings.backoffMicrosMin;
  }

  close(): void {
    this.#closed = true;
    this.#pause?.cancel();
  }

  /** The replica is another one now, and holds nothing that counts until it says so. */
  replaced(): void {
    this.match = 0;
    this.#restart(this.#owner.committed + 1);
    this.pump();
  }

  /** Sends what the replica has not been sent. */
  pump(): void {
    const { window, settings, committed } = this.#owner;
    while (!this.#closed && this.#pause === undefined && !this.#readingBack && !this.#probing) {
      if (this.#inFlight >= settings.pipelineMax) return;
      const last = window.last.index;
      // A note of what is committed is worth a message only if nothing else carries it.
      const note = Math.min(committed, last);
      if (this.#next > last && this.#committedSent >= note) return;
      if (this.#next > last && this.#inFlight > 0 && this.match < note) return;
      const previousEpoch = window.epochAt(this.#next - 1);
      if (previousEpoch === undefined) return this.#sendFromBehind();
      this.#send(previousEpoch, window.slice(this.#next, last, settings.batchBytesMax));
    }
  }

  /** An append of nothing, unless an answer is on its way. */
  askRoom(): void {
    const isBusy = this.#inFlight > 0 || this.#readingBack || this.#probing;
    if (this.#closed || isBusy || this.#pause !== undefined) return;
    const previousEpoch = this.#owner.window.epochAt(this.#next - 1);
    if (previousEpoch !== undefined) this.#send(previousEpoch, []);
  }

  #send(previousEpoch: number, entries: readonly LogEntry[]): void {
    const { log, epoch, committed, members, clock, settings } = this.#owner;
    const session = this.#session;
    const previousIndex = this.#next - 1;
    const end = previousIndex + entries.length;
    this.#next = end + 1;
    this.#inFlight++;
    this.#committedSent = committed;
    const micros = settings.requestMicros + payloadBytes(entries) * settings.microsPerByte;
    const timer = clock.after(micros, () => this.#failed(session));
    const request = { log, epoch, previousIndex, previousEpoch, entries, committed, members };
    this.replica.append(request).then(
      (reply) => {
        timer.cancel();
        this.#answered(session, end, previousIndex, reply);
      },
      () => {
        timer.cancel();
        this.#failed(session);
      },
    );
  }

  #answered(session: number, end: number, previous: number, reply: ReplicaAppendReply): void {
    if (this.#closed || session !== this.#session) return;
    if (reply.accepted) {
      this.roomBytes = reply.roomBytes ?? Infinity;
      this.#inFlight--;
      this.#backoff = this.#owner.settings.backoffMicrosMin;
      if (end > this.match) {
        this.match = end;
        this.#owner.progressed();
      }
      return this.pump();
    }
    if (reply.members !== undefined) {
      this.#restart(Math.max(this.match + 1, this.#sessionStart));
      this.#owner.learn(reply.members);
      return this.pump();
    }
    if (reply.promisedEpoch > this.#owner.epoch) {
      this.#owner.refused(this, reply.promisedEpoch);
      return;
    }
    // A replica that lost what it had acknowledged no longer counts as holding it.
    this.match = Math.max(0, Math.min(this.match, reply.lastIndex, previous - 1));
    this.#restart(Math.max(0, Math.min(reply.lastIndex, previous - 1)) + 1);
    this.pump();
  }

  #failed(session: number): void {
    if (this.#closed || session !== this.#session) return;
    this.#restart(Math.max(this.match + 1, this.#sessionStart));
    this.#probing = true;
    this.#rest();
  }

  #probe(): void {
    const { log, clock, settings } = this.#owner;
    let isOpen = true;
    const settle = (then: () => void): void => {
      if (!isOpen) return;
      isOpen = false;
      timer.cancel();
      if (!this.#closed) then();
    };
    const timer = clock.after(settings.requestMicros, () => settle(() => this.#rest()));
    this.replica.state(log).then(
      () =>
        settle(() => {
          this.#probing = false;
          this.pump();
        }),
      () => settle(() => this.#rest()),
    );
  }

  #restart(next: number): void {
    this.#session++;
    this.#inFlight = 0;
    this.#committedSent = 0;
    this.#next = next;
    this.#sessionStart = next;
  }

  #rest(): void {
    const { clock, settings } = this.#owner;
    this.#pause = clock.after(this.#backoff, () => {
      this.#pause = undefined;
      if (this.#probing) this.#probe();
      else this.pump();
    });
    this.#backoff = Math.min(this.#backoff * 2, settings.backoffMicrosMax);
  }

  /** The replica lags behind what is in memory: another replica has it. */
  #sendFromBehind(): void {
    const session = this.#session;
    const from = this.#next;
    this.#readingBack = true;
    this.#owner.readBack(from, this.replica).then(
      (entries) => {
        this.#readingBack = false;
        if (this.#closed || session !== this.#session) return this.pump();
        const before = from === 1 ? 0 : entries[0]?.epoch;
        if (before === undefined) return this.#rest();
        this.#send(before, from === 1 ? entries : entries.slice(1));
        this.pump();
      },
      () => {
        this.#readingBack = false;
        if (!this.#closed) this.#rest();
      },
    );
  }
}

function payloadBytes(entries: readonly LogEntry[]): number {
  let bytes = 0;
  for (const { payload } of entries) bytes += payload.length;
  return bytes;
}
