/** Services as handlers of an RpcServer. */
import type {
  Adjudicator,
  Clock,
  DirectorySource,
  JournalReplica,
  LogId,
  MaybePromise,
  Registrar,
  RegistrarRequest,
  ShardKeeper,
  ShardMapSource,
  Storage,
} from "@firstlight/common";
import { andThen, encodeRangeMap, logId, timestamp, transactionId } from "@firstlight/common";
import type { Turn } from "../convert/adjudicator.ts";
import {
  fromCommit,
  fromDecision,
  fromPrepare,
  malformed,
  toHeartbeat,
  toOutcome,
  toReport,
  toVerdict,
} from "../convert/adjudicator.ts";
import { fromNews, toNews } from "../convert/directory.ts";
import {
  entriesBytes,
  fromAppend,
  toAppendReply,
  toEntry,
  toJoinReply,
  toReadReply,
  toState,
} from "../convert/journal.ts";
import * as shardsWire from "../convert/shards.ts";
import * as storageWire from "../convert/storage.ts";
import type { Frame } from "../gen/firstlight/v1/Frame.ts";
import type { RpcHandlers } from "../rpc/rpc-server.ts";

function required<T>(body: T | null | undefined, name: string): T {
  if (body === null || body === undefined) throw malformed(name);
  return body;
}

const done = (): Frame => ({ done: {} });

/** Completes at once when the service answers at once. */
function reply<T>(answer: MaybePromise<T>, convert: (value: T) => Frame): Frame | Promise<Frame> {
  return andThen(answer, convert);
}

/**
 * `adjudicator`: the one there is, or that of a log that the process may serve. `turn`: large
 * transactions are read in turns.
 */
export function adjudicatorHandlers(
  adjudicator: Adjudicator | ((log: LogId) => Adjudicator),
  turn?: Turn,
): RpcHandlers {
  const of = typeof adjudicator === "function" ? adjudicator : () => adjudicator;
  return {
    streams: {},
    calls: {
      commit: ({ log, commit }) => {
        const request = fromCommit(required(commit, "commit"), turn);
        const verdict = andThen(request, (read) => of(logId(log)).commit(read));
        return reply(verdict, (given) => ({ verdictReply: toVerdict(given) }));
      },
      prepare: ({ log, prepare }) =>
        reply(of(logId(log)).prepare(fromPrepare(required(prepare, "prepare"))), (verdict) => ({
          verdictReply: toVerdict(verdict),
        })),
      decide: ({ log, decide }) =>
        reply(of(logId(log)).decide(fromDecision(required(decide, "decide"))), done),
      outcome: ({ log, outcome }) => {
        const { transaction, after } = required(outcome, "outcome");
        // Zero, or of somebody who does not know the field: all are above it.
        const asked = of(logId(log)).outcome(transactionId(transaction), timestamp(after));
        return reply(asked, (found) => ({ outcomeReply: toOutcome(found) }));
      },
      heartbeat: ({ log, heartbeat }) => {
        const atLeast = timestamp(required(heartbeat, "heartbeat").atLeast);
        return reply(of(logId(log)).heartbeat(atLeast), (beat) => ({
          heartbeatReply: toHeartbeat(beat),
        }));
      },
      ranges: ({ log, ranges }) => {
        const atLeast = timestamp(required(ranges, "ranges").atLeast);
        return reply(of(logId(log)).ranges(atLeast), (map) => ({
          rangesReply: { ranges: encodeRangeMap(map) },
        }));
      },
      conflicts: ({ log }) =>
        reply(of(logId(log)).conflicts(), (report) => ({ conflictsReply: toReport(report) })),
    },
  };
}

function registrarRequest(body: string): RegistrarRequest {
  try {
    return JSON.parse(body) as RegistrarRequest;
  } catch {
    throw malformed("request to the registrar");
  }
}

export function registrarHandlers(registrar: Registrar): RpcHandlers {
  return {
    streams: {},
    calls: {
      registrar: ({ registrar: message }) => {
        const request = registrarRequest(required(message, "registrar").body);
        return reply(registrar.call(request), (answer) => ({
          registrarReply: { body: JSON.stringify(answer) },
        }));
      },
    },
  };
}

export function directoryHandlers(directory: DirectorySource): RpcHandlers {
  return {
    streams: {},
    calls: {
      directory: ({ directory: news }) =>
        reply(directory.exchange(fromNews(required(news, "directory"))), (answer) => ({
          directoryReply: toNews(answer),
        })),
    },
  };
}

/** Of any process: what its clock says. */
export function clockHandlers(clock: Clock): RpcHandlers {
  return { streams: {}, calls: { clock: () => ({ clockReply: clock.now() }) } };
}

/** What one process serves beside each other. */
export function bothHandlers(one: RpcHandlers, other: RpcHandlers): RpcHandlers {
  return {
    streams: { ...one.streams, ...other.streams },
    calls: { ...one.calls, ...other.calls },
  };
}

export function journalReplicaHandlers(replica: JournalReplica): RpcHandlers {
  return {
    streams: {
      tail: ({ tail }, sink) => {
        const { log, from } = required(tail, "tail");
        return replica.tail(logId(log), from, {
          onEntries: (entries) =>
            sink.send({ tailEntries: { entries: entries.map(toEntry) } }, entriesBytes(entries)),
          // The pieces in which entries travel tell of progress.
          onProgress: () => undefined,
          onEnd: (error) => sink.end(error),
        });
      },
    },
    calls: {
      append: ({ append }) =>
        reply(replica.append(fromAppend(required(append, "append"))), (answer) => ({
          appendReply: toAppendReply(answer),
        })),
      promise: ({ promise }) => {
        const { log, epoch, members } = required(promise, "promise");
        return reply(replica.promise(logId(log), epoch, members), ({ granted, state }) => ({
          promiseReply: { granted, state: toState(state) },
        }));
      },
      state: ({ state }) =>
        reply(replica.state(logId(required(state, "state").log)), (found) => ({
          stateReply: toState(found),
        })),
      readLog: ({ readLog }) => {
        const { log, from, maxBytes, uncommitted } = required(readLog, "read");
        return reply(replica.read(logId(log), from, maxBytes, uncommitted), (result) => ({
          readLogReply: toReadReply(result),
        }));
      },
      trim: ({ trim }) => {
        const { log, upTo } = required(trim, "trim");
        // A negative number arrives as one beyond all indexes.
        if (!Number.isSafeInteger(upTo)) throw malformed("index to trim to");
        return reply(replica.trim(logId(log), upTo), done);
      },
      join: ({ join }) => {
        const { place, incarnation } = required(join, "join");
        return reply(replica.join({ place, incarnation }), (answer) => ({
          joinReply: toJoinReply(answer),
        }));
      },
    },
  };
}

export function shardHandlers(source: ShardMapSource | ShardKeeper): RpcHandlers {
  return {
    streams: {},
    calls: {
      shards: ({ shards }) => {
        const request = shardsWire.fromShardRequest(required(shards, "shards").body);
        return reply(shardsWire.answerShards(source, request), (answer) => ({
          shardsReply: { body: shardsWire.toShardMessage(answer) },
        }));
      },
    },
  };
}

export function storageHandlers(storage: Storage): RpcHandlers {
  return {
    streams: {},
    calls: {
      read: ({ read }) =>
        reply(storage.read(storageWire.fromRead(required(read, "read"))), (values) => ({
          readReply: storageWire.toReadReply(values),
        })),
      scan: ({ scan }) =>
        reply(storage.scan(storageWire.fromScan(required(scan, "scan"))), (page) => ({
          scanReply: storageWire.toPage(page),
        })),
      status: () =>
        reply(storage.status(), (status) => ({ statusReply: storageWire.toStatus(status) })),
    },
  };
}
