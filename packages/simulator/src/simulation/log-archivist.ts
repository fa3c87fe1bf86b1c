/**
 * Trims the logs while a run goes on, as the production composition does: what every storage replica
 * has made durable and nobody may ask the outcome of any more. Keeps a copy of everything, because
 * the checkers want whole logs; what replicas still hold at the end must equal it.
 */
import type { Journal, LogEntry, LogId, Storage } from "@firstlight/common";
import { ServiceError, firstLog, isRangesRecord, logsOf } from "@firstlight/common";
import type { ReplicaLog } from "../checkers/evidence.ts";
import type { ClientMachine } from "../clients/client-machines.ts";
import type { SimShape } from "../cluster/members.ts";
import type { Marks } from "./marks.ts";

const CHECK_MICROS = 300_000;
const READ_BYTES = 1 << 20;

interface Passed {
  readonly micros: number;
  readonly position: number;
}

export interface ArchivistParts {
  readonly machine: ClientMachine;
  readonly shape: SimShape;
  readonly marks: Marks;
  /** Longer than outcomes can be asked for. */
  readonly keepMicros: number;
  readonly stopped: () => boolean;
}

export class LogArchivist {
  readonly #parts: ArchivistParts;
  readonly #journal: Journal;
  readonly #storage: readonly Storage[];
  readonly #entries = new Map<LogId, LogEntry[]>();
  readonly #passed = new Map<LogId, Passed[]>();

  constructor(parts: ArchivistParts) {
    this.#parts = parts;
    const { connections } = parts.machine;
    this.#journal = connections.journal(0);
    const replicas = parts.shape.members.filter(({ role }) => role === "storage");
    this.#storage = replicas.map(({ name }) => connections.storageReplica(name));
    for (const { log } of parts.shape.topology.adjudicators) {
      this.#entries.set(log, []);
      this.#passed.set(log, []);
    }
  }

  /** What was read so far, as if of one more replica. */
  archive(): readonly ReplicaLog[] {
    return [...this.#entries].map(([log, entries]) => ({ replica: "archive", log, entries }));
  }

  async run(): Promise<void> {
    while (!this.#parts.stopped()) {
      await this.#parts.machine.runtime.clock.sleep(CHECK_MICROS);
      for (const log of this.#entries.keys()) await this.#check(log);
    }
  }

  async #check(log: LogId): Promise<void> {
    try {
      await this.#copy(log);
      await this.#trim(log);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }

  async #copy(log: LogId): Promise<void> {
    const entries = this.#entries.get(log) ?? [];
    const read = await this.#journal.read(log, entries.length + 1, READ_BYTES);
    entries.push(...read.entries);
  }

  /** What a successor needs of the first log begins with what it last said of the ranges. */
  #keepFrom(log: LogId): number {
    if (log !== firstLog(logsOf(this.#parts.shape.topology.adjudicators))) return Infinity;
    const entries = this.#entries.get(log) ?? [];
    return 1 + entries.findLastIndex(({ payload }) => isRangesRecord(payload));
  }

  async #trim(log: LogId): Promise<void> {
    const { machine, marks, keepMicros } = this.#parts;
    const statuses = await Promise.all(this.#storage.map(async (each) => each.status()));
    const durable = Math.min(...statuses.map(({ positions }) => positions[log] ?? 0));
    const position = Math.min(durable, this.#entries.get(log)?.length ?? 0);
    const now = machine.runtime.clock.monotonicMicros();
    const passed = this.#passed.get(log) ?? [];
    passed.push({ micros: now, position });
    let last: Passed | undefined;
    while ((passed[0]?.micros ?? now) < now - keepMicros) last = passed.shift();
    const upTo = Math.min(last?.position ?? 0, this.#keepFrom(log) - 1);
    if (upTo <= 0) return;
    await this.#journal.trim(log, upTo);
    marks.hit("log trimmed");
  }
}
