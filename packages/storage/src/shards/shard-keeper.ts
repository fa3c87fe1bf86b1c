/**
 * Makes a replica hold what the shard map says it is to hold, and tells the map what it holds. Looks
 * at the map again and again rather than following its changes: every step can be repeated, and goes
 * on after a crash from what the disk and the map say.
 *
 *   map: filling ─▶ copy the span ─▶ map: serving          (and whom it replaces: leaving)
 *   map: leaving ─▶ wait until others answer every readable snapshot ─▶ map: without it
 *   map: without it ─▶ give the span up ─▶ remove its rows
 */
import type {
  Adjudicator,
  Clock,
  LogId,
  MappedShard,
  NodeRuntime,
  ShardChange,
  ShardCommand,
  ShardDirectory,
  ShardKeeper as ShardKeeperContract,
  ShardMap,
  ShardReport,
  Span,
  Storage,
} from "@firstlight/common";
import { ServiceError, SqlError, askable, isServiceError, mayLeave } from "@firstlight/common";
import type { StorageBugs } from "../bugs.ts";
import type { StorageSettings } from "../settings.ts";
import type { StorageNode } from "../storage-node.ts";
import type { AutomaticStep } from "./automatic-shards.ts";
import { AutomaticShards } from "./automatic-shards.ts";
import { ShardCommits } from "./shard-commits.ts";
import { ShardMeter } from "./shard-meter.ts";
import { SpanFiller } from "./span-filler.ts";

/** What a replica needs to know of the cluster for its shards. */
export interface ShardSurroundings {
  readonly member: string;
  readonly directory: ShardDirectory;
  readonly storageOf: (member: string) => Storage;
  readonly keeperOf: (member: string) => ShardKeeperContract;
  readonly adjudicator: (log: LogId) => Adjudicator;
  /** Of steps that were done, for tests. */
  readonly onStep?: (step: "filled" | "left" | "given up" | AutomaticStep) => void;
}

export interface ShardKeeperParts extends ShardSurroundings {
  readonly runtime: NodeRuntime;
  readonly logs: readonly LogId[];
  readonly settings: StorageSettings;
  readonly bugs: StorageBugs;
  /** Undefined while it does not serve. */
  readonly node: () => StorageNode | undefined;
}

const SLICES_PER_ROUND = 20;

export class ShardKeeper implements ShardKeeperContract {
  readonly #parts: ShardKeeperParts;
  readonly #clock: Clock;
  readonly #commits: ShardCommits;
  readonly #meter: ShardMeter;
  readonly #automatic: AutomaticShards;
  #filling: Promise<void> | undefined;
  #balancing: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: ShardKeeperParts) {
    this.#parts = parts;
    this.#clock = parts.runtime.clock;
    const { runtime, logs, adjudicator, directory } = parts;
    this.#commits = new ShardCommits({ runtime, logs, adjudicator, firstMap: directory.firstMap });
    this.#meter = new ShardMeter(parts.settings.measureMicros);
    this.#automatic = new AutomaticShards({
      clock: this.#clock,
      member: parts.member,
      meter: this.#meter,
      ownReport: () => this.shardReport(),
      reportOf: (member) => parts.keeperOf(member).shardReport(),
      change: (change, version) => this.#changeByItself(change, version),
      onStep: (step) => parts.onStep?.(step),
    });
  }

  start(): void {
    this.#run().catch((error: unknown) => {
      this.#parts.runtime.log.error("shards are not kept any more", { error });
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  shardMap(known: number): ShardMap | undefined {
    const map = this.#parts.node()?.shards.map;
    if (map !== undefined) this.#parts.directory.learn(map);
    return this.#parts.directory.shardMap(known);
  }

  shardReport(): ShardReport {
    const { member, directory } = this.#parts;
    const { shards, load, watermark, horizon } = this.#serving();
    const map = shards.map ?? directory.map;
    const { copy } = shards;
    return {
      member,
      map,
      watermark,
      horizon,
      held: shards.held.spans,
      shards: shards.shardsOf(member).map((each) => {
        const size = this.#meter.sizeOf(each);
        return {
          shard: each.shard,
          held: shards.held.since(each.span) !== undefined,
          bytes: size?.bytes,
          keys: size?.keys,
          readsPerSecond: load.readsPerSecond(each.span),
        };
      }),
      filling: copy === undefined ? undefined : { ...copy.span, done: copy.done },
      cleaning: !shards.isClean,
    };
  }

  async changeShards(command: ShardCommand): Promise<ShardMap> {
    const node = this.#serving();
    const change = await this.#changeOf(command, node);
    const map = await this.#commits.change(node, change);
    this.#parts.directory.learn(map);
    return map;
  }

  async #changeByItself(change: ShardChange, version: number): Promise<void> {
    const { bugs, directory } = this.#parts;
    const only = bugs.has("balancesByOldMap") ? undefined : version;
    directory.learn(await this.#commits.change(this.#serving(), change, only));
  }

  async #changeOf(command: ShardCommand, node: StorageNode): Promise<ShardChange> {
    if (command.kind !== "split" || command.at !== undefined) return command;
    const { shard } = command;
    const found = node.shards.map?.shards.find((each) => each.shard === shard);
    if (found === undefined) throw new SqlError("42704", `shard "${shard}" does not exist`);
    if (node.shards.held.since(found.span) === undefined) {
      throw new ServiceError("unavailable", `the middle of shard "${shard}" is not known here`);
    }
    const { middle } = await this.#meter.measure(node.store, found, this.#clock);
    if (middle !== undefined) return { kind: "split", shard, at: middle };
    throw new SqlError("55000", `shard "${shard}" has too few rows to have a middle`, {
      hint: "Give the key at which to split it.",
    });
  }

  #serving(): StorageNode {
    const node = this.#parts.node();
    if (node !== undefined) return node;
    throw new ServiceError("unavailable", "the storage replica is being filled from another one");
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#clock.sleep(this.#parts.settings.shardMicros);
      const node = this.#parts.node();
      if (node === undefined || this.#stopped) continue;
      try {
        await this.#round(node);
      } catch (error) {
        // Another node, another round.
        const known = node.damaged(error);
        if (!isServiceError(known) && !(known instanceof SqlError)) throw known;
        this.#parts.runtime.log.debug("shards could not be kept", { error: known.message });
      }
    }
  }

  async #round(node: StorageNode): Promise<void> {
    const { shards } = node;
    const { map } = shards;
    if (map === undefined) return;
    const { member, directory } = this.#parts;
    directory.learn(map);
    const mine = shards.shardsOf(member);
    await this.#giveUp(node, mine);
    for (let slice = 0; !shards.isClean && slice < SLICES_PER_ROUND; slice++) await shards.clean();
    this.#fill(node, mine);
    for (const shard of mine) await this.#tell(node, shard);
    this.#measure(node, mine);
    this.#balance(node, map);
  }

  async #giveUp({ shards }: StorageNode, mine: readonly MappedShard[]): Promise<void> {
    for (const held of shards.held.spans) {
      for (const span of without(held, mine)) {
        await shards.giveUp(span);
        this.#parts.onStep?.("given up");
      }
    }
  }

  /** One span at a time, beside everything else. */
  #fill(node: StorageNode, mine: readonly MappedShard[]): void {
    if (this.#filling !== undefined || !node.shards.isClean) return;
    const { member, runtime, storageOf } = this.#parts;
    for (const shard of mine) {
      const [span] = node.shards.held.parts(shard.span).missing;
      const { serving, leaving } = askable(shard);
      const holders = [...serving, ...leaving].filter((each) => each !== member);
      if (span === undefined || holders.length === 0) continue;
      const isWanted = (): boolean =>
        !this.#stopped &&
        this.#parts.node() === node &&
        node.shards.shardsOf(member).some((each) => overlaps(each.span, span));
      const { copyPauseMicros: pauseMicros } = this.#parts.settings;
      const from = { span, holders: holders.map(storageOf) };
      const filler = new SpanFiller({ runtime, node, ...from, pauseMicros, isWanted });
      this.#filling = this.#filled(node, filler).finally(() => {
        this.#filling = undefined;
      });
      return;
    }
  }

  async #filled(node: StorageNode, filler: SpanFiller): Promise<void> {
    try {
      await filler.run();
    } catch (failure) {
      const error = node.damaged(failure);
      const { log } = this.#parts.runtime;
      if (isServiceError(error)) log.debug("a span could not be copied", { error: error.message });
      else log.error("a span could not be copied", { error });
    }
  }

  async #tell(node: StorageNode, { shard, span, replicas }: MappedShard): Promise<void> {
    const { member, bugs, onStep } = this.#parts;
    const own = replicas.find((each) => each.member === member);
    const since = node.shards.held.since(span);
    if (own?.state === "filling" && since !== undefined) {
      await this.changeShards({ kind: "filled", shard, span, member, since });
      onStep?.("filled");
    }
    if (own?.state !== "leaving") return;
    if (bugs.has("dropsSpanTooEarly")) node.shards.removeSlice(span);
    if (!mayLeave({ shard, span, replicas }, node.horizon)) {
      // Where nobody reads or writes, no watermark moves by itself, and no horizon.
      node.askFor(this.#clock.now().latest);
      return;
    }
    await this.changeShards({ kind: "left", shard, member });
    onStep?.("left");
  }

  /** Beside everything else: others may answer late. */
  #balance(node: StorageNode, map: ShardMap): void {
    if (this.#balancing !== undefined) return;
    const failed = (error: unknown): void => {
      const { log } = this.#parts.runtime;
      const isUsual = isServiceError(error) || error instanceof SqlError;
      if (isUsual) log.debug("shards were not changed", { error: error.message });
      else log.error("shards were not changed", { error });
    };
    this.#balancing = this.#automatic
      .round(node, map)
      .catch(failed)
      .finally(() => {
        this.#balancing = undefined;
      });
  }

  #measure(node: StorageNode, mine: readonly MappedShard[]): void {
    node.load.turn();
    const held = mine.filter(({ span }) => node.shards.held.since(span) !== undefined);
    this.#meter.slice(node.store, held, node.writes, this.#clock.monotonicMicros());
  }
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The parts of a span that are in none of the shards. */
function without(held: Span, shards: readonly MappedShard[]): Span[] {
  let rest: Span[] = [{ start: held.start, end: held.end }];
  for (const { span } of shards) {
    rest = rest.flatMap((each) => {
      const before = { start: each.start, end: each.end < span.start ? each.end : span.start };
      const after = { start: each.start > span.end ? each.start : span.end, end: each.end };
      return [before, after].filter(({ start, end }) => start < end);
    });
  }
  return rest;
}
