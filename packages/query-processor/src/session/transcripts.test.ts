/** The server says what PostgreSQL 16 said in the same conversation, message by message. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startLoopback } from "./testing/loopback.ts";
import type { Loopback } from "./testing/loopback.ts";
import { RawClient } from "./testing/raw-client.ts";
import { encodeMessage, parseTranscripts, showMessage } from "./testing/transcript.ts";

const transcripts = parseTranscripts(
  readFileSync(new URL("./testing/transcripts.txt", import.meta.url), "utf8"),
);

let loopback: Loopback;

beforeAll(async () => {
  loopback = await startLoopback();
});

afterAll(async () => {
  await loopback.stop();
});

beforeEach(() => {
  loopback.engine.rows = [];
});

describe("in the conversation", () => {
  it.each(transcripts)("$name it answers as PostgreSQL does", async ({ sent, answers }) => {
    const client = await RawClient.connect(loopback.port);
    const answered: string[] = [];
    client.socket.write(Buffer.concat(sent.map(encodeMessage)));
    while (answered.length < answers.length && !client.closed) {
      await client.more();
      answered.push(...client.drain().map(showMessage));
    }
    expect(answered).toEqual(answers);
    client.close();
  });
});
