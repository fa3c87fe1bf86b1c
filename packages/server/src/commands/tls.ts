/** Whether and how a process offers TLS to its clients; SIGHUP reads the certificate anew. */
import { join } from "node:path";
import type { Log } from "@firstlight/common";
import { ownCertificate } from "../adapters/tls/certificate-files.ts";
import type { CertificateFiles } from "../adapters/tls/certificate-files.ts";
import { TlsServer } from "../adapters/tls/tls-server.ts";
import type { TlsOptions } from "../command-line.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/u;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

export interface OfferedTls {
  readonly server: TlsServer;
  readonly required: boolean;
}

/** Who encrypts on loopback pays for nothing: there it takes an option. */
function isOffered({ mode, certificatePath }: TlsOptions, host: string): boolean {
  if (mode !== undefined) return mode !== "off";
  return certificatePath !== undefined || !isLoopback(host);
}

function filesOf(options: TlsOptions, directory: string, host: string): CertificateFiles {
  const { certificatePath, keyPath } = options;
  if (certificatePath === undefined || keyPath === undefined) {
    return ownCertificate(join(directory, "tls"), host);
  }
  return { certificatePath, keyPath };
}

/** Makes the certificate of its own where one is needed. Throws with one clear line. */
export function prepareTls(options: TlsOptions, directory: string, host: string): void {
  if (isOffered(options, host)) filesOf(options, directory, host);
}

export function offerTls(
  options: TlsOptions,
  place: { readonly directory: string; readonly host: string; readonly log: Log },
): OfferedTls | undefined {
  const { directory, host, log } = place;
  if (!isOffered(options, host)) return undefined;
  const server = newServer(() => filesOf(options, directory, host));
  process.on("SIGHUP", () => {
    try {
      server.reload();
    } catch (error) {
      log.error("the certificate was not read anew; the old one stays", { error });
    }
  });
  return { server, required: options.mode === "require" };
}

function newServer(files: () => CertificateFiles): TlsServer {
  try {
    return new TlsServer(files);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the TLS certificate cannot be used: ${reason}`, { cause: error });
  }
}
