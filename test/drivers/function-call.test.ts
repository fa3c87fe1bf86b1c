/** FunctionCall messages, as libpq's large objects send them: byte for byte what PostgreSQL 16 answers. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { WireClient, errorFields, frame, int16, int32, messages } from "../support/wire.ts";

const missing = buildMissing() ?? oracleAvailable();

interface Call {
  readonly formats?: readonly number[];
  readonly result?: number;
}

function call(
  oid: number,
  args: readonly (Buffer | string | null)[],
  { formats = [1], result = 1 }: Call = {},
): Buffer {
  const values = args.map((arg) =>
    arg === null ? int32(-1) : Buffer.concat([int32(arg.length), Buffer.from(arg as string)]),
  );
  const head = [int32(oid), int16(formats.length, ...formats), int16(args.length)];
  return frame("F", ...head, ...values, int16(result));
}

const LO_CREATE = 715;
const LO_OPEN = 952;
const LO_CLOSE = 953;
const LOREAD = 954;
const LOWRITE = 955;
const LO_LSEEK64 = 3170;
const LO_UNLINK = 964;
const INT4_PLUS = 177;
const TEXT = { formats: [0], result: 0 };

describe.skipIf(missing !== undefined)("function calls", () => {
  let database: TestDatabase;
  let oracle: Oracle;
  let clients: readonly WireClient[];

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
    const ports = [database.running.ports[0] ?? 0, oracle.port];
    clients = await Promise.all(ports.map((port) => WireClient.connect(port)));
  });
  afterAll(async () => {
    for (const client of clients ?? []) client.close();
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  async function answers(client: WireClient, request: Buffer): Promise<readonly string[]> {
    client.send(request);
    return (await client.until("Z")).map(({ tag, body }) => {
      if (tag !== "E") return `${tag} ${body.toString("latin1")}`;
      const { C: code, M: message } = errorFields(body);
      return `E ${code} ${message}`;
    });
  }

  async function same(...requests: readonly Buffer[]): Promise<readonly string[]> {
    const all: string[] = [];
    for (const request of requests) {
      const both = await Promise.all(clients.map((client) => answers(client, request)));
      expect(both[0]).toEqual(both[1]);
      all.push(...(both[0] ?? []));
    }
    return all;
  }

  it("make, write, read and remove a large object in one transaction", async () => {
    const oid = int32(74_001);
    const bytes = Buffer.alloc(5_000, "0123456789");
    const found = await same(
      messages.query("begin"),
      call(LO_CREATE, [oid]),
      call(LO_OPEN, [oid, int32(0x60000)]),
      call(LOWRITE, [int32(0), bytes]),
      call(LO_LSEEK64, [int32(0), Buffer.concat([int32(0), int32(4_990)]), int32(0)]),
      call(LOREAD, [int32(0), int32(100)]),
      call(LO_CLOSE, [int32(0)]),
      messages.query("commit"),
      call(LO_UNLINK, [oid]),
      call(LO_UNLINK, [oid]),
    );
    expect(found).toContain("V \0\0\0\n0123456789");
    expect(found.at(-2)).toBe("E 42704 large object 74001 does not exist");
  });

  it("commit by themselves, so that a descriptor does not last", async () => {
    const oid = int32(74_002);
    const found = await same(
      call(LO_CREATE, [oid]),
      call(LO_OPEN, [oid, int32(0x40000)]),
      call(LOREAD, [int32(0), int32(1)]),
      call(LO_UNLINK, [oid]),
    );
    expect(found).toContain("E 42704 invalid large-object descriptor: 0");
  });

  it("take and give values as text and as binary, and NULL", async () => {
    const found = await same(
      call(INT4_PLUS, ["7", "35"], TEXT),
      call(INT4_PLUS, [int32(7), int32(35)]),
      call(INT4_PLUS, [int32(7), "35"], { formats: [1, 0], result: 0 }),
      call(INT4_PLUS, ["7", "35"], { formats: [], result: 1 }),
      call(INT4_PLUS, [null, "1"], TEXT),
    );
    expect(found.filter((each) => each.startsWith("V"))).toHaveLength(5);
  });

  it("fail as PostgreSQL says, and leave the session usable", async () => {
    await same(
      call(INT4_PLUS, ["x", "1"], TEXT),
      call(INT4_PLUS, [Buffer.from([1]), int32(1)]),
      call(INT4_PLUS, ["1"], TEXT),
      call(INT4_PLUS, ["1", "2"], { formats: [0, 0, 0] }),
      call(INT4_PLUS, ["1", "2"], { formats: [2] }),
      call(INT4_PLUS, ["2147483647", "1"], TEXT),
      call(99_999, ["1"], TEXT),
      call(1067, ["1", "2"], TEXT),
      call(2108, ["1"], TEXT),
      messages.query("begin; select 1/0"),
      call(INT4_PLUS, ["1", "2"], TEXT),
      messages.query("rollback"),
      messages.query("select 1"),
    );
  });
});
