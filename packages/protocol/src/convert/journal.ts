/** Journal replica messages between contract and wire. */
import type {
  LogEntry,
  ReadResult,
  ReplicaAppend,
  ReplicaAppendReply,
  ReplicaJoinReply,
  ReplicaPromiseReply,
  ReplicaState,
} from "@firstlight/common";
import { logId, timestamp } from "@firstlight/common";
import type { LogEntry as WireEntry, LogEntry__Output } from "../gen/firstlight/v1/LogEntry.ts";
import type {
  ReplicaAppend as WireAppend,
  ReplicaAppend__Output,
} from "../gen/firstlight/v1/ReplicaAppend.ts";
import type {
  ReplicaAppendReply as WireAppendReply,
  ReplicaAppendReply__Output,
} from "../gen/firstlight/v1/ReplicaAppendReply.ts";
import type {
  ReplicaJoinReply as WireJoinReply,
  ReplicaJoinReply__Output,
} from "../gen/firstlight/v1/ReplicaJoinReply.ts";
import type { ReplicaPromiseReply__Output } from "../gen/firstlight/v1/ReplicaPromiseReply.ts";
import type {
  ReplicaReadReply,
  ReplicaReadReply__Output,
} from "../gen/firstlight/v1/ReplicaReadReply.ts";
import type {
  ReplicaState as WireState,
  ReplicaState__Output,
} from "../gen/firstlight/v1/ReplicaState.ts";
import { malformed } from "./adjudicator.ts";

export function toEntry(entry: LogEntry): WireEntry {
  const { index, epoch, timestamp: at, payload } = entry;
  return { index, epoch, timestamp: at, payload };
}

export function fromEntry(entry: LogEntry__Output): LogEntry {
  const { index, epoch, payload } = entry;
  return { index, epoch, timestamp: timestamp(entry.timestamp), payload };
}

export function entriesBytes(entries: readonly LogEntry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.payload.length + 32;
  return bytes;
}

export function toAppend(request: ReplicaAppend): WireAppend {
  return { ...request, entries: request.entries.map(toEntry), members: [...request.members] };
}

export function fromAppend(request: ReplicaAppend__Output): ReplicaAppend {
  const { epoch, previousIndex, previousEpoch, committed, members } = request;
  const entries = request.entries.map(fromEntry);
  const log = logId(request.log);
  return { log, epoch, previousIndex, previousEpoch, entries, committed, members };
}

export function fromAppendReply(reply: ReplicaAppendReply__Output): ReplicaAppendReply {
  const { accepted, promisedEpoch, lastIndex, outdated, members, roomBytes } = reply;
  if (reply._roomBytes === "roomBytes" && roomBytes !== undefined) {
    return { accepted, promisedEpoch, lastIndex, roomBytes };
  }
  if (!outdated) return { accepted, promisedEpoch, lastIndex };
  return { accepted, promisedEpoch, lastIndex, members };
}

export function toAppendReply(reply: ReplicaAppendReply): WireAppendReply {
  const { members } = reply;
  if (members === undefined) return { ...reply, members: [] };
  return { ...reply, outdated: true, members: [...members] };
}

export function toJoinReply({ members, logs }: ReplicaJoinReply): WireJoinReply {
  return {
    members: [...members],
    logs: logs.map(({ log, state }) => ({ log, state: toState(state) })),
  };
}

export function fromJoinReply({ members, logs }: ReplicaJoinReply__Output): ReplicaJoinReply {
  return {
    members,
    logs: logs.map(({ log, state }) => {
      if (!state) throw malformed("log without a state");
      return { log: logId(log), state: fromState(state) };
    }),
  };
}

export function toState(state: ReplicaState): WireState {
  return { ...state, members: [...state.members] };
}

export function fromState(state: ReplicaState__Output): ReplicaState {
  const { promisedEpoch, lastIndex, lastEpoch, committed, firstIndex, baseEpoch, members } = state;
  return {
    promisedEpoch,
    lastIndex,
    lastEpoch,
    lastTimestamp: timestamp(state.lastTimestamp),
    committed,
    firstIndex,
    baseEpoch,
    baseTimestamp: timestamp(state.baseTimestamp),
    members,
  };
}

export function fromPromiseReply(reply: ReplicaPromiseReply__Output): ReplicaPromiseReply {
  if (!reply.state) throw malformed("promise without a state");
  return { granted: reply.granted, state: fromState(reply.state) };
}

export function toReadReply(result: ReadResult): ReplicaReadReply {
  return { entries: result.entries.map(toEntry), next: result.next };
}

export function fromReadReply(reply: ReplicaReadReply__Output): ReadResult {
  return { entries: reply.entries.map(fromEntry), next: reply.next };
}
