/**
 * AWS Signature Version 4, the verifier's side: the signature that a secret gives a request. Used
 * for login tokens (presigned) and for requests to the control plane (signed in their headers).
 * Source: AWS, "Create a signed AWS API request"; algorithm AWS4-HMAC-SHA256 only.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export const ALGORITHM = "AWS4-HMAC-SHA256";

/** What a credential is for: AKID/20260915/us-east-1/dsql/aws4_request. */
export interface CredentialScope {
  readonly accessKey: string;
  /** "20260915". */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Encoded, as it is sent. */
  readonly path: string;
  /** Decoded names and values, the signature not among them. */
  readonly query: readonly (readonly [string, string])[];
  /** Names in lower case: those that were signed, in their order. */
  readonly headers: readonly (readonly [string, string])[];
  /** Of the body, SHA-256 in hex. */
  readonly payloadHash: string;
  /** "20260915T120000Z". */
  readonly time: string;
  readonly scope: CredentialScope;
}

/** Undefined when it is not of this form. */
export function parseScope(credential: string): CredentialScope | undefined {
  const parts = credential.split("/");
  const [accessKey = "", date = "", region = "", service = "", end = ""] = parts;
  if (parts.length !== 5 || end !== "aws4_request" || accessKey === "") return undefined;
  return /^\d{8}$/u.test(date) ? { accessKey, date, region, service } : undefined;
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function hmac(key: string | Buffer, message: string): Buffer {
  return createHmac("sha256", key).update(message).digest();
}

/** RFC 3986: everything but unreserved characters. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function canonicalQuery(query: SignedRequest["query"]): string {
  return query
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort((left, right) => byCodeUnits(left[0], right[0]) || byCodeUnits(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function canonicalRequest(request: SignedRequest): string {
  const headers = request.headers.map(
    ([name, value]) => `${name}:${value.trim().replace(/\s+/gu, " ")}\n`,
  );
  return [
    request.method,
    request.path === "" ? "/" : request.path,
    canonicalQuery(request.query),
    headers.join(""),
    request.headers.map(([name]) => name).join(";"),
    request.payloadHash,
  ].join("\n");
}

/** In hex. */
export function signatureOf(request: SignedRequest, secret: string): string {
  const { date, region, service } = request.scope;
  const place = `${date}/${region}/${service}/aws4_request`;
  const signed = [ALGORITHM, request.time, place, sha256(canonicalRequest(request))].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    (signingKey, part) => hmac(signingKey, part),
    `AWS4${secret}`,
  );
  return hmac(key, signed).toString("hex");
}

/** In a time that does not depend on where they differ. */
export function isSameSignature(left: string, right: string): boolean {
  const one = Buffer.from(left, "latin1");
  const other = Buffer.from(right, "latin1");
  return one.length === other.length && timingSafeEqual(one, other);
}

const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u;

/** Seconds since the Unix epoch; undefined when the text is no such time. */
export function secondsOf(time: string): number | undefined {
  const match = TIME.exec(time);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const millis = Date.UTC(
    year ?? 0,
    (month ?? 0) - 1,
    day ?? 0,
    hour ?? 0,
    minute ?? 0,
    second ?? 0,
  );
  return timeText(millis / 1000) === time ? millis / 1000 : undefined;
}

/** "20260915T120000Z". */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/gu, "");
}
