/**
 * `firstlight replace`: gives the place of a journal replica to a new process at another address, for
 * good. First it is written down, so that nothing starts the old one again and every later start knows
 * the new one; then the old one is ended; then the new one is started, which fills itself from the
 * others and tells everybody where it is (docs/decisions/0039). Where the command was interrupted it
 * goes on when it is given again.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { JournalReplica } from "@firstlight/common";
import { RpcClient, JournalReplicaStub } from "@firstlight/protocol";
import { lockHolder } from "../adapters/process-lock.ts";
import { sharedAnchor } from "../adapters/system-clock.ts";
import type { JournalSuccessor } from "../cluster/cluster-file.ts";
import {
  journalSuccessor,
  layoutOf,
  readClusterFile,
  replaceJournal,
} from "../cluster/cluster-file.ts";
import type { ClusterLayout, Member } from "../cluster/layout.ts";
import { membersOf } from "../cluster/layout.ts";
import { isFree, terminate } from "../cluster/local-processes.ts";
import type { ReplaceOptions } from "../command-line/options.ts";
import { UsageError } from "../command-line/options.ts";
import { clusterRuntime } from "./runtime.ts";

const PATIENCE_MICROS = 600_000_000;
const PAUSE_MICROS = 300_000;
const REQUEST_MICROS = 2_000_000;

type Runtime = ReturnType<typeof clusterRuntime>;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Whether a replica answers for what it holds: one that is being filled does not. */
async function serves(runtime: Runtime, layout: ClusterLayout, member: Member): Promise<boolean> {
  const settings = { timeoutMicros: REQUEST_MICROS, callsMax: 1 };
  const client = new RpcClient(runtime.network, runtime.clock, member.address, settings);
  const replica: JournalReplica = new JournalReplicaStub(client);
  try {
    for (const { log } of layout.topology.adjudicators) await replica.state(log);
    return true;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

async function untilServing(
  runtime: Runtime,
  layout: ClusterLayout,
  member: Member,
): Promise<void> {
  const { clock } = runtime;
  const giveUp = clock.monotonicMicros() + PATIENCE_MICROS;
  for (let asked = 0; !(await serves(runtime, layout, member)); asked++) {
    if (asked === 0) say(`waiting until ${member.name} serves`);
    if (clock.monotonicMicros() > giveUp) throw new Error(`${member.name} does not serve`);
    await clock.sleep(PAUSE_MICROS);
  }
}

function layoutIn(directory: string): ClusterLayout {
  if (existsSync(join(directory, "cluster.json"))) return layoutOf(readClusterFile(directory));
  throw new UsageError(`${directory} holds no cluster.json`);
}

async function refuseUsed(address: string): Promise<void> {
  const [host = "", port = ""] = address.split(":");
  if (!(await isFree(host, Number(port)))) throw new UsageError(`${address} is in use`);
}

/** Gives the place away, in cluster.json. All others have to serve. */
async function give(
  runtime: Runtime,
  directory: string,
  { name, address }: ReplaceOptions,
): Promise<JournalSuccessor> {
  const layout = layoutIn(directory);
  const journals = membersOf(layout, "journal");
  if (!journals.some((member) => member.name === name)) {
    throw new UsageError(`the cluster has no journal replica "${name}"`);
  }
  await refuseUsed(address);
  // All of them have to record the new one, and one that is being filled cannot: it goes first.
  for (const member of journals) {
    if (member.name !== name) await untilServing(runtime, layout, member);
  }
  return replaceJournal(directory, name, address);
}

/** A command before this one was interrupted after it had given the place away, or was not. */
function begun(directory: string, { name, address }: ReplaceOptions): JournalSuccessor | undefined {
  const found = journalSuccessor(directory, name);
  if (found === undefined || found.member.address === address) return found;
  const { member } = found;
  throw new UsageError(
    `${member.name} at ${member.address} has the place of ${name}: give this address to go on, or replace ${member.name}`,
  );
}

export async function runReplaceCommand(options: ReplaceOptions): Promise<void> {
  const { name, address } = options;
  const directory = resolve(options.dataDirectory);
  layoutIn(directory);
  const anchorMicros = sharedAnchor(directory);
  const runtime = clusterRuntime({ name: "replace", directory, logLevel: "warn", anchorMicros });
  const { member, restart } =
    begun(directory, options) ?? (await give(runtime, directory, options));
  // Each step from here on may be done again.
  await terminate(lockHolder(join(directory, name)) ?? 0);
  if (lockHolder(join(directory, member.name)) === undefined) {
    await refuseUsed(address);
    spawnSync("sh", ["-c", restart], { stdio: "ignore" });
  }
  await untilServing(runtime, layoutIn(directory), member);
  say(`${member.name} at ${address} has the place of ${name}`);
}
