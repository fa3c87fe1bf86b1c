/** Reads the fields of a request's body and query, each checked as the service's model demands. */
import { invalidField } from "./service-error.ts";

export type Input = Readonly<Record<string, unknown>>;

const TAGS_MAX = 50;
const TAG_KEY_MAX = 128;
const TAG_VALUE_MAX = 256;
const POLICY_BYTES_MAX = 20_480;

function text(input: Input, name: string, max: number): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalidField(name, `${name} must be a string`);
  if (value.length >= 1 && value.length <= max) return value;
  throw invalidField(name, `${name} must have a length from 1 to ${String(max)}`);
}

export function flagOf(input: Input, name: string): boolean | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  throw invalidField(name, `${name} must be a boolean`);
}

export function clientTokenOf(input: Input): string | undefined {
  const token = text(input, "clientToken", 128);
  if (token === undefined || /^[!-~]+$/u.test(token)) return token;
  throw invalidField("clientToken", "clientToken must consist of printable ASCII characters");
}

export function kmsKeyOf(input: Input): string | undefined {
  const key = text(input, "kmsEncryptionKey", 2048);
  if (key === undefined || /^[a-zA-Z0-9:/_-]+$/u.test(key)) return key;
  throw invalidField("kmsEncryptionKey", "kmsEncryptionKey must be the ARN, ID or alias of a key");
}

/** A JSON document; what it says decides nothing here. */
export function policyOf(input: Input): string | undefined {
  const policy = text(input, "policy", POLICY_BYTES_MAX);
  if (policy === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(policy);
    if (typeof document === "object" && document !== null && "Statement" in document) return policy;
  } catch {
    // Told below.
  }
  throw invalidField("policy", "policy must be a policy document in JSON");
}

export function versionOf(input: Input): string | undefined {
  return text(input, "expectedPolicyVersion", 20);
}

export function pageOf(input: Input): {
  readonly size: number;
  readonly after: string | undefined;
} {
  const given = text(input, "maxResults", 9);
  const size = given === undefined ? 100 : Number(given);
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw invalidField("maxResults", "maxResults must be from 1 to 100");
  }
  const token = text(input, "nextToken", 256);
  return {
    size,
    after: token === undefined ? undefined : Buffer.from(token, "base64url").toString(),
  };
}

export function tokenAfter(identifier: string): string {
  return Buffer.from(identifier).toString("base64url");
}

function checkTag(key: string, value: unknown): void {
  if (key.length < 1 || key.length > TAG_KEY_MAX || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key)) {
    throw invalidField("tags", `a tag's key must have a length from 1 to ${String(TAG_KEY_MAX)}`);
  }
  if (/^aws:/iu.test(key)) throw invalidField("tags", 'keys of tags must not begin with "aws:"');
  if (typeof value === "string" && value.length <= TAG_VALUE_MAX) return;
  const most = String(TAG_VALUE_MAX);
  throw invalidField("tags", `a tag's value must be a string of at most ${most} characters`);
}

export function tagsOf(input: Input): Readonly<Record<string, string>> {
  const tags = input["tags"] ?? {};
  if (typeof tags !== "object" || Array.isArray(tags)) {
    throw invalidField("tags", "tags must be a map");
  }
  const entries = Object.entries(tags as Record<string, unknown>);
  for (const [key, value] of entries) checkTag(key, value);
  return checkedTags(Object.fromEntries(entries) as Record<string, string>);
}

export function checkedTags(
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (Object.keys(tags).length <= TAGS_MAX) return tags;
  throw invalidField("tags", `a resource can have at most ${String(TAGS_MAX)} tags`);
}

export function tagKeysOf(input: Input): readonly string[] {
  const keys = input["tagKeys"];
  const all = Array.isArray(keys) ? (keys as readonly unknown[]) : keys === undefined ? [] : [keys];
  if (all.length === 0) throw invalidField("tagKeys", "tagKeys must not be empty");
  return all.map(String);
}
