/** Frames to bytes and back, by the proto files themselves (@grpc/proto-loader). */
import { fileURLToPath } from "node:url";
import { loadSync } from "@grpc/proto-loader";
import type { Envelope__Output } from "../gen/firstlight/v1/Envelope.ts";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";

const PROTO_ROOT = fileURLToPath(new URL("../../../../proto", import.meta.url));

interface StreamMethod {
  readonly path: string;
  requestSerialize(value: object): Buffer;
  requestDeserialize(bytes: Buffer): object;
}

function loadExchange(): StreamMethod {
  const definition = loadSync("firstlight/v1/exchange.proto", {
    includeDirs: [PROTO_ROOT],
    longs: Number,
    enums: String,
    defaults: true,
    arrays: true,
    oneofs: true,
  });
  const service = definition["firstlight.v1.ExchangeService"];
  if (service === undefined || !("Exchange" in service)) {
    throw new Error("exchange.proto declares no ExchangeService.Exchange");
  }
  return service["Exchange"] as unknown as StreamMethod;
}

const EXCHANGE = loadExchange();

/** "/firstlight.v1.ExchangeService/Exchange" */
export const EXCHANGE_PATH: string = EXCHANGE.path;

export function encodeEnvelope(frames: readonly Frame[]): Buffer {
  return EXCHANGE.requestSerialize({ frames });
}

export function decodeEnvelope(bytes: Uint8Array): readonly Frame__Output[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (EXCHANGE.requestDeserialize(buffer) as Envelope__Output).frames;
}
