/**
 * Test controls over HTTP on loopback, for tests in other processes and languages. Whoever may read
 * control.json in the data directory has the token, and nobody else gets an answer.
 *
 *     POST /checkpoint {"name": "seeded"}      POST /reset {"to": "seeded"}
 *     POST /inject {"spec": "oc000=5%"}        POST /clock {"advance": "5m"} or {"speed": 60}
 *     GET  /checkpoints
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SqlError } from "@firstlight/common";
import type { TestControls } from "../testing/test-controls.ts";

const BODY_BYTES_MAX = 64 * 1024;

export interface ControlEndpoint {
  close(): Promise<void>;
}

export const CONTROL_FILE = "control.json";

type Body = Readonly<Record<string, unknown>>;

/** A mistake of the caller. */
class BadRequest extends Error {}

function textOf(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === "string") return value;
  throw new BadRequest(`"${name}" must be a string`);
}

async function clock(controls: TestControls, body: Body): Promise<void> {
  const { speed, advance } = body;
  if (typeof speed === "number") controls.setSpeed(speed);
  if (typeof advance === "string" || typeof advance === "number") controls.advance(advance);
  else if (typeof speed !== "number") throw new BadRequest('give "advance" or "speed"');
}

const ROUTES: Readonly<Record<string, (controls: TestControls, body: Body) => unknown>> = {
  "GET /checkpoints": (controls) => ({ checkpoints: controls.checkpoints() }),
  "POST /checkpoint": (controls, body) => controls.checkpoint(textOf(body, "name") ?? ""),
  "POST /reset": (controls, body) => controls.reset(textOf(body, "to")),
  "POST /inject": (controls, body) => controls.inject(textOf(body, "spec") ?? ""),
  "POST /clock": clock,
};

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const piece of request) {
    text += String(piece);
    if (text.length > BODY_BYTES_MAX) throw new BadRequest("the body is too long");
  }
  if (text === "") return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null) return body as Body;
  } catch {
    // Said below.
  }
  throw new BadRequest("the body is no JSON object");
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body)}\n`);
}

function isMistake(error: unknown): error is Error {
  return error instanceof SqlError || error instanceof RangeError || error instanceof BadRequest;
}

/** Writes control.json into the directory, and removes it when it closes. */
export async function openControlEndpoint(
  directory: string,
  controls: TestControls,
): Promise<ControlEndpoint> {
  const token = randomBytes(24).toString("hex");
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isAuthorized(request, token)) return answer(response, 401, { error: "unauthorized" });
    const route = ROUTES[`${request.method} ${request.url}`];
    if (route === undefined) return answer(response, 404, { error: "there is no such control" });
    try {
      answer(response, 200, (await route(controls, await bodyOf(request))) ?? {});
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      answer(response, isMistake(error) ? 400 : 500, { error: message });
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const file = join(directory, CONTROL_FILE);
  const content = { url: `http://127.0.0.1:${port}`, token, pid: process.pid };
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  return {
    close: async () => {
      rmSync(file, { force: true });
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
