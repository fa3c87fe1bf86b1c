/**
 * Who the client is. A role with a password has to prove that it knows it (SCRAM-SHA-256, bound to
 * the TLS connection where the client wants it); a role without one is believed where the server
 * trusts. A role that does not exist goes through the same exchange, so that nothing is learned.
 */
import { SqlError, isPromise } from "@firstlight/common";
import type { LoginFacts } from "../engine/engine.ts";
import {
  authenticationSasl,
  authenticationSaslContinue,
  authenticationSaslFinal,
} from "../wire/messages.ts";
import { fatalProtocolViolation } from "../wire/protocol-violation.ts";
import { SCRAM_MECHANISM, SCRAM_PLUS_MECHANISM, ScramExchange } from "../wire/scram.ts";
import type { SessionParts } from "./session.ts";
import { postgresTime } from "./statement-evaluation.ts";
import { INPUT, settled } from "./task.ts";
import type { Task } from "./task.ts";

const PASSWORD_MESSAGE = 0x70;

export function* authenticate(
  parts: SessionParts,
  names: { readonly user: string; readonly database: string },
  trust: boolean,
): Task<LoginFacts> {
  const { user } = names;
  const found = parts.engine.login(names);
  const facts = isPromise(found) ? yield* settled(found) : found;
  const needsProof = facts?.verifier !== undefined || !trust;
  if (needsProof) yield* proveByScram(parts, validVerifier(parts, facts), user);
  if (facts === undefined) throw fatal("28000", `role "${user}" does not exist`);
  if (!facts.login) throw fatal("28000", `role "${user}" is not permitted to log in`);
  return facts;
}

/** VALID UNTIL is about the password, not about the role. */
function validVerifier(parts: SessionParts, facts: LoginFacts | undefined): string | undefined {
  const until = facts?.validUntil;
  if (until === undefined) return facts?.verifier;
  return until < postgresTime(parts.runtime.clock.now().latest) ? undefined : facts?.verifier;
}

function* proveByScram(
  parts: SessionParts,
  verifier: string | undefined,
  user: string,
): Task<void> {
  const { output, reader, runtime, connection } = parts;
  const endPoint = connection.tls?.endPoint;
  const mechanisms =
    endPoint === undefined ? [SCRAM_MECHANISM] : [SCRAM_PLUS_MECHANISM, SCRAM_MECHANISM];
  authenticationSasl(output, mechanisms);
  output.release();
  yield* passwordMessage(parts);
  const mechanism = reader.cstring();
  if (!mechanisms.includes(mechanism)) {
    throw fatalProtocolViolation("client selected an invalid SASL authentication mechanism");
  }
  const isBound = mechanism === SCRAM_PLUS_MECHANISM;
  const exchange = new ScramExchange(verifier, runtime.random, { endPoint, isBound });
  const length = reader.int32();
  const clientFirst = reader.text(length);
  reader.finish();
  authenticationSaslContinue(output, exchange.first(clientFirst));
  output.release();
  yield* passwordMessage(parts);
  const answer = exchange.final(reader.text(reader.remaining));
  if (answer === undefined) {
    throw fatal("28P01", `password authentication failed for user "${user}"`);
  }
  authenticationSaslFinal(output, answer);
}

function* passwordMessage(parts: SessionParts): Task<void> {
  const { framer, reader } = parts;
  while (!framer.next()) yield INPUT;
  if (framer.type !== PASSWORD_MESSAGE) {
    throw fatalProtocolViolation(`expected SASL response, got message type ${String(framer.type)}`);
  }
  reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
}

function fatal(sqlstate: string, message: string): SqlError {
  return new SqlError(sqlstate, message, { severity: "FATAL" });
}
