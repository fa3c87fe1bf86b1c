/** `firstlight shards`: shows and changes what storage replicas of a running local cluster hold. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ShardCommand, ShardMap, ShardPolicy, ShardReport } from "@firstlight/common";
import { ServiceError, isServiceError, keyFromLatin1, keyToBytes } from "@firstlight/common";
import { sharedAnchor } from "../adapters/system-clock.ts";
import { ClusterConnections } from "../cluster/cluster-connections.ts";
import { addMember, layoutOf, readClusterFile, removeMember } from "../cluster/cluster-file.ts";
import { UsageError } from "../command-line/options.ts";
import type { ShardsOptions } from "../shards-options.ts";
import { clusterRuntime } from "./runtime.ts";

function required(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw new UsageError(`firstlight shards: --${option} is missing`);
}

function policyOf(options: ShardsOptions): Partial<ShardPolicy> {
  const { automatic, bytesMax, readsMax, pauseSeconds, merges, moves, movesMax } = options;
  return {
    ...(automatic === undefined ? {} : { enabled: automatic }),
    ...(bytesMax === undefined ? {} : { bytesMax }),
    ...(readsMax === undefined ? {} : { readsPerSecondMax: readsMax }),
    ...(merges === undefined ? {} : { merges }),
    ...(moves === undefined ? {} : { moves }),
    ...(movesMax === undefined ? {} : { movesMax }),
    ...(pauseSeconds === undefined ? {} : { pauseMicros: pauseSeconds * 1_000_000 }),
  };
}

/** Undefined: nothing is to be changed. */
function commandOf(options: ShardsOptions, port: number | undefined): ShardCommand | undefined {
  const { action, name, from, to, at, force } = options;
  if (action === "split") {
    if (at === undefined) return { kind: "split", shard: name };
    const key = keyFromLatin1(Buffer.from(at, "hex").toString("latin1"));
    return { kind: "split", shard: name, at: key };
  }
  if (action === "merge") return { kind: "merge", shard: name };
  if (action === "move") {
    const target = required(to, "to");
    return from === undefined
      ? { kind: "move", shard: name, to: target }
      : { kind: "move", shard: name, from, to: target };
  }
  if (action === "leave") return { kind: "leave", shard: name, member: required(from, "from") };
  if (action === "add") {
    return {
      kind: "join",
      member: { name, address: `127.0.0.1:${required(port?.toString(), "port")}` },
    };
  }
  if (action === "drain") return { kind: "drain", member: name };
  if (action === "remove") return { kind: "remove", member: name, force };
  if (action === "policy") return { kind: "policy", policy: policyOf(options) };
  return undefined;
}

/** A split without a key is asked of those who have measured the shard. */
function inOrder(map: ShardMap, command: ShardCommand): ShardMap {
  if (command.kind !== "split") return map;
  const found = map.shards.find(({ shard }) => shard === command.shard);
  const names = new Set(found?.replicas.map(({ member }) => member));
  const members = map.members.toSorted(
    (a, b) => Number(names.has(b.name)) - Number(names.has(a.name)),
  );
  return { ...map, members };
}

/** Any replica can change the map; the next one is asked when one does not answer. */
async function change(connections: ClusterConnections, command: ShardCommand): Promise<ShardMap> {
  const { members } = inOrder(connections.shards.map, command);
  let failure: unknown = new ServiceError("unavailable", "the cluster has no storage replicas");
  for (const { name } of members) {
    try {
      return await connections.shardKeeper(name).changeShards(command);
    } catch (error) {
      if (!isServiceError(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function reports(connections: ClusterConnections): Promise<ReadonlyMap<string, ShardReport>> {
  const found = new Map<string, ShardReport>();
  await Promise.all(
    connections.shards.map.members.map(async ({ name }) => {
      try {
        found.set(name, await connections.shardKeeper(name).shardReport());
      } catch (error) {
        if (!isServiceError(error)) throw error;
      }
    }),
  );
  return found;
}

function hex(key: Parameters<typeof keyToBytes>[0]): string {
  return key === "" ? "-" : keyToBytes(key).toString("hex");
}

function replicaLine(
  member: string,
  state: string,
  shard: string,
  report: ShardReport | undefined,
): string {
  if (report === undefined) return `    ${member}  ${state}, does not answer`;
  const found = report.shards.find((each) => each.shard === shard);
  const size =
    found?.bytes === undefined ? "not measured" : `${found.bytes} bytes, ${found.keys} keys`;
  const reads = `${Math.round(found?.readsPerSecond ?? 0)} reads/s`;
  const lag = `watermark ${new Date(report.watermark / 1_000).toISOString()}`;
  return `    ${member}  ${state}, ${size}, ${reads}, ${lag}`;
}

function policyText({ enabled, bytesMax, readsPerSecondMax, ...policy }: ShardPolicy): string {
  if (!enabled) return "nothing changes by itself";
  const more = [
    ...(policy.merges ? ["merged below a quarter of that"] : []),
    ...(policy.moves ? [`moved by load, ${policy.movesMax} at a time`] : []),
  ];
  const limits = `above ${bytesMax} bytes or ${readsPerSecondMax} reads/s`;
  return [`shards are split by themselves ${limits}`, ...more].join(", ");
}

function lines(map: ShardMap, found: ReadonlyMap<string, ShardReport>): string[] {
  const shards = map.shards.flatMap(({ shard, span, replicas }) => [
    `${shard}  ${hex(span.start)} .. ${hex(span.end)}`,
    ...replicas.map(({ member, state }) => replicaLine(member, state, shard, found.get(member))),
  ]);
  const named = new Set(map.shards.flatMap(({ replicas }) => replicas.map(({ member }) => member)));
  const idle = map.members.filter(({ name }) => !named.has(name));
  return [
    `version ${map.version}; ${policyText(map.policy)}`,
    ...shards,
    ...idle.map(({ name }) => `${name} holds no shard`),
  ];
}

function startMember(directory: string, name: string, port: number): void {
  const restart = addMember(directory, { name, address: `127.0.0.1:${port}` });
  spawn("sh", ["-c", restart], { detached: true, stdio: "ignore" }).unref();
}

function stopMember(directory: string, name: string): void {
  const pid = readClusterFile(directory).processes[name]?.pid ?? 0;
  removeMember(directory, name);
  try {
    if (pid > 0) process.kill(pid, "SIGTERM");
  } catch {
    // It does not run any more.
  }
}

export async function runShardsCommand(options: ShardsOptions): Promise<void> {
  const directory = resolve(options.dataDirectory);
  if (!existsSync(join(directory, "cluster.json"))) {
    throw new UsageError(`${directory} holds no cluster.json; start one with "firstlight cluster"`);
  }
  const command = commandOf(options, options.port);
  const file = readClusterFile(directory);
  const runtime = clusterRuntime({
    name: "shards",
    directory,
    logLevel: "error",
    anchorMicros: sharedAnchor(directory),
  });
  const connections = new ClusterConnections(runtime, layoutOf(file));
  try {
    await connections.shards.refresh();
    if (command !== undefined) connections.shards.learn(await change(connections, command));
    if (command?.kind === "join" && options.port !== undefined) {
      startMember(directory, options.name, options.port);
    }
    if (command?.kind === "remove") stopMember(directory, options.name);
    const found = await reports(connections);
    // The newest: some replicas may not have heard of the last change.
    for (const { map } of found.values()) connections.shards.learn(map);
    const text = lines(connections.shards.map, found).join("\n");
    process.stdout.write(`${text}\n`);
  } finally {
    connections.close();
  }
}
