/**
 * The tokens with which clients of Aurora DSQL log in: requests of the service that were presigned
 * for somebody else to send, without their scheme, and are never sent: HOST/?Action=DbConnect&….
 */
import type { CredentialScope, SignedRequest } from "./signature-v4.ts";
import { ALGORITHM, parseScope, secondsOf, sha256 } from "./signature-v4.ts";

/** As long as a password message may be. */
const TOKEN_LENGTH_MAX = 10_000;

export interface LoginToken {
  /** In lower case and without port. */
  readonly host: string;
  readonly action: string;
  readonly scope: CredentialScope;
  /** Seconds since the Unix epoch. */
  readonly signedAt: number;
  /** Seconds, as it was written. */
  readonly expires: string;
  readonly sessionToken: string | undefined;
  readonly signature: string;
  /** What was signed. */
  readonly request: SignedRequest;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Undefined when a name comes twice or cannot be decoded. */
function queryOf(text: string): Map<string, string> | undefined {
  const query = new Map<string, string>();
  for (const part of text.split("&")) {
    const equals = part.indexOf("=");
    const name = decoded(equals < 0 ? part : part.slice(0, equals));
    const value = decoded(equals < 0 ? "" : part.slice(equals + 1));
    if (name === undefined || value === undefined || query.has(name)) return undefined;
    query.set(name, value);
  }
  return query;
}

const SHAPE = /^(?:https:\/\/)?([^/?#\s]+)(\/?)\?([^#\s]+)$/u;

/** Undefined for what is no token: a password, or a URL of another form. */
export function parseLoginToken(text: string): LoginToken | undefined {
  const match = text.length > TOKEN_LENGTH_MAX ? null : SHAPE.exec(text);
  if (match === null) return undefined;
  const [, authority = "", path = "", queryText = ""] = match;
  const query = queryOf(queryText);
  if (query === undefined) return undefined;
  const scope = parseScope(query.get("X-Amz-Credential") ?? "");
  const time = query.get("X-Amz-Date") ?? "";
  const signedAt = secondsOf(time);
  const signature = query.get("X-Amz-Signature") ?? "";
  if (scope === undefined || signedAt === undefined) return undefined;
  if (query.get("X-Amz-Algorithm") !== ALGORITHM) return undefined;
  if (query.get("X-Amz-SignedHeaders") !== "host") return undefined;
  if (!/^[0-9a-f]{64}$/u.test(signature)) return undefined;
  return {
    host: authority.toLowerCase().replace(/:\d+$/u, ""),
    action: query.get("Action") ?? "",
    scope,
    signedAt,
    expires: query.get("X-Amz-Expires") ?? "",
    sessionToken: query.get("X-Amz-Security-Token"),
    signature,
    request: {
      method: "GET",
      path,
      query: [...query].filter(([name]) => name !== "X-Amz-Signature"),
      headers: [["host", authority]],
      payloadHash: sha256(""),
      time,
      scope,
    },
  };
}
