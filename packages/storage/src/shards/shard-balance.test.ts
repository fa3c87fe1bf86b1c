/** Which shards are merged and moved by themselves, and that moves come to an end. */
import type { MappedShard, ShardChange, ShardMap, ShardReport } from "@firstlight/common";
import {
  KEY_MAX,
  KEY_MIN,
  TIMESTAMP_ZERO,
  changedShardMap,
  firstShardMap,
  timestamp,
} from "@firstlight/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { k } from "../testing/test-replica.ts";
import { fillingReplicas, wantedMerge, wantedMove } from "./shard-balance.ts";

const NAMES = ["one", "two", "three"];
/** Bytes and reads of each shard, and who holds it. */
type Placed = readonly [bytes: number, reads: number, ...members: readonly string[]];

function mapOf(...placed: readonly Placed[]): ShardMap {
  const ends = placed.map((_, i) => k(`row${i + 1}`));
  const map = firstShardMap(
    placed.map(([, , ...members], i) => ({
      shard: `s${i}`,
      span: {
        start: i === 0 ? KEY_MIN : (ends[i - 1] ?? KEY_MIN),
        end: i === placed.length - 1 ? KEY_MAX : (ends[i] ?? KEY_MAX),
      },
      members,
    })),
    NAMES.map((name) => ({ name, address: name })),
  );
  const policy = { ...map.policy, bytesMax: 1_000, readsPerSecondMax: 1_000, moves: true };
  return { ...map, policy };
}

function reportOf(map: ShardMap, placed: readonly Placed[], member: string): ShardReport {
  const shards = map.shards.flatMap(({ shard, replicas }) => {
    if (replicas.every((each) => each.member !== member)) return [];
    const [bytes = 0, readsPerSecond = 0] = placed[Number(shard.slice(1))] ?? [];
    return [{ shard, held: true, bytes, keys: 1, readsPerSecond }];
  });
  const nothing = { held: [], filling: undefined, cleaning: false };
  return { member, map, watermark: TIMESTAMP_ZERO, horizon: TIMESTAMP_ZERO, shards, ...nothing };
}

function moveOf(map: ShardMap, placed: readonly Placed[], member: string) {
  const [own, ...others] = [member, ...NAMES.filter((name) => name !== member)].map((name) =>
    reportOf(map, placed, name),
  );
  return own === undefined ? undefined : wantedMove(map, own, others);
}

function after(map: ShardMap, ...changes: readonly ShardChange[]): ShardMap {
  return changes.reduce((all, change) => changedShardMap(all, change) ?? all, map);
}

describe("moves by load", () => {
  it("go to the least loaded, by size and by reads, half of the difference at most", () => {
    const large: Placed[] = [
      [400, 0, "one"],
      [600, 0, "one"],
      [200, 0, "two"],
    ];
    expect(moveOf(mapOf(...large), large, "one")).toEqual({
      shard: "s0",
      from: "one",
      to: "three",
    });
    const hot: Placed[] = large.map(([bytes, , member = ""]) => [0, bytes, member]);
    expect(moveOf(mapOf(...hot), hot, "one")).toEqual({ shard: "s0", from: "one", to: "three" });
    expect(moveOf(mapOf(...large), large, "two")).toBeUndefined();
  });

  it("leave one shard alone that is all of the load, and differences that are small", () => {
    const single: Placed[] = [[900, 900, "one"]];
    expect(moveOf(mapOf(...single), single, "one")).toBeUndefined();
    const even: Placed[] = [
      [200, 200, "one"],
      [100, 0, "one"],
      [200, 0, "two"],
      [200, 0, "three"],
    ];
    expect(moveOf(mapOf(...even), even, "one")).toBeUndefined();
  });

  it("wait for what is being filled, for reports by the same map, and for measures", () => {
    const placed: Placed[] = [
      [500, 0, "one"],
      [500, 0, "one"],
    ];
    const map = mapOf(...placed);
    expect(moveOf(map, placed, "one")).toMatchObject({ to: "two" });
    const busy = after(map, { kind: "move", shard: "s0", from: "one", to: "three" });
    expect(fillingReplicas(busy)).toBe(1);
    expect(moveOf(busy, placed, "one")).toBeUndefined();
    const own = reportOf(map, placed, "one");
    const stale = { ...reportOf(map, placed, "two"), map: { ...map, version: 7 } };
    expect(wantedMove(map, own, [stale])).toBeUndefined();
    const unmeasured = {
      ...own,
      shards: own.shards.map((each) => ({ ...each, bytes: undefined })),
    };
    expect(wantedMove(map, unmeasured, [reportOf(map, placed, "two")])).toBeUndefined();
  });

  it("do not go where somebody has drained, nor to who has the shard", () => {
    const placed: Placed[] = [
      [500, 0, "one", "two"],
      [500, 0, "one", "two"],
    ];
    const map = mapOf(...placed);
    expect(moveOf(map, placed, "one")).toMatchObject({ to: "three" });
    const drained = after(map, { kind: "drain", member: "three" });
    expect(moveOf(drained, placed, "one")).toBeUndefined();
    const back = after(drained, { kind: "join", member: { name: "three", address: "three" } });
    expect(moveOf(back, placed, "one")).toMatchObject({ to: "three" });
  });

  it("come to an end wherever they begin, and never turn back", () => {
    const shard = fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.constantFrom(...NAMES));
    fc.assert(
      fc.property(fc.array(shard, { minLength: 1, maxLength: 12 }), (placed) => {
        let map = mapOf(...placed);
        let moves = 0;
        const seen = new Set<string>();
        for (let quiet = 0; quiet < NAMES.length;) {
          const wanted = moveOf(map, placed, NAMES[moves++ % NAMES.length] ?? "one");
          quiet = wanted === undefined ? quiet + 1 : 0;
          if (wanted === undefined) continue;
          const { shard: name, from, to } = wanted;
          map = after(
            map,
            { kind: "move", shard: name, from, to },
            {
              kind: "filled",
              shard: name,
              span: spanOf(map, name),
              member: to,
              since: timestamp(1),
            },
            { kind: "left", shard: name, member: from },
          );
          const where = JSON.stringify(map.shards.map(({ replicas }) => replicas[0]?.member));
          expect(seen.has(where)).toBe(false);
          seen.add(where);
        }
      }),
    );
  });
});

function spanOf({ shards }: ShardMap, name: string): MappedShard["span"] {
  const found = shards.find(({ shard }) => shard === name);
  return found?.span ?? { start: KEY_MIN, end: KEY_MAX };
}

describe("merges by size and reads", () => {
  const amounts =
    (placed: readonly Placed[]) =>
    ({ shard }: MappedShard): { bytes: number | undefined; readsPerSecond: number } => {
      const [bytes, readsPerSecond = 0] = placed[Number(shard.slice(1))] ?? [undefined];
      return { bytes, readsPerSecond };
    };

  it("are of neighbours at the same replicas that together have a quarter at most", () => {
    const placed: Placed[] = [
      [200, 0, "one"],
      [100, 0, "one"],
      [100, 200, "one"],
      [100, 100, "one"],
      [10, 0, "two"],
      [10, 0, "two"],
    ];
    const map = mapOf(...placed);
    expect(wantedMerge(map, "one", amounts(placed))).toBe("s1");
    const hot = placed.map(([bytes, , member = ""], i): Placed => [
      bytes,
      i === 2 ? 300 : 0,
      member,
    ]);
    expect(wantedMerge(map, "one", amounts(hot))).toBeUndefined();
    expect(wantedMerge(map, "two", amounts(placed))).toBe("s4");
    expect(wantedMerge(map, "three", amounts(placed))).toBeUndefined();
  });
});
