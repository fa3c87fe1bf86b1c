/**
 * Which of the other adjudicator processes are alive: each is told regularly what is served here,
 * and its answer, like its own telling, is a sign of life. Only the time of this process counts, and
 * what it could not have heard because it did not run itself is not held against anybody.
 */
import type { Clock, DirectoryNews, DirectorySource } from "@firstlight/common";
import type { Strain } from "./strain.ts";
import type { TakeoverSettings } from "./takeover-settings.ts";

export interface PeerWatchParts {
  readonly clock: Clock;
  readonly settings: TakeoverSettings;
  readonly peers: ReadonlyMap<string, DirectorySource>;
  readonly news: () => DirectoryNews;
  readonly onNews: (news: DirectoryNews) => void;
  readonly strain: Strain;
}

/** So many failures in a row, and it is no longer a connection that broke. */
const REFUSALS = 3;

interface Peer {
  readonly source: DirectorySource;
  heardAt: number;
  refusals: number;
  asked: boolean;
}

export class PeerWatch {
  readonly #parts: PeerWatchParts;
  readonly #peers = new Map<string, Peer>();

  constructor(parts: PeerWatchParts) {
    this.#parts = parts;
    for (const [name, source] of parts.peers) {
      this.#peers.set(name, { source, heardAt: -Infinity, refusals: 0, asked: false });
    }
  }

  /** One question to each that has none under way; resolves when all have answered or failed. */
  async tell(): Promise<void> {
    await Promise.all([...this.#peers.keys()].map((name) => this.#tell(name)));
  }

  async #tell(name: string): Promise<void> {
    const peer = this.#peers.get(name);
    if (peer === undefined || peer.asked) return;
    peer.asked = true;
    try {
      const answer = await peer.source.exchange(this.#parts.news());
      this.#parts.onNews(answer);
    } catch {
      peer.refusals++;
    } finally {
      peer.asked = false;
    }
  }

  heard(name: string): void {
    const peer = this.#peers.get(name);
    if (peer === undefined) return;
    const { clock, settings, strain } = this.#parts;
    const now = clock.monotonicMicros();
    const late = now - peer.heardAt - settings.watchMicros;
    // What was longer was no delay, but a process that stood still or began anew.
    if (late < settings.suspectMicros) strain.note(late);
    peer.heardAt = now;
    peer.refusals = 0;
  }

  /** This process was paused: everybody is given another chance. */
  forgive(): void {
    const now = this.#parts.clock.monotonicMicros();
    for (const peer of this.#peers.values()) {
      peer.heardAt = now;
      peer.refusals = 0;
    }
  }

  isAlive(name: string): boolean {
    const peer = this.#peers.get(name);
    if (peer === undefined) return false;
    const { clock, settings, strain } = this.#parts;
    const patience = settings.suspectMicros + strain.patienceMicros;
    return clock.monotonicMicros() - peer.heardAt < patience && !this.refuses(name);
  }

  refuses(name: string): boolean {
    return (this.#peers.get(name)?.refusals ?? 0) >= REFUSALS;
  }
}
