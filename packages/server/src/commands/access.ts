/** Who may connect to a server, and which clusters it stands for. */
import { readFileSync } from "node:fs";
import type { Log, Random } from "@firstlight/common";
import type { AccessRules, IamCredential, IamCredentials } from "@firstlight/query-processor";
import { parseCredentialsFile, parseIamSecret } from "@firstlight/query-processor";
import type { AccessOptions } from "../access-options.ts";
import { LocalClusterFile } from "../adapters/clusters-file.ts";
import { SystemClock } from "../adapters/system-clock.ts";
import { UsageError } from "../command-line/options.ts";
import type { TlsOptions } from "../command-line/options.ts";
import { hostPatternsOf } from "../control-plane/cluster-name.ts";
import { ClusterRegistry } from "../control-plane/cluster-registry.ts";

export interface AccessRequest {
  readonly options: AccessOptions;
  readonly isDsql: boolean;
  /** Whether roles without a password are believed when nothing else is said. */
  readonly trust: boolean;
  readonly tls: TlsOptions;
  readonly directory: string;
  readonly random: Random;
  readonly log: Log;
}

export interface Access {
  readonly rules: AccessRules;
  /** Undefined: the server stands for itself only. */
  readonly registry: ClusterRegistry | undefined;
}

const clock = new SystemClock();

/** What wants of its clients what the service does: tokens are for nobody else to read. */
function isLikeService({ auth }: AccessOptions, isDsql: boolean): boolean {
  return isDsql || auth === "token";
}

export function tlsOf(tls: TlsOptions, options: AccessOptions, isDsql: boolean): TlsOptions {
  const isAsked = isLikeService(options, isDsql) && tls.mode === undefined;
  return isAsked ? { ...tls, mode: "require" } : tls;
}

/** Names that the server's own certificate has to have beside the machine's. */
export function certificateNames(options: AccessOptions, isDsql: boolean): readonly string[] {
  return isLikeService(options, isDsql) ? hostPatternsOf(options.region) : [];
}

function credentialsOf({ secrets, credentialsPath }: AccessOptions): IamCredentials {
  try {
    const inFile =
      credentialsPath === undefined
        ? []
        : parseCredentialsFile(readFileSync(credentialsPath, "utf8"));
    if (credentialsPath !== undefined && inFile.length === 0) {
      throw new Error(`${credentialsPath} has no access key and secret`);
    }
    const all: readonly IamCredential[] = [...inFile, ...secrets.map(parseIamSecret)];
    return new Map(all.map((each) => [each.accessKey, each]));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function proofOf({ options, isDsql, trust }: AccessRequest): AccessRules["proof"] {
  const mode = options.auth ?? (isDsql ? "token" : undefined);
  if (mode === "trust") return { kind: "none" };
  if (mode === "password") return { kind: "password", trust: false };
  if (mode === undefined) return { kind: "password", trust };
  const credentials = credentialsOf(options);
  // Tokens are made by the real time, whatever the database's clock says.
  const now = (): number => Math.floor(clock.now().latest / 1_000_000);
  return { kind: "token", rules: { region: options.region, credentials, now } };
}

export function openAccess(request: AccessRequest): Access {
  const { options, isDsql, directory, random, log } = request;
  const proof = proofOf(request);
  const { mode } = tlsOf(request.tls, options, isDsql);
  const standsForClusters = isDsql || proof.kind === "token" || options.controlPort !== undefined;
  const file = new LocalClusterFile(directory);
  const registry = standsForClusters
    ? new ClusterRegistry({ clock, random, log, region: options.region, file }, options.clusterId)
    : undefined;
  const requiresTls = mode === "require";
  const rules = { proof, requiresTls, requiresServerName: isDsql && requiresTls };
  return { rules: { ...rules, clusters: registry }, registry };
}
