/** Makes login tokens, as the signers of AWS's SDKs do. */
import type { IamCredential } from "./credentials.ts";
import { ALGORITHM, encodeUri, sha256, signatureOf, timeText } from "./signature-v4.ts";
import { ADMIN } from "./verify-token.ts";

export interface TokenRequest {
  readonly host: string;
  readonly user: string;
  readonly region: string;
  readonly credential: IamCredential;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds since the Unix epoch. */
  readonly now: number;
}

export function loginToken(request: TokenRequest): string {
  const { host, user, region, credential, expiresIn, now } = request;
  const { accessKey, secret, sessionToken } = credential;
  const time = timeText(now);
  const scope = { accessKey, date: time.slice(0, 8), region, service: "dsql" };
  const query: readonly (readonly [string, string])[] = [
    ["Action", user === ADMIN ? "DbConnectAdmin" : "DbConnect"],
    ["X-Amz-Algorithm", ALGORITHM],
    ["X-Amz-Credential", `${accessKey}/${scope.date}/${region}/${scope.service}/aws4_request`],
    ["X-Amz-Date", time],
    ["X-Amz-Expires", String(expiresIn)],
    ...(sessionToken === undefined ? [] : [["X-Amz-Security-Token", sessionToken] as const]),
    ["X-Amz-SignedHeaders", "host"],
  ];
  const headers = [["host", host]] as const;
  const payloadHash = sha256("");
  const signed = { method: "GET", path: "/", query, headers, payloadHash, time, scope };
  const signature = signatureOf(signed, secret);
  const parts = [...query, ["X-Amz-Signature", signature] as const];
  return `${host}/?${parts.map(([name, value]) => `${name}=${encodeUri(value)}`).join("&")}`;
}
