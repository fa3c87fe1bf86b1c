/**
 * The certificate that a server shows, from files: those that it was given, or its own below the
 * data directory, made when they are not there, are about to end, or lack a name that is needed.
 * Private keys are written with mode 0600 BEFORE the certificates that need them.
 */
import type { KeyObject } from "node:crypto";
import { X509Certificate, createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { authorityCertificate, pem, serverCertificate } from "./certificate.ts";
import type { CertificateTimes } from "./certificate.ts";

const DAY = 86_400;
const AUTHORITY_DAYS = 3_650;
/** The longest that common clients accept. */
const SERVER_DAYS = 825;
const RENEWED_BEFORE_DAYS = 30;
/** Clocks of clients may be behind. */
const BACKDATED = DAY;
const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "::1"];

export interface CertificateFiles {
  readonly certificatePath: string;
  readonly keyPath: string;
}

export interface CertificateTexts {
  /** The server's certificate and those that lead to the authority, PEM. */
  readonly certificates: string;
  readonly key: string;
}

function times(days: number): CertificateTimes {
  const now = Math.floor(Date.now() / 1000);
  return { from: now - BACKDATED, until: now + days * DAY };
}

/** Positive, and never the same twice. */
function serial(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
}

/** A reader sees all of it or none. */
function writeWhole(path: string, text: string, mode: number): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, path);
}

function keyText(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

interface OwnAuthority {
  readonly name: string;
  readonly key: KeyObject;
  readonly text: string;
}

function ownAuthority(directory: string): OwnAuthority {
  const keyPath = join(directory, "ca.key");
  const certificatePath = join(directory, "ca.crt");
  if (existsSync(keyPath) && existsSync(certificatePath)) {
    const text = readFileSync(certificatePath, "utf8");
    const name = /^CN=(.*)$/mu.exec(new X509Certificate(text).subject)?.[1] ?? "";
    return { name, key: createPrivateKey(readFileSync(keyPath)), text };
  }
  const key = newKey();
  const name = `Firstlight authority ${randomBytes(4).toString("hex")}`;
  const request = { name, key, times: times(AUTHORITY_DAYS), serial: serial() };
  const text = pem(authorityCertificate(request));
  writeWhole(keyPath, keyText(key), 0o600);
  writeWhole(certificatePath, text, 0o644);
  return { name, key, text };
}

/** Where the authority's certificate is; it is made if there is none. */
export function ownAuthorityFile(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  ownAuthority(directory);
  return join(directory, "ca.crt");
}

/** What clients may write as host: loopback, this machine's names and addresses, and `host`. */
function hostsOf(host: string): readonly string[] {
  const loopback = LOOPBACK_HOSTS.includes(host);
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0)
    .map(({ address }) => address);
  const names = loopback ? [hostname()] : [hostname(), host, ...addresses];
  const valid = names.filter(
    (name) => /^[\w.:-]+$/u.test(name) && !/^(0\.0\.0\.0|::)$/u.test(name),
  );
  return [...new Set([...LOOPBACK_HOSTS, ...valid])];
}

/** A name of those that it stands for, if it has a wildcard. */
function example(name: string): string {
  return name.replace(/^\*/u, "any");
}

function isUsable(path: string, authority: OwnAuthority, hosts: readonly string[]): boolean {
  if (!existsSync(path)) return false;
  const certificate = new X509Certificate(readFileSync(path));
  const ends = new Date(certificate.validTo).getTime() / 1000;
  if (ends < Date.now() / 1000 + RENEWED_BEFORE_DAYS * DAY) return false;
  if (!certificate.verify(new X509Certificate(authority.text).publicKey)) return false;
  return hosts.every((host) => certificate.checkHost(example(host)) ?? certificate.checkIP(host));
}

/**
 * Makes what is missing in `directory`: ca.crt, ca.key, server.crt and server.key. `names`: those
 * that clients may use beside the machine's, with wildcards.
 */
export function ownCertificate(
  directory: string,
  host: string,
  names: readonly string[] = [],
): CertificateFiles {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = {
    certificatePath: join(directory, "server.crt"),
    keyPath: join(directory, "server.key"),
  };
  const authority = ownAuthority(directory);
  const hosts = [...hostsOf(host), ...names];
  if (existsSync(files.keyPath) && isUsable(files.certificatePath, authority, hosts)) return files;
  const key = newKey();
  const name = hosts.find((each) => !LOOPBACK_HOSTS.includes(each)) ?? "localhost";
  const request = { name, key, hosts, times: times(SERVER_DAYS), serial: serial() };
  const certificate = pem(serverCertificate(request, authority));
  writeWhole(files.keyPath, keyText(key), 0o600);
  writeWhole(files.certificatePath, certificate + authority.text, 0o644);
  return files;
}

/** Refuses a key that others can read, as PostgreSQL does. */
function checkKeyMode(path: string): void {
  const { mode, uid } = statSync(path);
  if (process.platform === "win32") return;
  const allowed = uid === 0 ? 0o037 : 0o077;
  if ((mode & allowed) === 0) return;
  throw new Error(
    `private key file "${path}" has group or world access: ` +
      "it must have permissions u=rw (0600) or less, or u=rw,g=r (0640) or less if owned by root",
  );
}

export function readCertificate({ certificatePath, keyPath }: CertificateFiles): CertificateTexts {
  checkKeyMode(keyPath);
  return {
    certificates: readFileSync(certificatePath, "utf8"),
    key: readFileSync(keyPath, "utf8"),
  };
}
