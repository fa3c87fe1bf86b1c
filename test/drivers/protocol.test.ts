/** Portals, pipelines and COPY as bytes: what must be answered, in which order, and recovery. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import type { WireMessage } from "../support/wire.ts";
import { WireClient, errorFields, frame, int32, messages } from "../support/wire.ts";

const missing = buildMissing();

function tags(received: readonly WireMessage[]): string {
  return received.map((message) => message.tag).join("");
}

function codes(received: readonly WireMessage[]): readonly (string | undefined)[] {
  return received
    .filter((message) => message.tag === "E")
    .map((message) => errorFields(message.body)["C"]);
}

function commandTags(received: readonly WireMessage[]): readonly string[] {
  return received
    .filter((message) => message.tag === "C")
    .map((message) => message.body.toString("utf8", 0, message.body.length - 1));
}

describe.skipIf(missing !== undefined)("the protocol", () => {
  let database: TestDatabase;
  let port: number;
  let client: WireClient;

  beforeAll(async () => {
    database = await startDatabase("embedded");
    port = database.running.ports[0] ?? 0;
    client = await WireClient.connect(port);
    await client.query("create table t (id int primary key, v text)");
  });
  afterAll(async () => {
    client?.close();
    await database?.destroy();
  });

  it("suspends a portal at its row limit and goes on where it stopped", async () => {
    client.send(
      messages.query("begin"),
      messages.parse("select i from generate_series(1, 5) i"),
      messages.bind([], { portal: "p" }),
      messages.execute(2, "p"),
      messages.execute(2, "p"),
      messages.execute(2, "p"),
      messages.execute(2, "p"),
      messages.close("P", "p"),
      messages.sync(),
      messages.query("commit"),
    );
    const received = [
      ...(await client.until("Z")),
      ...(await client.until("Z")),
      ...(await client.until("Z")),
    ];
    expect(tags(received)).toBe("CZ12DDsDDsDCC3ZCZ");
    expect(commandTags(received)).toEqual(["BEGIN", "SELECT 1", "SELECT 0", "COMMIT"]);
  });

  it("names the routine by which drivers know that a statement has to be prepared again", async () => {
    await client.query("create table changing (a int)");
    client.send(messages.parse("select * from changing", "changing"), messages.sync());
    await client.until("Z");
    await client.query("alter table changing add b text");
    client.send(messages.bind([], { statement: "changing" }), messages.execute(), messages.sync());
    const failed = (await client.until("Z")).find(({ tag }) => tag === "E");
    const { C, R } = errorFields(failed?.body ?? Buffer.alloc(0));
    expect([C, R]).toEqual(["0A000", "RevalidateCachedQuery"]);
  });

  it("skips to Sync after an error and rolls the pipeline back", async () => {
    client.send(
      messages.parse("insert into t values ($1::int, 'x')"),
      messages.bind(["1"]),
      messages.execute(),
      messages.parse("select 1/0"),
      messages.bind([]),
      messages.execute(),
      messages.parse("insert into t values (2, 'never')"),
      messages.bind([]),
      messages.execute(),
      messages.sync(),
      messages.parse("select count(*) from t"),
      messages.bind([]),
      messages.execute(),
      messages.sync(),
    );
    const first = await client.until("Z");
    const second = await client.until("Z");
    expect(tags(first)).toMatch(/^12C12?EZ$/u);
    expect(codes(first)).toEqual(["22012"]);
    expect(second.find((each) => each.tag === "D")?.body.toString("latin1")).toMatch(/0$/u);
  });

  it("answers what it has at Flush", async () => {
    client.send(messages.parse("select 1", "flushed"), messages.describe("S", "flushed"));
    client.send(messages.flush());
    expect(tags(await client.until("T"))).toBe("1tT");
    client.send(messages.close("S", "flushed"), messages.sync());
    expect(tags(await client.until("Z"))).toBe("3Z");
  });

  it("copies in by pieces that end anywhere, and nothing after CopyFail", async () => {
    client.send(messages.query("copy t from stdin"));
    expect(tags(await client.until("GE"))).toBe("G");
    for (const piece of ["10\tte", "n\n1", "1\televen", "\n", "12\t\\N\n"]) {
      client.send(messages.copyData(piece));
    }
    client.send(messages.copyDone());
    expect(commandTags(await client.until("Z"))).toEqual(["COPY 3"]);
    client.send(messages.query("copy t from stdin"));
    await client.until("G");
    client.send(messages.copyData("20\ttwenty\n"), messages.copyFail("changed my mind"));
    expect(codes(await client.until("Z"))).toEqual(["57014"]);
    client.send(messages.query("copy t from stdin"));
    await client.until("G");
    client.send(messages.copyData("30\tthirty\nnot a number\tx\n"), messages.copyDone());
    expect(codes(await client.until("Z"))).toEqual(["22P02"]);
    const out = await client.query("copy (select id, v from t order by id) to stdout");
    const text = out.filter((each) => each.tag === "d").map((each) => each.body.toString("utf8"));
    expect(text.join("")).toBe("10\tten\n11\televen\n12\t\\N\n");
  });

  it("refuses frames that lie, and other sessions notice nothing", async () => {
    const lies = [
      Buffer.concat([Buffer.from("Q"), int32(3)]),
      Buffer.concat([Buffer.from("Q"), int32(0x7fffffff)]),
      Buffer.concat([Buffer.from("Q"), int32(-5)]),
      Buffer.concat([
        messages.parse("select 1"),
        frame("B", Buffer.from("\0\0\xff\xff", "latin1")),
      ]),
      frame("Q", Buffer.from("no terminator")),
      frame("?", Buffer.alloc(0)),
    ];
    for (const lie of lies) {
      const liar = await WireClient.connect(port);
      liar.send(lie, messages.sync());
      const received = await liar.until("E");
      expect(codes(received), lie.toString("hex")).toEqual(["08P01"]);
      liar.close();
    }
    expect(tags(await client.query("select 1"))).toBe("TDCZ");
  });

  it("refuses a gigabyte startup packet and an unknown protocol", async () => {
    const greedy = await WireClient.open(port);
    greedy.send(int32(0x40000000, 196_608));
    expect(tags(await greedy.until("E"))).toMatch(/^E?$/u);
    const future = await WireClient.open(port);
    future.send(int32(8, 0x00090000));
    expect(codes(await future.until("E"))).toEqual(["0A000"]);
    expect(tags(await client.query("select 1"))).toBe("TDCZ");
  });

  it("cancels by the key of BackendKeyData only", async () => {
    const victim = await WireClient.open(port);
    const body = Buffer.concat([int32(196_608), Buffer.from("user\0postgres\0\0")]);
    victim.send(int32(body.length + 4), body);
    const key = (await victim.until("Z")).find((each) => each.tag === "K")?.body;
    if (key === undefined) throw new Error("no key came");
    const cancel = async (pid: number, secret: number): Promise<void> => {
      const connection = await WireClient.open(port);
      connection.send(int32(16, 80_877_102, pid, secret));
      await connection.until("Z");
    };
    victim.send(messages.query("select count(*) from generate_series(1, 300000000)"));
    await cancel(key.readInt32BE(0), key.readInt32BE(4) ^ 1);
    await cancel(key.readInt32BE(0), key.readInt32BE(4));
    expect(codes(await victim.until("Z"))).toEqual(["57014"]);
    expect(tags(await victim.query("select 1"))).toBe("TDCZ");
    victim.close();
  });
});
