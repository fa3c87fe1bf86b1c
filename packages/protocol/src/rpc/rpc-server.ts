/** The answering side: hands every frame to the handler of its body, and sends what comes back. */
import type { Channel, Clock, Log, Subscription } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { decodeEnvelope } from "./envelope.ts";
import { toFailure } from "./failure.ts";
import { FrameBatch } from "./frame-batch.ts";

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
}

/** A rough size for batching: what large answers consist of. */
function sizeOf(frame: Frame): number {
  const rows = frame.scanReply?.rows ?? frame.readReply?.values;
  let bytes = 0;
  for (const row of rows ?? []) bytes += typeof row === "string" ? row.length : row.length + 8;
  return bytes;
}

export function serveChannel(channel: Channel, parts: RpcServerParts): void {
  const batch = new FrameBatch(channel, parts.clock);
  const streams = new Map<number, Subscription>();
  channel.onMessage((message) => {
    for (const frame of decodeEnvelope(message)) dispatch(frame, parts, batch, streams);
  });
  channel.onClose(() => {
    for (const stream of streams.values()) stream.close();
    streams.clear();
  });
}

function dispatch(
  frame: Frame__Output,
  parts: RpcServerParts,
  batch: FrameBatch,
  streams: Map<number, Subscription>,
): void {
  const { call } = frame;
  const body = frame.body ?? "";
  const stream = parts.handlers.streams[body];
  if (body === "cancel") {
    streams.get(call)?.close();
    streams.delete(call);
  } else if (stream !== undefined) {
    openStream(frame, stream, batch, streams);
  } else {
    answer(frame, parts, batch);
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

function answer(frame: Frame__Output, parts: RpcServerParts, batch: FrameBatch): void {
  const { call } = frame;
  const fail = (error: unknown): void => {
    if (!(error instanceof ServiceError))
      parts.log.error("a call failed", { body: frame.body, error });
    batch.add({ call, failure: toFailure(error) });
  };
  const handler = parts.handlers.calls[frame.body ?? ""];
  if (handler === undefined) {
    fail(new ServiceError("unavailable", `nobody here answers ${frame.body ?? "nothing"}`));
    return;
  }
  const send = (reply: Frame): void => {
    reply.call = call;
    batch.add(reply, sizeOf(reply));
  };
  try {
    const reply = handler(frame);
    if (reply instanceof Promise) reply.then(send, fail);
    else send(reply);
  } catch (error) {
    fail(error);
  }
}
