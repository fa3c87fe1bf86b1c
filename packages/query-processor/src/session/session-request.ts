/**
 * The first words of a connection, until it asks for a session: encryption is agreed on or refused,
 * a cancel request is passed on. What came before encryption began is never taken for encrypted.
 */
import { SqlError } from "@firstlight/common";
import { fatalProtocolViolation } from "../wire/protocol-violation.ts";
import { readStartupPacket } from "../wire/startup-packet.ts";
import type { StartupPacket } from "../wire/startup-packet.ts";
import type { SessionParts } from "./session-parts.ts";
import { INPUT, settled } from "./task.ts";
import type { Task } from "./task.ts";

const ACCEPTED = Buffer.from("S");
const REFUSED = Buffer.from("N");
const NOTHING = Buffer.alloc(0);

export type SessionRequest = Extract<StartupPacket, { kind: "startup" }>;
type Encryption = "ssl" | "gssenc";

function* packet(parts: SessionParts, asked: ReadonlySet<Encryption>): Task<StartupPacket> {
  const { framer, reader } = parts;
  while (!framer.nextStartup()) yield INPUT;
  reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
  return readStartupPacket(reader, asked);
}

/** Bytes that came before our answer were not encrypted, whatever they claim: CVE-2021-23222. */
function refuseEarlyBytes({ framer }: SessionParts, kind: Encryption): void {
  if (framer.buffered === 0) return;
  const name = kind === "ssl" ? "SSL" : "GSSAPI encryption";
  throw new SqlError("08P01", `received unencrypted data after ${name} request`, {
    detail:
      "This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.",
    severity: "FATAL",
  });
}

/** A client that begins with TLS has to say by ALPN that it means this protocol. */
function* directTls(parts: SessionParts): Task<boolean> {
  const { connection, framer } = parts;
  const received = framer.takeAll();
  if (!connection.offersTls) return false;
  if (!(yield* settled(connection.startTls(received)))) return false;
  if (connection.tls?.protocol === "postgresql") return true;
  parts.runtime.log.info("direct TLS without ALPN refused", { from: connection.remoteAddress });
  return false;
}

/** Undefined when the connection has said all that it had to say. */
export function* sessionRequest(
  parts: SessionParts,
  cancel: (pid: number, secret: number) => void,
): Task<SessionRequest | undefined> {
  const { connection, framer } = parts;
  const asked = new Set<Encryption>();
  while (framer.buffered === 0) yield INPUT;
  if (framer.startsHandshake) {
    if (!(yield* directTls(parts))) return undefined;
    asked.add("ssl").add("gssenc");
  }
  for (;;) {
    const request = yield* packet(parts, asked);
    if (request.kind === "startup") return request;
    if (request.kind === "cancel") {
      cancel(request.pid, request.secret);
      return undefined;
    }
    refuseEarlyBytes(parts, request.kind);
    asked.add(request.kind);
    if (request.kind === "gssenc" || !connection.offersTls) {
      connection.writeRaw(REFUSED);
      continue;
    }
    asked.add("gssenc");
    connection.writeRaw(ACCEPTED);
    if (!(yield* settled(connection.startTls(NOTHING)))) return undefined;
    if (framer.buffered > 0 && framer.startsHandshake) {
      throw fatalProtocolViolation("invalid length of startup packet");
    }
  }
}
