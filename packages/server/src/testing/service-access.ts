/**
 * Access as Aurora DSQL has it, for databases within a test's process: encryption, the cluster's host
 * name, tokens of IAM whose signature nobody checks.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AccessRules } from "@firstlight/query-processor";
import type { Log, Random } from "@firstlight/common";
import { accessOptions } from "../access-options.ts";
import { ownAuthorityFile, ownCertificate } from "../adapters/tls/certificate-files.ts";
import { TlsServer } from "../adapters/tls/tls-server.ts";
import { openAccess } from "../commands/access.ts";
import { endpointOf, hostPatternsOf } from "../control-plane/cluster-name.ts";

export interface ServiceAccess {
  readonly rules: AccessRules;
  readonly tls: { readonly server: TlsServer };
  /** The host that clients ask for and sign their tokens for; it leads nowhere by itself. */
  readonly endpoint: string;
  /** PEM: what clients trust. */
  readonly certificateAuthority: string;
}

/** `directory`: for certificates. */
export function serviceAccess(
  directory: string,
  { random, log }: { readonly random: Random; readonly log: Log },
): ServiceAccess {
  const options = accessOptions({});
  const certificates = join(directory, "tls");
  const names = hostPatternsOf(options.region);
  const server = new TlsServer(() => ownCertificate(certificates, "127.0.0.1", names));
  const tls = { mode: undefined, certificatePath: undefined, keyPath: undefined };
  const request = { options, isDsql: true, trust: true, tls, directory, random, log };
  return {
    rules: openAccess(request).rules,
    tls: { server },
    endpoint: endpointOf(options.clusterId, options.region),
    certificateAuthority: readFileSync(ownAuthorityFile(certificates), "utf8"),
  };
}
