/** What each change makes of the shard map, and what is refused. */
import { describe, expect, it } from "vitest";
import type { ShardChange, ShardMap } from "../contracts/shards.ts";
import { SqlError } from "../errors/sql-error.ts";
import { KEY_MAX, KEY_MIN, keyFromLatin1 } from "../keys/key.ts";
import { decodeShardMap, encodeShardMap } from "../records/shard-map-record.ts";
import { timestamp } from "../time/timestamp.ts";
import { changedShardMap, firstShardMap, mayLeave } from "./shard-changes.ts";

const M = keyFromLatin1("m\xff");
const WHOLE = { start: KEY_MIN, end: KEY_MAX };
const NAMES = ["one", "two", "three"];

function first(): ShardMap {
  return firstShardMap(
    [{ shard: "s1", span: WHOLE, members: ["one", "two"] }],
    NAMES.map((name) => ({ name, address: `${name}:1` })),
  );
}

function after(...changes: readonly ShardChange[]): ShardMap {
  return changes.reduce((map, change) => changedShardMap(map, change) ?? map, first());
}

/** "s1: one serving, two leaving" for each shard. */
function shown({ shards }: ShardMap): string[] {
  return shards.map(({ shard, replicas }) => {
    return `${shard}: ${replicas.map(({ member, state }) => `${member} ${state}`).join(", ")}`;
  });
}

const MOVE: ShardChange = { kind: "move", shard: "s1", from: "one", to: "three" };
const FILLED: ShardChange = {
  kind: "filled",
  shard: "s1",
  span: WHOLE,
  member: "three",
  since: timestamp(50),
};

function refusal(...changes: readonly ShardChange[]): string {
  try {
    after(...changes);
  } catch (error) {
    if (error instanceof SqlError) return `${error.sqlstate} ${error.message}`;
    throw error;
  }
  return "not refused";
}

describe("the shard map", () => {
  it("is what it was after a way through bytes, keys above 127 included", () => {
    const map = after({ kind: "split", shard: "s1", at: M });
    expect(decodeShardMap(encodeShardMap(map))).toEqual(map);
  });

  it("has both halves at the replicas of the whole after a split, and one shard after a merge", () => {
    const split: ShardChange = { kind: "split", shard: "s1", at: M };
    expect(shown(after(split))).toEqual([
      "s1: one serving, two serving",
      "s2: one serving, two serving",
    ]);
    const merged = after(split, { kind: "merge", shard: "s1" });
    expect(shown(merged)).toEqual(["s1: one serving, two serving"]);
    expect(merged.shards[0]?.span).toEqual(WHOLE);
    expect(merged.version).toBe(2);
  });

  it("lets the old replica leave only when the new one says that it has the shard", () => {
    expect(shown(after(MOVE))).toEqual(["s1: one serving, two serving, three filling"]);
    expect(shown(after(MOVE, FILLED))).toEqual(["s1: one leaving, two serving, three serving"]);
    const left: ShardChange = { kind: "left", shard: "s1", member: "one" };
    expect(shown(after(MOVE, FILLED, left))).toEqual(["s1: two serving, three serving"]);
    expect(shown(after(MOVE, left))).toEqual(shown(after(MOVE)));
  });

  it("does not take a part of a shard for the shard", () => {
    const part = { ...FILLED, span: { start: KEY_MIN, end: M } };
    expect(shown(after(MOVE, part))).toEqual(shown(after(MOVE)));
  });

  it("lets a replica go when another one answers every readable snapshot", () => {
    const [shard] = after(MOVE, FILLED, { kind: "remove", member: "two", force: true }).shards;
    if (shard === undefined) throw new Error("no shard");
    expect([mayLeave(shard, timestamp(49)), mayLeave(shard, timestamp(50))]).toEqual([false, true]);
  });

  it("is read as an earlier release wrote it", () => {
    const { changedAt: splitAt, policy, ...map } = first();
    const { enabled, bytesMax, readsPerSecondMax, pauseMicros } = policy;
    const stored = {
      ...map,
      splitAt,
      policy: { enabled, bytesMax, readsPerSecondMax, pauseMicros },
    };
    expect(decodeShardMap(Buffer.from(JSON.stringify(stored)))).toEqual(first());
  });

  it("moves nothing to who was drained until it joins again", () => {
    const drained = after({ kind: "drain", member: "three" });
    expect(drained.members.map((each) => each.drained === true)).toEqual([false, false, true]);
    expect(changedShardMap(drained, { kind: "drain", member: "three" })).toBeUndefined();
    expect(() => changedShardMap(drained, { kind: "drain", member: "one" })).toThrow("no other");
    const join: ShardChange = { kind: "join", member: { name: "three", address: "three:1" } };
    expect(changedShardMap(drained, join)?.members).toEqual([...first().members]);
  });

  it("drains a replica into those that have fewest", () => {
    expect(shown(after({ kind: "drain", member: "one" }))).toEqual([
      "s1: one serving, two serving, three filling",
    ]);
  });

  it.each([
    ["42704", [{ kind: "merge", shard: "s9" }]],
    ["22023", [{ kind: "split", shard: "s1", at: KEY_MIN }]],
    ["55000", [{ kind: "merge", shard: "s1" }]],
    ["55000", [MOVE, MOVE]],
    ["55000", [{ kind: "remove", member: "one", force: false }]],
    [
      "55000",
      [
        { kind: "leave", shard: "s1", member: "one" },
        { kind: "leave", shard: "s1", member: "two" },
      ],
    ],
    ["55000", [{ kind: "split", shard: "s1", at: M }, MOVE, { kind: "merge", shard: "s1" }]],
  ] as const)("refuses with %s what cannot be: %j", (sqlstate, changes) => {
    expect(refusal(...changes)).toContain(sqlstate);
  });
});
