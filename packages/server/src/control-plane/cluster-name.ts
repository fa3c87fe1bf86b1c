/** What clusters of Aurora DSQL are called: identifiers, ARNs, host names. */

/** 16 bytes in base32 (RFC 4648), in lower case. */
export const IDENTIFIER: RegExp = /^[a-z2-7]{26}$/u;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** Of nobody: the account that everything here belongs to. */
export const ACCOUNT = "000000000000";
/** What a Region calls the service at its private endpoints, behind "dsql-". */
const PRIVATE = "local";

/** The cluster that a server has from the start, unless it is told another name. */
export const DEFAULT_IDENTIFIER = "firstlightaaaaaaaaaaaaaaaa";
export const DEFAULT_REGION = "us-east-1";
export const REGION: RegExp = /^[a-z]{2}(?:-[a-z]+)+-\d$/u;

export function identifierOf(bytes: Uint8Array): string {
  let text = "";
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31] ?? "";
  }
  return bits === 0 ? text : text + (ALPHABET[(value << (5 - bits)) & 31] ?? "");
}

export function arnOf(identifier: string, region: string): string {
  return `arn:aws:dsql:${region}:${ACCOUNT}:cluster/${identifier}`;
}

export function endpointOf(identifier: string, region: string): string {
  return `${identifier}.dsql.${region}.on.aws`;
}

export function privateServiceOf(region: string): string {
  return `com.amazonaws.${region}.dsql-${PRIVATE}`;
}

export function privateEndpointOf(identifier: string, region: string): string {
  return `${identifier}.dsql-${PRIVATE}.${region}.on.aws`;
}

/** What a certificate for all clusters of a Region names. */
export function hostPatternsOf(region: string): readonly string[] {
  return [
    endpointOf("*", region),
    privateEndpointOf("*", region),
    `*.dsql.${region}.localhost`,
    "*.dsql.localhost",
  ];
}

const SERVICE_HOST = /^([^.]+)\.dsql(?:-[a-z0-9]+)?\.(?:([a-z0-9-]+)\.)?(on\.aws|localhost)$/u;

export interface NamedCluster {
  readonly identifier: string;
  /** Undefined: of any Region. */
  readonly region: string | undefined;
}

/** Undefined for names of another form: localhost, addresses. */
export function clusterNamed(host: string): NamedCluster | undefined {
  const [, identifier, region] = SERVICE_HOST.exec(host.toLowerCase()) ?? [];
  return identifier === undefined ? undefined : { identifier, region };
}
