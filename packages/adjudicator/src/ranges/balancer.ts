/**
 * Moves ranges by load: an adjudicator that for some time has had several times as much to do as the
 * least busy one gives it half of that. It only proposes: whether the ranges change, and who else
 * wants to change them, is decided as for any other change.
 */
import type { Clock, Key, LogId, LogLoad, RangeChange, RangeMap } from "@firstlight/common";
import { rangeIndex } from "@firstlight/common";

export interface BalanceSettings {
  /** Loads are compared so often. */
  readonly windowMicros: number;
  /** So many windows in a row before anything is moved. */
  readonly windows: number;
  /** Of the busiest to the least busy; Infinity: nothing is moved. */
  readonly factor: number;
  /** Commits per second below which nobody is busy. */
  readonly commitsMin: number;
  /** Between two changes of ranges, whoever makes them. */
  readonly pauseMicros: number;
}

export const BALANCE_DEFAULTS: BalanceSettings = {
  windowMicros: 5_000_000,
  windows: 3,
  factor: 4,
  commitsMin: 200,
  pauseMicros: 60_000_000,
};

export interface BalancerParts {
  readonly clock: Clock;
  readonly settings: BalanceSettings;
  readonly logs: readonly LogId[];
  readonly map: () => RangeMap;
  readonly change: (change: RangeChange) => void;
}

/** What one epoch of a log did in the last window. */
export interface WindowLoad {
  readonly log: LogId;
  readonly commits: number;
  readonly keys: readonly Key[];
}

/** What was heard is old after so many windows. */
const FRESH_WINDOWS = 3;
const MICROS_PER_SECOND = 1_000_000;

export class Balancer {
  readonly #parts: BalancerParts;
  readonly #heard = new Map<LogId, { readonly commits: number; readonly at: number }>();
  /** How many windows in a row each log served here was much busier than another one. */
  readonly #busy = new Map<LogId, number>();
  #version = 0;
  #changedAt = -Infinity;
  #windowAt: number;
  /** Of the logs served here, for others. */
  loads: readonly LogLoad[] = [];

  constructor(parts: BalancerParts) {
    this.#parts = parts;
    this.#windowAt = parts.clock.monotonicMicros();
  }

  heard(loads: readonly LogLoad[]): void {
    const at = this.#parts.clock.monotonicMicros();
    for (const { log, commits } of loads) this.#heard.set(log, { commits, at });
  }

  /** Whether a window has ended: then `measure` is to be called. */
  get isDue(): boolean {
    const { clock, settings } = this.#parts;
    return clock.monotonicMicros() - this.#windowAt >= settings.windowMicros;
  }

  measure(windows: readonly WindowLoad[]): void {
    const now = this.#parts.clock.monotonicMicros();
    const seconds = (now - this.#windowAt) / MICROS_PER_SECOND;
    this.#windowAt = now;
    this.loads = windows.map(({ log, commits }) => {
      return { log, commits: Math.round(commits / seconds) };
    });
    this.heard(this.loads);
    this.#notice(now);
    for (const window of windows) this.#consider(window, now);
  }

  /** Others change the ranges, too. */
  #notice(now: number): void {
    const { version } = this.#parts.map();
    if (version !== this.#version) this.#changedAt = now;
    this.#version = version;
  }

  #consider(window: WindowLoad, now: number): void {
    const { settings, change } = this.#parts;
    const to = this.#muchLessBusyThan(window.log, now);
    const busy = to === undefined ? 0 : (this.#busy.get(window.log) ?? 0) + 1;
    this.#busy.set(window.log, busy);
    if (to === undefined || busy < settings.windows) return;
    if (now - this.#changedAt < settings.pauseMicros) return;
    const wanted = halfOf(this.#parts.map(), window, to);
    if (wanted === undefined) return;
    this.#changedAt = now;
    this.#busy.clear();
    change(wanted);
  }

  /** The least busy log, if all are known and it has so much less to do. */
  #muchLessBusyThan(log: LogId, now: number): LogId | undefined {
    const { logs, settings } = this.#parts;
    const own = this.#heard.get(log)?.commits ?? 0;
    if (own < settings.commitsMin) return undefined;
    let least: { readonly log: LogId; readonly commits: number } | undefined;
    for (const other of logs) {
      const heard = this.#heard.get(other);
      if (heard === undefined) return undefined;
      if (now - heard.at > FRESH_WINDOWS * settings.windowMicros) return undefined;
      if (least === undefined || heard.commits < least.commits) {
        least = { log: other, commits: heard.commits };
      }
    }
    if (least === undefined || least.log === log) return undefined;
    return own >= settings.factor * Math.max(1, least.commits) ? least.log : undefined;
  }
}

/**
 * About half of the load: the upper part of the busiest range if that has more than half of it, else
 * all of the busiest range. Undefined where all is one key's.
 */
export function halfOf(
  { ranges }: RangeMap,
  { log, keys }: Pick<WindowLoad, "log" | "keys">,
  to: LogId,
): RangeChange | undefined {
  const byRange = new Map<number, Key[]>();
  for (const key of keys) {
    const at = rangeIndex(ranges, key);
    if (ranges[at]?.log !== log) continue;
    const known = byRange.get(at);
    if (known === undefined) byRange.set(at, [key]);
    else known.push(key);
  }
  const [busiest, second] = [...byRange].toSorted((a, b) => b[1].length - a[1].length);
  const range = busiest && ranges[busiest[0]];
  if (busiest === undefined || range === undefined) return undefined;
  const isHalf = busiest[1].length * 2 > keys.length;
  if (!isHalf && second !== undefined) return { kind: "move", span: range.span, to };
  const sorted = busiest[1].toSorted();
  const middle = sorted[sorted.length >>> 1];
  const cut = middle === sorted[0] ? sorted.find((key) => key > (middle ?? key)) : middle;
  if (cut === undefined || cut <= range.span.start) return undefined;
  return { kind: "move", span: { start: cut, end: range.span.end }, to };
}
