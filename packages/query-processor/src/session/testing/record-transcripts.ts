/**
 * Records the transcripts anew from a PostgreSQL 16 with an empty database: keeps what the client
 * sends and replaces what it gets. npx tsx record-transcripts.ts PORT
 */
import { readFileSync, writeFileSync } from "node:fs";
import { RawClient } from "./raw-client.ts";
import { encodeMessage, parseTranscripts, showMessage } from "./transcript.ts";

const FILE = new URL("./transcripts.txt", import.meta.url);
/** Long after the last answer of any conversation. */
const PATIENCE_MILLIS = 200;

async function record(port: number): Promise<void> {
  const text = readFileSync(FILE, "utf8");
  const parts = [text.slice(0, text.indexOf("\n= "))];
  const setup = await RawClient.connect(port);
  setup.query("drop table if exists t; create table t (a int, b text)");
  await setup.until("Z");
  for (const { name, sent } of parseTranscripts(text)) {
    setup.query("truncate t");
    await setup.until("Z");
    const client = await RawClient.connect(port);
    client.socket.write(Buffer.concat(sent.map(encodeMessage)));
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLIS));
    const answers = client.drain().map((message) => `< ${showMessage(message)}`);
    parts.push(
      [`\n= ${name}`, ...sent.map((one) => `> ${JSON.stringify(one)}`), ...answers].join("\n"),
    );
    client.close();
  }
  setup.close();
  writeFileSync(FILE, `${parts.join("\n")}\n`);
}

await record(Number(process.argv[2]));
