/** Contracts over gRPC and over encoded envelopes give what the service itself gives. */
import type { PointRead, ScanPage, ScanRequest, Storage, StorageStatus } from "@firstlight/common";
import {
  SILENT_LOG,
  ServiceError,
  keyFromLatin1,
  logId,
  packMutations,
  timestamp,
  transactionId,
  withoutNumber,
} from "@firstlight/common";
import type { Clock, CommitRequest } from "@firstlight/common";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromCommit, packLarge, toCommit } from "./convert/adjudicator.ts";
import { StorageStub } from "./client/storage-stub.ts";
import { GrpcNetwork } from "./grpc/grpc-network.ts";
import { decodeEnvelope, encodeEnvelope } from "./rpc/envelope.ts";
import { RpcClient } from "./rpc/rpc-client.ts";
import { serveChannel } from "./rpc/rpc-server.ts";
import { storageHandlers } from "./server/handlers.ts";

const clock: Clock = {
  now: () => ({ earliest: timestamp(1), latest: timestamp(1) }),
  monotonicMicros: () => Math.floor(performance.now() * 1_000),
  after: (micros, callback) => {
    const timer = setTimeout(callback, micros / 1_000);
    return { cancel: () => clearTimeout(timer) };
  },
  endOfTick: (callback) => void setImmediate(callback),
  sleep: (micros) => new Promise((resolve) => void setTimeout(resolve, micros / 1_000)),
};

class FakeStorage implements Storage {
  read(request: PointRead): readonly (Uint8Array | undefined)[] {
    if (request.snapshot === 13) throw new ServiceError("horizon", "too old");
    return request.keys.map((key) => (key === "" ? undefined : Buffer.from(key, "latin1")));
  }

  scan(request: ScanRequest): Promise<ScanPage> {
    const { span, withKeys } = request;
    const keys = withKeys ? [span.start] : undefined;
    const batch = { kind: "raw" as const, values: [Buffer.from("row")] };
    return Promise.resolve({ keys, batch, rest: span });
  }

  status(): StorageStatus {
    return {
      watermark: timestamp(2 ** 50),
      horizon: timestamp(3),
      applied: { a1: 3 },
      positions: { a1: 4 },
    };
  }
}

const network = new GrpcNetwork();
let client: RpcClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  const handlers = storageHandlers(new FakeStorage());
  const listener = await network.listen("127.0.0.1:0", (channel) =>
    serveChannel(channel, { clock, log: SILENT_LOG, handlers }),
  );
  client = new RpcClient(network, clock, listener.address);
  stop = () => listener.close();
});

afterAll(async () => {
  client.close();
  await stop();
});

describe("storage over gRPC", () => {
  const storage = (): StorageStub => new StorageStub(client);
  const high = keyFromLatin1("\x01\xff\x00k");

  test("reads keep bytes, order and absence", async () => {
    const keys = [high, keyFromLatin1(""), keyFromLatin1("a")];
    const values = await storage().read({ snapshot: timestamp(7), catalogVersion: 3, keys });
    expect(values.map((value) => value && Buffer.from(value).toString("latin1"))).toEqual([
      high,
      undefined,
      "a",
    ]);
  });

  test("a service error keeps its kind", async () => {
    const read = storage().read({ snapshot: timestamp(13), catalogVersion: undefined, keys: [] });
    await expect(read).rejects.toMatchObject({ name: "ServiceError", kind: "horizon" });
  });

  test("scans keep keys, rest and page kind", async () => {
    const span = { start: high, end: keyFromLatin1("\x02") };
    const page = await storage().scan({
      snapshot: timestamp(7),
      catalogVersion: undefined,
      span,
      reverse: false,
      pageBytes: 1_000,
      withKeys: true,
      format: "encoded",
    });
    expect(page.keys).toEqual([high]);
    expect(page.rest).toEqual(span);
    expect(page.batch.kind).toBe("raw");
  });

  test("timestamps beyond 32 bits survive", async () => {
    expect((await storage().status()).watermark).toBe(2 ** 50);
  });

  test("a server that is not there is unavailable", async () => {
    const lost = new RpcClient(network, clock, "127.0.0.1:1");
    await expect(new StorageStub(lost).status()).rejects.toMatchObject({ kind: "unavailable" });
    lost.close();
  });
});

test("a commit request survives encoding whole", () => {
  const request: CommitRequest = {
    transaction: transactionId("00112233445566778899aabbccddeeff"),
    snapshot: timestamp(1_700_000_000_000_000),
    mutations: [
      { key: keyFromLatin1("\x01a"), value: Buffer.from("v"), intent: "U" },
      { key: keyFromLatin1("\x01b"), value: Buffer.alloc(0), intent: "X" },
      { key: keyFromLatin1("\x01c"), value: undefined, intent: "X" },
    ],
    checks: [
      { key: keyFromLatin1("\x00c"), intent: "R" },
      { span: { start: keyFromLatin1("\x01"), end: keyFromLatin1("\x02") }, intent: "R" },
    ],
    participants: [logId("a1"), logId("a2")],
  };
  const [frame] = decodeEnvelope(encodeEnvelope([{ call: 1, commit: toCommit(request) }])).frames;
  expect(frame?.body).toBe("commit");
  expect(frame?.commit && fromCommit(frame.commit)).toEqual(request);
});

test("a large commit request is packed and read in turns, and is the same", async () => {
  const value = Buffer.alloc(100, 7);
  const mutations = Array.from({ length: 30_000 }, (_, i) => {
    const key = keyFromLatin1(`\x01${String(i).padStart(8, "0")}`);
    return { key, value: i % 3 === 0 ? undefined : value, intent: "X" as const };
  });
  const request: CommitRequest = {
    transaction: transactionId("00112233445566778899aabbccddeeff"),
    snapshot: timestamp(1_700_000_000_000_000),
    mutations,
    checks: [],
    participants: [logId("a1")],
  };
  let turns = 0;
  const turn = (): Promise<void> => {
    turns++;
    return Promise.resolve();
  };
  const sent = await packLarge(request, turn);
  expect(turns).toBeGreaterThan(2);
  const [frame] = decodeEnvelope(encodeEnvelope([{ call: 1, commit: toCommit(sent) }])).frames;
  const turnsSent = turns;
  const received = frame?.commit && (await fromCommit(frame.commit, turn));
  expect(turns).toBeGreaterThan(turnsSent + 1);
  const plain = packMutations(mutations);
  expect(plain.equals(packMutations(received?.mutations ?? []))).toBe(true);
  expect(Buffer.from(withoutNumber(plain).packed).equals(received?.packed ?? Buffer.alloc(0))).toBe(
    true,
  );
});
