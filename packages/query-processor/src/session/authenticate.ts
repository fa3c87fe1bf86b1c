/**
 * Who the client is. A role with a password has to prove that it knows it (SCRAM-SHA-256, bound to
 * the TLS connection where the client wants it); a role without one is believed where the server
 * trusts. A role that does not exist goes through the same exchange, so that nothing is learned.
 * Or, as in Aurora DSQL, the password is a token that a secret of IAM has signed, and roles are for
 * those to whom they were granted.
 */
import { SqlError, isPromise } from "@firstlight/common";
import type { LoginFacts } from "../engine/engine.ts";
import { accessDenied, roleNotGranted } from "../iam/access-denied.ts";
import type { ClusterDirectory, ClusterPlace } from "../iam/cluster-directory.ts";
import { databaseAt } from "../iam/cluster-directory.ts";
import type { TokenRules } from "../iam/verify-token.ts";
import { ADMIN, verifyToken } from "../iam/verify-token.ts";
import {
  authenticationCleartextPassword,
  authenticationOk,
  authenticationSasl,
  authenticationSaslContinue,
  authenticationSaslFinal,
} from "../wire/messages.ts";
import { fatalProtocolViolation } from "../wire/protocol-violation.ts";
import { SCRAM_MECHANISM, SCRAM_PLUS_MECHANISM, ScramExchange } from "../wire/scram.ts";
import type { SessionParts } from "./session-parts.ts";
import { postgresTime } from "./statement-evaluation.ts";
import { INPUT, settled } from "./task.ts";
import type { Task } from "./task.ts";

const PASSWORD_MESSAGE = 0x70;

/** How clients prove who they are. */
export type LoginProof =
  /** `trust`: roles without a password are believed. */
  | { readonly kind: "password"; readonly trust: boolean }
  | { readonly kind: "token"; readonly rules: TokenRules }
  | { readonly kind: "none" };

/** Who wants to log in, and where. */
export interface LoginRequest {
  readonly user: string;
  readonly database: string;
  /** Undefined: there are no clusters to tell apart. */
  readonly place: ClusterPlace | undefined;
  readonly clusters: ClusterDirectory | undefined;
}

export function* authenticate(
  parts: SessionParts,
  request: LoginRequest,
  proof: LoginProof,
): Task<LoginFacts> {
  const { user } = request;
  const arn = proof.kind === "token" ? yield* proveByToken(parts, request, proof.rules) : undefined;
  const database = databaseAt(request.place, request.database) ?? "";
  const found = parts.engine.login({ user, database });
  const facts = isPromise(found) ? yield* settled(found) : found;
  if (proof.kind === "password") yield* provePassword(parts, facts, user, proof.trust);
  if (proof.kind === "token") checkGranted(facts, user, arn);
  // BEFORE other refusals: libpq would try again without TLS what fails until here.
  authenticationOk(parts.output);
  if (facts === undefined) throw fatal("28000", `role "${user}" does not exist`);
  if (!facts.login) throw fatal("28000", `role "${user}" is not permitted to log in`);
  return facts;
}

/** Whose token it is, if that is known. Nothing is looked up BEFORE it has proved to be good. */
function* proveByToken(
  parts: SessionParts,
  { user, place, clusters }: LoginRequest,
  rules: TokenRules,
): Task<string | undefined> {
  authenticationCleartextPassword(parts.output);
  parts.output.release();
  yield* passwordMessage(parts, "password");
  const token = parts.reader.cstring();
  parts.reader.finish();
  const isOwnHost = (host: string): boolean =>
    clusters === undefined || clusters.find(host)?.identifier === place?.identifier;
  const verdict = verifyToken(token, { user, isOwnHost }, rules);
  if (!verdict.granted) throw accessDenied(verdict.reason);
  return verdict.arn;
}

/** IAM's policies decide who is admin; every other role is granted, to `arn` where it is known. */
function checkGranted(facts: LoginFacts | undefined, user: string, arn: string | undefined): void {
  if (user === ADMIN) return;
  const granted = facts?.iamArns ?? [];
  const isGranted = arn === undefined ? granted.length > 0 : granted.includes(arn);
  if (!isGranted) throw roleNotGranted();
}

function* provePassword(
  parts: SessionParts,
  facts: LoginFacts | undefined,
  user: string,
  trust: boolean,
): Task<void> {
  if (facts?.verifier === undefined && trust) return;
  yield* proveByScram(parts, validVerifier(parts, facts), user);
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
  yield* passwordMessage(parts, "SASL");
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
  yield* passwordMessage(parts, "SASL");
  const answer = exchange.final(reader.text(reader.remaining));
  if (answer === undefined) {
    throw fatal("28P01", `password authentication failed for user "${user}"`);
  }
  authenticationSaslFinal(output, answer);
}

function* passwordMessage(parts: SessionParts, what: "SASL" | "password"): Task<void> {
  const { framer, reader } = parts;
  while (!framer.next()) yield INPUT;
  if (framer.type !== PASSWORD_MESSAGE) {
    const type = String(framer.type);
    throw fatalProtocolViolation(`expected ${what} response, got message type ${type}`);
  }
  reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
}

function fatal(sqlstate: string, message: string): SqlError {
  return new SqlError(sqlstate, message, { severity: "FATAL" });
}
