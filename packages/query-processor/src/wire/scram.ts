/**
 * The server side of SCRAM-SHA-256 (RFC 5802, RFC 7677) over a verifier as PostgreSQL stores it:
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey. The password itself is never seen. A role
 * without verifier goes through the same exchange with a mock one, so that nothing is learned.
 */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import type { Random } from "@firstlight/common";
import { SqlError } from "@firstlight/common";

export const SCRAM_MECHANISM = "SCRAM-SHA-256";
/** With a proof that client and server are at the ends of the same TLS connection. */
export const SCRAM_PLUS_MECHANISM = "SCRAM-SHA-256-PLUS";
const BINDING_TYPE = "tls-server-end-point";
const ITERATIONS = 4096;
const SALT_LENGTH = 16;
const NONCE_LENGTH = 18;
const KEY_LENGTH = 32;

interface Verifier {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

function hmac(key: Buffer, message: string): Buffer {
  return createHmac("sha256", key).update(message).digest();
}

/** SASLprep is applied where it changes nothing else: NFKC, as PostgreSQL does for valid UTF-8. */
function saltedPassword(password: string, salt: Buffer, iterations: number): Buffer {
  return pbkdf2Sync(password.normalize("NFKC"), salt, iterations, KEY_LENGTH, "sha256");
}

const ITERATIONS_CHECKED_MAX = 100_000;

/** Whether the verifier is one of this password; one of too many rounds is taken for none. */
export function isVerifierOf(text: string, password: string): boolean {
  const verifier = parseVerifier(text);
  if (verifier === undefined || verifier.iterations > ITERATIONS_CHECKED_MAX) return false;
  const salted = saltedPassword(password, verifier.salt, verifier.iterations);
  return timingSafeEqual(hmac(salted, "Server Key"), verifier.serverKey);
}

/** What is stored for a role: never the password. */
export function scramVerifier(
  password: string,
  random: Random,
  iterations: number = ITERATIONS,
): string {
  const salt = Buffer.from(random.bytes(SALT_LENGTH));
  const salted = saltedPassword(password, salt, iterations);
  const stored = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const server = hmac(salted, "Server Key").toString("base64");
  return `${SCRAM_MECHANISM}$${String(iterations)}:${salt.toString("base64")}$${stored}:${server}`;
}

function parseVerifier(text: string): Verifier | undefined {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, iterations, salt, stored, server] = match;
  const storedKey = Buffer.from(stored ?? "", "base64");
  const serverKey = Buffer.from(server ?? "", "base64");
  if (storedKey.length !== KEY_LENGTH || serverKey.length !== KEY_LENGTH) return undefined;
  return {
    iterations: Number(iterations),
    salt: Buffer.from(salt ?? "", "base64"),
    storedKey,
    serverKey,
  };
}

/** Whether a password is given as what is to be stored for it. */
export function isVerifier(text: string): boolean {
  return parseVerifier(text) !== undefined;
}

function mockVerifier(random: Random): Verifier {
  return {
    iterations: ITERATIONS,
    salt: Buffer.from(random.bytes(SALT_LENGTH)),
    storedKey: Buffer.from(random.bytes(KEY_LENGTH)),
    serverKey: Buffer.from(random.bytes(KEY_LENGTH)),
  };
}

function malformed(detail: string): SqlError {
  return new SqlError("08P01", "malformed SCRAM message", { detail, severity: "FATAL" });
}

function attribute(part: string | undefined, name: string): string {
  if (part === undefined || !part.startsWith(`${name}=`)) {
    throw malformed(`Expected attribute "${name}".`);
  }
  return part.slice(2);
}

export interface ChannelBinding {
  /** What a binding must hold; undefined: the connection has nothing to bind to. */
  readonly endPoint: Buffer | undefined;
  /** Whether the client chose the mechanism that binds. */
  readonly isBound: boolean;
}

const UNBOUND: ChannelBinding = { endPoint: undefined, isBound: false };

export class ScramExchange {
  readonly #binding: ChannelBinding;
  readonly #verifier: Verifier;
  readonly #mocked: boolean;
  readonly #serverNonce: string;
  #gs2Header = "";
  #clientFirstBare = "";
  #serverFirst = "";
  #nonce = "";

  constructor(verifier: string | undefined, random: Random, binding: ChannelBinding = UNBOUND) {
    this.#binding = binding;
    const parsed = verifier === undefined ? undefined : parseVerifier(verifier);
    this.#mocked = parsed === undefined;
    this.#verifier = parsed ?? mockVerifier(random);
    this.#serverNonce = Buffer.from(random.bytes(NONCE_LENGTH)).toString("base64");
  }

  /** client-first-message to server-first-message. */
  first(message: string): string {
    const match = /^(([ny]|p=[^,]*),(?:a=[^,]*)?,)(.*)$/s.exec(message);
    if (match === null) throw malformed("Comma expected.");
    this.#checkFlag(match[2] ?? "");
    this.#gs2Header = match[1] ?? "";
    this.#clientFirstBare = match[3] ?? "";
    const parts = this.#clientFirstBare.split(",");
    if (parts[0]?.startsWith("m=") === true) {
      throw new SqlError("0A000", "client requires an unsupported SCRAM extension", {
        severity: "FATAL",
      });
    }
    attribute(parts[0], "n");
    const clientNonce = attribute(parts[1], "r");
    if (!/^[!-+\--~]+$/.test(clientNonce)) {
      throw malformed("Non-printable characters in SCRAM nonce.");
    }
    this.#nonce = clientNonce + this.#serverNonce;
    const { salt, iterations } = this.#verifier;
    this.#serverFirst = `r=${this.#nonce},s=${salt.toString("base64")},i=${String(iterations)}`;
    return this.#serverFirst;
  }

  /** "n": the client cannot bind; "y": it could, but believes that we cannot; "p=…": it does. */
  #checkFlag(flag: string): void {
    const { endPoint, isBound } = this.#binding;
    if (flag.startsWith("p=") !== isBound) {
      throw malformed(
        isBound
          ? `The client selected ${SCRAM_PLUS_MECHANISM}, but the SCRAM message does not include channel binding data.`
          : `The client selected ${SCRAM_MECHANISM} without channel binding, but the SCRAM message includes channel binding data.`,
      );
    }
    if (flag === "y" && endPoint !== undefined) {
      throw new SqlError("28000", "SCRAM channel binding negotiation error", {
        detail:
          "The client supports SCRAM channel binding but thinks the server does not.  However, this server does support channel binding.",
        severity: "FATAL",
      });
    }
    if (!isBound || flag === `p=${BINDING_TYPE}`) return;
    throw fatal(`unsupported SCRAM channel-binding type "${flag.slice(2)}"`);
  }

  #checkBinding(value: string): void {
    const { endPoint, isBound } = this.#binding;
    const header = Buffer.from(this.#gs2Header);
    const expected = isBound ? Buffer.concat([header, endPoint ?? header]) : header;
    if (value === expected.toString("base64")) return;
    if (isBound) {
      throw new SqlError("28000", "SCRAM channel binding check failed", { severity: "FATAL" });
    }
    throw fatal("unexpected SCRAM channel-binding attribute in client-final-message");
  }

  /** client-final-message to server-final-message, undefined when the proof is wrong. */
  final(message: string): string | undefined {
    const proofAt = message.lastIndexOf(",p=");
    if (proofAt < 0) throw malformed('Expected attribute "p".');
    const withoutProof = message.slice(0, proofAt);
    const parts = withoutProof.split(",");
    this.#checkBinding(attribute(parts[0], "c"));
    if (attribute(parts[1], "r") !== this.#nonce) {
      throw new SqlError("08P01", "invalid SCRAM response", {
        detail: "Nonce does not match.",
        severity: "FATAL",
      });
    }
    const proof = Buffer.from(message.slice(proofAt + 3), "base64");
    if (proof.length !== KEY_LENGTH) throw malformed("Malformed proof in client-final-message.");
    const authMessage = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`;
    if (!this.#proves(proof, authMessage) || this.#mocked) return undefined;
    return `v=${hmac(this.#verifier.serverKey, authMessage).toString("base64")}`;
  }

  #proves(proof: Buffer, authMessage: string): boolean {
    const { storedKey } = this.#verifier;
    const signature = hmac(storedKey, authMessage);
    const clientKey = Buffer.from(proof.map((byte, at) => byte ^ (signature[at] ?? 0)));
    return timingSafeEqual(createHash("sha256").update(clientKey).digest(), storedKey);
  }
}

function fatal(message: string): SqlError {
  return new SqlError("08P01", message, { severity: "FATAL" });
}
