/** Whether and how a process offers TLS to its clients; SIGHUP reads the certificate anew. */
import { join } from "node:path";
import type { Log } from "@firstlight/common";
import { ownCertificate } from "../adapters/tls/certificate-files.ts";
import type { CertificateFiles } from "../adapters/tls/certificate-files.ts";
import { TlsServer } from "../adapters/tls/tls-server.ts";
import type { TlsOptions } from "../command-line/options.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/u;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

export interface OfferedTls {
  readonly server: TlsServer;
}

/** What a certificate of its own is made for. */
export interface TlsPlace {
  readonly directory: string;
  readonly host: string;
  /** Further names, with wildcards. */
  readonly names: readonly string[];
}

/** Who encrypts on loopback pays for nothing: there it takes an option. */
function isOffered({ mode, certificatePath }: TlsOptions, host: string): boolean {
  if (mode !== undefined) return mode !== "off";
  return certificatePath !== undefined || !isLoopback(host);
}

function filesOf(options: TlsOptions, { directory, host, names }: TlsPlace): CertificateFiles {
  const { certificatePath, keyPath } = options;
  if (certificatePath === undefined || keyPath === undefined) {
    return ownCertificate(join(directory, "tls"), host, names);
  }
  return { certificatePath, keyPath };
}

/** Makes the certificate of its own where one is needed. Throws with one clear line. */
export function prepareTls(options: TlsOptions, place: TlsPlace): void {
  if (isOffered(options, place.host)) filesOf(options, place);
}

export function offerTls(options: TlsOptions, place: TlsPlace, log: Log): OfferedTls | undefined {
  if (!isOffered(options, place.host)) return undefined;
  const server = newServer(() => filesOf(options, place));
  process.on("SIGHUP", () => {
    try {
      server.reload();
    } catch (error) {
      log.error("the certificate was not read anew; the old one stays", { error });
    }
  });
  return { server };
}

function newServer(files: () => CertificateFiles): TlsServer {
  try {
    return new TlsServer(files);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the TLS certificate cannot be used: ${reason}`, { cause: error });
  }
}
