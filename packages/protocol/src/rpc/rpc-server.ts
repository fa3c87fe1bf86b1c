/** The answering side: hands every frame to the handler of its body, and sends what comes back. */
import type { Channel, Clock, Log, Subscription } from "@firstlight/common";
import { ServiceError, SqlError } from "@firstlight/common";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { toFailure } from "./failure.ts";
import { FrameBatch } from "./frame-batch.ts";
import { LongCalls } from "./long-calls.ts";
import { PieceReader } from "./pieces.ts";

/** A frame of its own for every call: it is given the number of the call. */
export type Answer = Frame | Promise<Frame>;

export interface StreamSink {
  /** The frame is the sink's from now on. */
  send(frame: Frame, bytes: number): void;
  end(error: Error): void;
}

/** Handlers by the name of the frame's body; one without a handler is answered "unavailable". */
export interface RpcHandlers {
  readonly calls: Readonly<Record<string, (frame: Frame__Output) => Answer>>;
  readonly streams: Readonly<
    Record<string, (frame: Frame__Output, sink: StreamSink) => Subscription>
  >;
}

export interface RpcServerParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly handlers: RpcHandlers;
  /** How far what is served is behind, in whole microseconds; told with every message. */
  readonly lag?: () => number;
}

/** A rough size for batching: what large answers consist of. */
function sizeOf(frame: Frame): number {
  const rows = frame.scanReply?.rows ?? frame.readReply?.values;
  let bytes = 0;
  for (const row of rows ?? []) bytes += typeof row === "string" ? row.length : row.length + 8;
  return bytes;
}

interface ServedChannel {
  readonly parts: RpcServerParts;
  readonly batch: FrameBatch;
  readonly streams: Map<number, Subscription>;
  readonly long: LongCalls;
}

export function serveChannel(channel: Channel, parts: RpcServerParts): void {
  const batch = new FrameBatch(channel, parts.clock, parts.lag);
  const streams = new Map<number, Subscription>();
  const long = new LongCalls(parts.clock, (call) => batch.add({ call, underWay: {} }));
  const served = { parts, batch, streams, long };
  const pieces = new PieceReader();
  channel.onMessage((message) => {
    for (const frame of pieces.take(message) ?? []) dispatch(frame, served);
  });
  channel.onClose(() => {
    long.close();
    for (const stream of streams.values()) stream.close();
    streams.clear();
  });
}

function dispatch(frame: Frame__Output, served: ServedChannel): void {
  const { batch, streams } = served;
  const { call } = frame;
  const body = frame.body ?? "";
  const stream = served.parts.handlers.streams[body];
  if (body === "cancel") {
    streams.get(call)?.close();
    streams.delete(call);
    batch.drop(call);
  } else if (stream !== undefined) {
    openStream(frame, stream, batch, streams);
  } else {
    answer(frame, served);
  }
}

function openStream(
  frame: Frame__Output,
  open: (frame: Frame__Output, sink: StreamSink) => Subscription,
  batch: FrameBatch,
  streams: Map<number, Subscription>,
): void {
  const { call } = frame;
  let open_ = true;
  const sink: StreamSink = {
    send: (reply, bytes) => {
      if (!open_) return;
      reply.call = call;
      batch.add(reply, bytes);
    },
    end: (error) => {
      open_ = false;
      streams.delete(call);
      batch.add({ call, failure: toFailure(error) });
    },
  };
  let subscription: Subscription;
  try {
    subscription = open(frame, sink);
  } catch (error) {
    sink.end(error as Error);
    return;
  }
  streams.set(call, {
    close: () => {
      open_ = false;
      subscription.close();
    },
  });
}

function answer(frame: Frame__Output, { parts, batch, long }: ServedChannel): void {
  const { call } = frame;
  const fail = (error: unknown): void => {
    long.end(call);
    // Of an SqlError the user is told.
    if (!(error instanceof ServiceError || error instanceof SqlError))
      parts.log.error("a call failed", { body: frame.body, error });
    batch.add({ call, failure: toFailure(error) });
  };
  const handler = parts.handlers.calls[frame.body ?? ""];
  if (handler === undefined) {
    fail(new ServiceError("unavailable", `nobody here answers ${frame.body ?? "nothing"}`));
    return;
  }
  const send = (reply: Frame): void => {
    long.end(call);
    reply.call = call;
    batch.add(reply, sizeOf(reply));
  };
  try {
    const reply = handler(frame);
    if (!(reply instanceof Promise)) {
      send(reply);
      return;
    }
    long.begin(call);
    reply.then(send, fail);
  } catch (error) {
    fail(error);
  }
}
