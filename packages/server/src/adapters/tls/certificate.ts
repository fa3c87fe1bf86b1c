/**
 * Makes X.509 certificates (RFC 5280) for servers that were given none: an authority of their own,
 * for clients to trust, and certificates that it signs. Keys are on P-256, signatures ECDSA with
 * SHA-256.
 */
import type { KeyObject } from "node:crypto";
import { createHash, createPublicKey, sign } from "node:crypto";
import { isIP } from "node:net";
import { DER, bitString, der, objectId, sequence, tagged, time, unsigned } from "./der.ts";

const ECDSA_WITH_SHA256 = sequence(objectId("1.2.840.10045.4.3.2"));
const COMMON_NAME = "2.5.4.3";
const OID = {
  subjectKey: "2.5.29.14",
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKey: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
} as const;

const TRUE = der(DER.boolean, Buffer.from([0xff]));

export interface CertificateTimes {
  /** Seconds since the Unix epoch. */
  readonly from: number;
  readonly until: number;
}

export interface CertificateRequest {
  readonly name: string;
  /** Private. */
  readonly key: KeyObject;
  readonly times: CertificateTimes;
  /** Random. */
  readonly serial: Uint8Array;
}

export interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

export interface ServerRequest extends CertificateRequest {
  /** Names and addresses that clients may connect to. */
  readonly hosts: readonly string[];
}

function distinguishedName(name: string): Buffer {
  const value = der(DER.utf8String, Buffer.from(name, "utf8"));
  return sequence(der(DER.set, sequence(objectId(COMMON_NAME), value)));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha1").update(publicKeyInfo(key)).digest();
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const content = der(DER.octetString, value);
  return critical ? sequence(objectId(id), TRUE, content) : sequence(objectId(id), content);
}

function addressBytes(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from(host.split(".").map(Number));
  const [head = "", tail] = host.split("::");
  const words = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const digits = [...before, ...zeros, ...after].map((word) => word.padStart(4, "0"));
  return Buffer.from(digits.join(""), "hex");
}

function alternativeName(host: string): Buffer {
  return isIP(host) === 0 ? der(0x82, Buffer.from(host, "latin1")) : der(0x87, addressBytes(host));
}

function certificate(
  request: CertificateRequest,
  issuer: Issuer,
  extensions: readonly Buffer[],
): Buffer {
  const { from, until } = request.times;
  const signed = sequence(
    tagged(0, unsigned(Buffer.from([2]))),
    unsigned(request.serial),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer.name),
    sequence(time(from), time(until)),
    distinguishedName(request.name),
    publicKeyInfo(request.key),
    tagged(
      3,
      sequence(
        ...extensions,
        extension(OID.subjectKey, false, der(DER.octetString, keyIdentifier(request.key))),
        extension(OID.authorityKey, false, sequence(der(0x80, keyIdentifier(issuer.key)))),
      ),
    ),
  );
  const signature = sign("sha256", signed, { key: issuer.key, dsaEncoding: "der" });
  return sequence(signed, ECDSA_WITH_SHA256, bitString(signature));
}

/** An authority that trusts itself: clients take its certificate as sslrootcert. */
export function authorityCertificate(request: CertificateRequest): Buffer {
  return certificate(request, request, [
    extension(OID.basicConstraints, true, sequence(TRUE)),
    // keyCertSign and cRLSign.
    extension(OID.keyUsage, true, bitString(Buffer.from([0x06]), 1)),
  ]);
}

export function serverCertificate(request: ServerRequest, issuer: Issuer): Buffer {
  return certificate(request, issuer, [
    extension(OID.basicConstraints, true, sequence()),
    // digitalSignature.
    extension(OID.keyUsage, true, bitString(Buffer.from([0x80]), 7)),
    extension(OID.extendedKeyUsage, false, sequence(objectId(OID.serverAuthentication))),
    extension(OID.alternativeName, false, sequence(...request.hosts.map(alternativeName))),
  ]);
}

export function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/gu) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
