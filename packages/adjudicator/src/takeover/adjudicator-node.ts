/**
 * One adjudicator process: serves the logs that it is meant to serve and any others that it has
 * taken over, and stands by for the rest (log-duty.ts). Who serves what is told to every other
 * process through the directory.
 */
import type {
  Adjudicator as AdjudicatorContract,
  AdjudicatorRange,
  ClusterDirectory,
  DirectoryNews,
  DirectorySource,
  Journal,
  LogId,
  NodeRuntime,
  RangeChange,
  RangeMap,
  Serving,
  Timer,
  Timestamp,
} from "@firstlight/common";
import { MovedError, ServiceError, logsOf } from "@firstlight/common";
import type { Adjudicator } from "../adjudicator.ts";
import type { AdjudicatorBug } from "../adjudicator-bug.ts";
import type { AdjudicatorSettings } from "../adjudicator-settings.ts";
import type { BalanceSettings, WindowLoad } from "../ranges/balancer.ts";
import { BALANCE_DEFAULTS, Balancer } from "../ranges/balancer.ts";
import { changeRanges } from "../ranges/change-ranges.ts";
import type { EndReason } from "./log-duty.ts";
import { LogDuty } from "./log-duty.ts";
import { PeerWatch } from "./peer-watch.ts";
import { ServedLog } from "./served-log.ts";
import { Strain } from "./strain.ts";
import type { TakeoverSettings } from "./takeover-settings.ts";
import { TAKEOVER_DEFAULTS } from "./takeover-settings.ts";

export interface AdjudicatorNodeParts {
  readonly member: string;
  /** All adjudicator processes, in the order in which they are preferred; the same everywhere. */
  readonly members: readonly string[];
  /** Which of them is meant to serve each log. */
  readonly homes: ReadonlyMap<LogId, string>;
  readonly ranges: readonly AdjudicatorRange[];
  readonly directory: ClusterDirectory;
  /** The other adjudicator processes, by name. */
  readonly peers: ReadonlyMap<string, DirectorySource>;
  /** Others to be told at once who serves what: storage, which cannot wait for being asked. */
  readonly followers: readonly DirectorySource[];
  /** The adjudicator of a log, whichever process serves it. */
  readonly route: (log: LogId) => AdjudicatorContract;
  readonly newestEntry: (log: LogId) => Promise<Timestamp>;
  readonly settings?: Partial<AdjudicatorSettings>;
  readonly takeover?: Partial<TakeoverSettings>;
  readonly balance?: Partial<BalanceSettings>;
  readonly bugs?: ReadonlySet<AdjudicatorBug>;
  /** Ranges were moved by load. */
  readonly onBalanced?: () => void;
  readonly onServing?: (log: LogId, epoch: number) => void;
  readonly onEnded?: (log: LogId, why: EndReason) => void;
}

/** How long the first answers of the others are waited for. */
const GREETING_MICROS = 300_000;
/** Ticks of the watch that came so much too late were not this process's to take. */
const PAUSE_SHARE = 0.5;

export class AdjudicatorNode implements DirectorySource {
  readonly #runtime: NodeRuntime;
  readonly #parts: AdjudicatorNodeParts;
  readonly #settings: TakeoverSettings;
  readonly #watch: PeerWatch;
  readonly #strain: Strain;
  readonly #balancer: Balancer;
  readonly #duties = new Map<LogId, LogDuty>();
  readonly #served = new Map<LogId, ServedLog>();
  readonly #atHome: (() => void)[] = [];
  #timer: Timer | undefined;
  #tickedAt = 0;
  /** Since when nothing has happened that speaks against taking logs back. */
  #steadySince = 0;
  #stopped = false;

  constructor(runtime: NodeRuntime, journal: Journal, parts: AdjudicatorNodeParts) {
    this.#runtime = runtime;
    this.#parts = parts;
    const settings = { ...TAKEOVER_DEFAULTS, ...parts.takeover };
    // Two tellings may get lost before anybody is suspected.
    const suspectMicros = Math.max(settings.suspectMicros, 3 * settings.watchMicros);
    this.#settings = { ...settings, suspectMicros };
    this.#strain = new Strain(runtime.clock);
    this.#watch = new PeerWatch({
      clock: runtime.clock,
      strain: this.#strain,
      settings: this.#settings,
      peers: parts.peers,
      news: () => this.#news(),
      onNews: (news) => this.#heard(news),
    });
    this.#balancer = new Balancer({
      clock: runtime.clock,
      settings: { ...BALANCE_DEFAULTS, ...parts.balance },
      logs: logsOf(parts.ranges),
      map: () => parts.directory.ranges.map,
      change: (change) => void this.#balance(change),
    });
    for (const log of parts.homes.keys()) this.#addDuty(journal, log);
    parts.directory.onChange((serving) => this.#changed(serving));
  }

  #addDuty(journal: Journal, log: LogId): void {
    const { ranges, route, settings = {}, bugs = new Set(), newestEntry } = this.#parts;
    const { ranges: known } = this.#parts.directory;
    const onRanges = (map: RangeMap): void => known.learn(map);
    const duty = new LogDuty({
      runtime: this.#runtime,
      journal,
      newestEntry,
      adjudicator: { log, ranges, peers: route, settings, bugs, onRanges },
      settings: this.#settings,
      onServing: (_, epoch) => this.#serves(log, epoch),
      onEnded: (_, why) => this.#parts.onEnded?.(log, why),
    });
    this.#duties.set(log, duty);
    this.#served.set(log, new ServedLog(() => this.#serving(log)));
  }

  /** Resolves when each log that is meant to be served here is, or another process serves it. */
  async start(): Promise<void> {
    const { clock } = this.#runtime;
    await Promise.race([this.#watch.tell(), clock.sleep(GREETING_MICROS)]);
    this.#tickedAt = clock.monotonicMicros();
    this.#steadySince = this.#tickedAt;
    for (const [log, duty] of this.#duties) {
      if (this.#homeOf(log) === this.#parts.member && !this.#isServedElsewhere(log)) duty.expect();
    }
    this.#tick();
    if (this.#isAtHome()) return;
    await new Promise<void>((resolve) => this.#atHome.push(resolve));
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const duty of this.#duties.values()) duty.stop();
  }

  /** The log's adjudicator in this process; every request is "moved" while there is none. */
  adjudicator(log: LogId): AdjudicatorContract {
    const served = this.#served.get(log);
    if (served === undefined) throw new ServiceError("unavailable", `there is no log ${log}`);
    return served;
  }

  /** Throws what the asker is to be told where `log` is not served here. */
  requireServing(log: LogId): void {
    this.#serving(log);
  }

  /** Logs served here. */
  get serves(): readonly LogId[] {
    return [...this.#duties.values()].flatMap(({ isClaimed, log }) => (isClaimed ? [log] : []));
  }

  /** Of the entries of `log`, which is served here, those before this one may be trimmed. */
  keepFrom(log: LogId): number {
    return this.#duties.get(log)?.serving?.keepFrom ?? 1;
  }

  /** The epoch in which `log` is served here, made sure of with the journal. */
  async confirmEpoch(log: LogId): Promise<number> {
    return this.#serving(log).confirmEpoch();
  }

  /** See change-ranges.ts. */
  changeRanges(change: RangeChange): Promise<RangeMap> {
    const { clock, random } = this.#runtime;
    const { ranges, route } = this.#parts;
    return changeRanges({ clock, random, logs: logsOf(ranges), adjudicator: route }, change);
  }

  exchange(news: DirectoryNews): DirectoryNews {
    this.#heard(news);
    return this.#news();
  }

  /** Takes the log whoever serves it. */
  takeOver(log: LogId): void {
    this.#duties.get(log)?.takeBack();
  }

  #serving(log: LogId): Adjudicator {
    const serving = this.#duties.get(log)?.serving;
    if (serving !== undefined) return serving;
    const { directory, member } = this.#parts;
    const holder = directory.holderOf(log);
    if (holder.member === member) {
      throw new ServiceError("unavailable", `adjudicator ${log} is starting`);
    }
    throw new MovedError(`${member} does not serve log ${log}`, directory.entries);
  }

  #homeOf(log: LogId): string | undefined {
    return this.#parts.homes.get(log);
  }

  #isServedElsewhere(log: LogId): boolean {
    const { epoch, member } = this.#parts.directory.holderOf(log);
    return epoch > 0 && member !== this.#parts.member && this.#watch.isAlive(member);
  }

  #isAtHome(): boolean {
    return [...this.#duties.values()].every(
      ({ log, serving }) =>
        this.#homeOf(log) !== this.#parts.member ||
        serving !== undefined ||
        this.#isServedElsewhere(log),
    );
  }

  #news(): DirectoryNews {
    const { directory, member } = this.#parts;
    const { entries, seats, ranges } = directory;
    const { loads } = this.#balancer;
    return { known: entries, seats, member, serves: this.serves, ranges: ranges.map, loads };
  }

  #heard({ known, seats, member, serves, ranges, loads = [] }: DirectoryNews): void {
    const { directory } = this.#parts;
    this.#watch.heard(member);
    directory.learn(known);
    directory.learnSeats(seats);
    directory.ranges.learn(ranges);
    this.#balancer.heard(loads);
    for (const log of serves) {
      // One that was paused may still believe it.
      if (directory.holderOf(log).member === member) this.#duties.get(log)?.heard();
    }
    this.#settle();
  }

  #settle(): void {
    if (this.#atHome.length > 0 && this.#isAtHome()) {
      for (const resolve of this.#atHome.splice(0)) resolve();
    }
  }

  #changed({ log, member, epoch }: Serving): void {
    if (member === this.#parts.member) return;
    this.#steadySince = this.#runtime.clock.monotonicMicros();
    this.#duties.get(log)?.replaced(epoch, member);
  }

  #serves(log: LogId, epoch: number): void {
    const { directory, member, followers, onServing } = this.#parts;
    directory.learn([{ log, epoch, member }]);
    const known = directory.holderOf(log);
    // To learn the ranges took long.
    if (known.epoch > epoch) return this.#duties.get(log)?.replaced(known.epoch, known.member);
    onServing?.(log, epoch);
    void this.#watch.tell();
    for (const follower of followers) void this.#tellFollower(follower);
    this.#settle();
  }

  async #tellFollower(follower: DirectorySource): Promise<void> {
    try {
      await follower.exchange(this.#news());
    } catch {
      // It asks by itself when a request fails or takes long.
    }
  }

  #tick(): void {
    if (this.#stopped) return;
    const { clock } = this.#runtime;
    const now = clock.monotonicMicros();
    const { watchMicros, suspectMicros } = this.#settings;
    const late = now - this.#tickedAt - watchMicros;
    this.#strain.note(late);
    if (late > suspectMicros * PAUSE_SHARE) this.#wasPaused(now);
    this.#tickedAt = now;
    void this.#watch.tell();
    for (const duty of this.#duties.values()) this.#check(duty, now);
    if (this.#balancer.isDue) this.#balancer.measure(this.#takeLoads());
    this.#timer = clock.after(watchMicros, () => this.#tick());
  }

  #takeLoads(): readonly WindowLoad[] {
    return [...this.#duties.values()].flatMap(({ log, serving }) =>
      serving === undefined ? [] : [{ log, ...serving.takeLoad() }],
    );
  }

  async #balance(change: RangeChange): Promise<void> {
    const { log } = this.#runtime;
    try {
      const { version } = await this.changeRanges(change);
      log.info("ranges were moved by load", { version });
      this.#parts.onBalanced?.();
    } catch (error) {
      log.info("ranges could not be moved by load", { error });
    }
  }

  /** What was not heard meanwhile may well have been said. */
  #wasPaused(now: number): void {
    this.#steadySince = now;
    this.#watch.forgive();
    for (const duty of this.#duties.values()) duty.heard();
  }

  #check(duty: LogDuty, now: number): void {
    const { log } = duty;
    const { directory } = this.#parts;
    const holder = directory.holderOf(log).member;
    const { patienceMicros } = this.#strain;
    duty.check({ rank: this.#rank(log), refused: this.#watch.refuses(holder), patienceMicros });
    const steady = now - this.#steadySince;
    const { handBackMicros, yieldMicrosMax } = this.#settings;
    if (steady >= yieldMicrosMax) duty.forgetLosses();
    if (steady < handBackMicros) return;
    if (this.#homeOf(log) === this.#parts.member && this.#isServedElsewhere(log)) duty.takeBack();
  }

  /** How many of those that are alive come before this process, beginning with the log's home. */
  #rank(log: LogId): number {
    const { members, member } = this.#parts;
    const start = members.indexOf(this.#homeOf(log) ?? "");
    let rank = 0;
    for (let i = 0; i < members.length; i++) {
      const other = members[(start + i) % members.length] ?? "";
      if (other === member) break;
      if (this.#watch.isAlive(other)) rank++;
    }
    return rank;
  }
}
