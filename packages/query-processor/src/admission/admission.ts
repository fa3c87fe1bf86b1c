/**
 * Whether a transaction may begin to write. From half of a bound on it has to wait first, the longer
 * the nearer the bound; past the bound it is refused, until less than half of it is left, so that
 * the answer does not change with every message. Who has written already is never asked again, who
 * only reads never at all.
 *
 * What is known of a part comes with answers. When there have been none for a while, one transaction
 * is let through as a probe: so a part that has recovered is found even when nobody reads.
 */
import type { Clock, Lag, Log, MaybePromise, Metrics, Span } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { ClusterLoad, LoadedPart } from "./loaded-part.ts";

/** Microseconds; Infinity: none. */
export interface AdmissionBounds {
  readonly storage: number;
  readonly journal: number;
}

/** Faults that only the simulator and tests switch on. */
export type AdmissionBug = "admissionNeverRecovers";

export interface AdmissionParts {
  readonly clock: Clock;
  readonly load: ClusterLoad;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
  readonly bugs?: ReadonlySet<AdmissionBug>;
}

/** Of the bound: here waiting begins, and refusing ends. */
const SLOW_SHARE = 0.5;
const SLOW_MICROS_MAX = 500_000;
/** News that are older do not count, and one probe is let through in this time. */
const PROBE_MICROS = 500_000;
/** Sessions may have bounds of their own; what is refused by more than so many is judged anew. */
const REFUSALS_MAX = 100;

interface Refusal {
  /** Monotonic. */
  readonly since: number;
  probeAt: number;
  refused: number;
}

export class Admission {
  readonly #parts: AdmissionParts;
  readonly #bugs: ReadonlySet<AdmissionBug>;
  /** By part and bound. */
  readonly #refusals = new Map<string, Refusal>();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.#bugs = parts.bugs ?? new Set();
  }

  /**
   * BEFORE a transaction's first write to keys of the spans. Throws 53000 where it may not write now;
   * otherwise it may when the promise resolves, or at once.
   */
  admit(spans: readonly Span[], bounds: AdmissionBounds): MaybePromise<void> {
    const micros = this.#judge(spans, bounds);
    if (micros === 0) return undefined;
    const { clock, metrics } = this.#parts;
    metrics?.count("admission.transactions_slowed");
    return clock.sleep(micros).then(() => {
      this.#judge(spans, bounds);
    });
  }

  /** How long it has to wait; a probe does not. */
  #judge(spans: readonly Span[], bounds: AdmissionBounds): number {
    let micros = 0;
    let isProbe = false;
    for (const part of this.#parts.load.partsOf(spans)) {
      const bound = bounds[part.kind];
      if (bound === Infinity) continue;
      const delay = this.#judgePart(part, bound);
      if (delay === undefined) isProbe = true;
      else micros = Math.max(micros, delay);
    }
    return isProbe ? 0 : micros;
  }

  /** Undefined: it is a probe. */
  #judgePart(part: LoadedPart, bound: number): number | undefined {
    const { load } = part;
    const share = (load?.micros ?? 0) / bound;
    if (share < SLOW_SHARE && this.#refusals.size === 0) return 0;
    const refusal = this.#refusalOf(part, share, `${part.kind} ${part.name ?? ""} ${bound}`);
    if (refusal === undefined) return this.#isNews(load) ? delayOf(share) : 0;
    if (this.#isProbe(refusal, load)) return undefined;
    refusal.refused++;
    this.#parts.metrics?.count("admission.transactions_refused");
    throw refused(part, load?.micros ?? 0, bound);
  }

  /** As it is from now on. */
  #refusalOf(part: LoadedPart, share: number, name: string): Refusal | undefined {
    const refusal = this.#refusals.get(name);
    if (refusal === undefined) return share < 1 ? undefined : this.#begin(part, name);
    if (share >= SLOW_SHARE || this.#bugs.has("admissionNeverRecovers")) return refusal;
    this.#end(part, name, refusal);
    return undefined;
  }

  #begin({ kind, name: of, load }: LoadedPart, name: string): Refusal {
    const since = this.#parts.clock.monotonicMicros();
    const refusal = { since, probeAt: since, refused: 0 };
    const [oldest] = this.#refusals.keys();
    if (oldest !== undefined && this.#refusals.size >= REFUSALS_MAX) this.#refusals.delete(oldest);
    this.#refusals.set(name, refusal);
    const fields = { kind, of, micros: load?.micros };
    this.#parts.log?.warn("transactions that write are refused", fields);
    return refusal;
  }

  #end({ kind, name: of }: LoadedPart, name: string, { since, refused: count }: Refusal): void {
    this.#refusals.delete(name);
    const micros = this.#parts.clock.monotonicMicros() - since;
    const fields = { kind, of, refused: count, micros };
    this.#parts.log?.warn("transactions that write are admitted again", fields);
  }

  #isProbe(refusal: Refusal, load: Lag | undefined): boolean {
    if (this.#bugs.has("admissionNeverRecovers")) return false;
    const now = this.#parts.clock.monotonicMicros();
    if (now < refusal.probeAt || this.#isNews(load)) return false;
    refusal.probeAt = now + PROBE_MICROS;
    return true;
  }

  #isNews(load: Lag | undefined): boolean {
    const at = load?.at ?? -Infinity;
    return this.#parts.clock.monotonicMicros() - at < PROBE_MICROS;
  }
}

function delayOf(share: number): number {
  return share < SLOW_SHARE ? 0 : ((share - SLOW_SHARE) / (1 - SLOW_SHARE)) * SLOW_MICROS_MAX;
}

function refused({ kind, name }: LoadedPart, micros: number, bound: number): SqlError {
  const cause = kind === "storage" ? "storage is behind" : "commits take too long";
  const what =
    kind === "storage"
      ? `${name === undefined ? "Storage" : `Shard ${name}`} is ${seconds(micros)} behind what is committed`
      : `Commits in log ${name} take ${seconds(micros)}`;
  const setting = kind === "storage" ? "firstlight.max_storage_lag" : "firstlight.max_commit_delay";
  return new SqlError("53000", `no new transaction may write: ${cause}`, {
    detail: `${what}; the bound, ${setting}, is ${seconds(bound)}.`,
    hint: "Retry the transaction after a short wait. Transactions that only read go on.",
  });
}

function seconds(micros: number): string {
  return `${(micros / 1_000_000).toFixed(1)} s`;
}
