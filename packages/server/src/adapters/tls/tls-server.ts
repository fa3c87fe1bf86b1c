/**
 * The server's side of TLS over sockets that already talk: 1.2 and 1.3, no renegotiation and no
 * resumption, as PostgreSQL sets OpenSSL up. The certificate can be read anew; connections that
 * are open keep theirs.
 */
import { X509Certificate, constants } from "node:crypto";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { TLSSocket, createSecureContext } from "node:tls";
import type { TlsFacts } from "@firstlight/query-processor";
import type { CertificateFiles } from "./certificate-files.ts";
import { readCertificate } from "./certificate-files.ts";
import { serverEndPoint } from "./end-point.ts";

const PROTOCOL = "postgresql";

export interface SecuredSocket {
  readonly socket: TLSSocket;
  readonly facts: TlsFacts;
}

interface Credentials {
  readonly context: SecureContext;
  readonly endPoint: Buffer | undefined;
}

function load(files: CertificateFiles): Credentials {
  const { certificates, key } = readCertificate(files);
  const context = createSecureContext({
    cert: certificates,
    key,
    minVersion: "TLSv1.2",
    honorCipherOrder: true,
    secureOptions:
      constants.SSL_OP_NO_RENEGOTIATION |
      constants.SSL_OP_NO_TICKET |
      constants.SSL_OP_NO_COMPRESSION,
  });
  return { context, endPoint: serverEndPoint(new X509Certificate(certificates).raw) };
}

function keyBits(cipher: string): number {
  return /256|CHACHA20/u.test(cipher.replace(/SHA\d+$/u, "")) ? 256 : 128;
}

function factsOf(socket: TLSSocket, endPoint: Buffer | undefined): TlsFacts {
  const { name } = socket.getCipher();
  return {
    version: socket.getProtocol() ?? "",
    cipher: name,
    bits: keyBits(name),
    serverName: serverNameOf(socket),
    protocol: socket.alpnProtocol === PROTOCOL ? PROTOCOL : undefined,
    endPoint,
  };
}

/** Node has false where the client named no host. */
function serverNameOf(socket: TLSSocket): string | undefined {
  const name: unknown = "servername" in socket ? socket.servername : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** One listener for all of them. */
function destroyed(this: TLSSocket): void {
  this.destroy();
}

export class TlsServer {
  readonly #files: () => CertificateFiles;
  #credentials: Credentials;

  /** Throws when the files cannot be used; `files` may make them. */
  constructor(files: () => CertificateFiles) {
    this.#files = files;
    this.#credentials = load(files());
  }

  /** For connections made from now on. Throws, and keeps what it has, when the files are wrong. */
  reload(): void {
    this.#credentials = load(this.#files());
  }

  /**
   * Undefined when the handshake fails: the socket is closed then. Nobody else may read from it.
   * `protocols` are those that ALPN may agree on.
   */
  secure(
    socket: Socket,
    protocols: readonly string[] = [PROTOCOL],
  ): Promise<SecuredSocket | undefined> {
    const { context, endPoint } = this.#credentials;
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: context,
      requestCert: false,
      ALPNProtocols: [...protocols],
    });
    // After the handshake, too: what cannot be decrypted ends the connection.
    secured.on("_tlsError", destroyed);
    secured.on("error", destroyed);
    return new Promise((resolve) => {
      const failed = (): void => resolve(undefined);
      secured.once("close", failed);
      secured.once("secure", () => {
        // What the handshake needed is let go of: it would stay as long as the connection.
        secured.off("close", failed);
        resolve({ socket: secured, facts: factsOf(secured, endPoint) });
      });
    });
  }
}
