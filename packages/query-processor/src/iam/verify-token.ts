/**
 * Whether a login token lets a user in. What is refused has a reason, which clients get as HINT.
 * Texts about users and actions are Aurora DSQL's, those about signatures AWS's general ones.
 */
import type { IamCredential, IamCredentials } from "./credentials.ts";
import type { LoginToken } from "./login-token.ts";
import { parseLoginToken } from "./login-token.ts";
import { isSameSignature, signatureOf, timeText } from "./signature-v4.ts";

export const ADMIN = "admin";
const SERVICE = "dsql";
/** A week. */
const EXPIRES_MAX = 604_800;
/** Clocks of clients may be ahead by this many seconds. */
const SKEW = 300;

export interface TokenRules {
  /** Whose region tokens have to be signed for. */
  readonly region: string;
  /** Empty: signatures are not checked. */
  readonly credentials: IamCredentials;
  /** Seconds since the Unix epoch. */
  now(): number;
}

export interface TokenUse {
  readonly user: string;
  /** Whether a token for this host is one for the cluster that the client is connected to. */
  isOwnHost(host: string): boolean;
}

export type TokenVerdict =
  | { readonly granted: true; readonly accessKey: string; readonly arn: string | undefined }
  | { readonly granted: false; readonly reason: string };

/** Undefined: nothing is wrong with it. */
type Check = (token: LoginToken, use: TokenUse, rules: TokenRules) => string | undefined;

const checkAction: Check = ({ action }, { user }) => {
  const wanted = user === ADMIN ? "DbConnectAdmin" : "DbConnect";
  if (action === wanted) return undefined;
  return `Wrong user to action mapping. user: ${user}, action: ${action}`;
};

const checkScope: Check = ({ scope, request }, _use, { region }) => {
  if (scope.service !== SERVICE) {
    return `Credential should be scoped to correct service: '${SERVICE}'.`;
  }
  if (scope.region !== region) {
    return `Credential should be scoped to a valid region, not '${scope.region}'.`;
  }
  if (request.time.startsWith(`${scope.date}T`)) return undefined;
  const dates = `'${scope.date}' != '${request.time.slice(0, 8)}', from '${request.time}'`;
  return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ${dates}.`;
};

const checkHost: Check = ({ host }, use) =>
  use.isOwnHost(host)
    ? undefined
    : `The token was signed for host '${host}', which is another one.`;

const checkTime: Check = ({ signedAt, expires, request }, _use, rules) => {
  const now = rules.now();
  if (!/^\d{1,9}$/u.test(expires)) return "X-Amz-Expires should be a number";
  const seconds = Number(expires);
  if (seconds > EXPIRES_MAX) {
    return `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${String(EXPIRES_MAX)} seconds`;
  }
  const shown = timeText(now);
  if (signedAt > now + SKEW) {
    return `Signature not yet current: ${request.time} is still later than ${timeText(now + SKEW)} (${shown} + 5 min.)`;
  }
  if (signedAt + seconds > now) return undefined;
  return `Signature expired: ${request.time} is now earlier than ${timeText(now - seconds)} (${shown} - ${String(seconds)} sec.)`;
};

export const UNKNOWN_CREDENTIAL = "The security token included in the request is invalid.";
export const WRONG_SIGNATURE: string =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

function checkSignature(token: LoginToken, credential: IamCredential): string | undefined {
  if (credential.sessionToken !== token.sessionToken) return UNKNOWN_CREDENTIAL;
  const expected = signatureOf(token.request, credential.secret);
  return isSameSignature(expected, token.signature) ? undefined : WRONG_SIGNATURE;
}

const CHECKS: readonly Check[] = [checkAction, checkScope, checkHost, checkTime];

export function verifyToken(text: string, use: TokenUse, rules: TokenRules): TokenVerdict {
  const token = parseLoginToken(text);
  if (token === undefined) {
    return { granted: false, reason: "The password is not an authentication token." };
  }
  for (const check of CHECKS) {
    const reason = check(token, use, rules);
    if (reason !== undefined) return { granted: false, reason };
  }
  const { accessKey } = token.scope;
  if (rules.credentials.size === 0) return { granted: true, accessKey, arn: undefined };
  const credential = rules.credentials.get(accessKey);
  if (credential === undefined) return { granted: false, reason: UNKNOWN_CREDENTIAL };
  const reason = checkSignature(token, credential);
  if (reason !== undefined) return { granted: false, reason };
  return { granted: true, accessKey, arn: credential.arn };
}
