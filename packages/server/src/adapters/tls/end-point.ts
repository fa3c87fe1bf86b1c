/**
 * What SCRAM binds to a TLS connection: "tls-server-end-point" of RFC 5929, the hash of the
 * server's certificate, made with the hash of the certificate's own signature, SHA-256 at least.
 */
import { createHash } from "node:crypto";
import { objectId, readDer } from "./der.ts";

const SIGNATURE_HASHES: readonly (readonly [string, string])[] = [
  ["1.2.840.113549.1.1.4", "sha256"],
  ["1.2.840.113549.1.1.5", "sha256"],
  ["1.2.840.113549.1.1.11", "sha256"],
  ["1.2.840.113549.1.1.12", "sha384"],
  ["1.2.840.113549.1.1.13", "sha512"],
  ["1.2.840.113549.1.1.14", "sha224"],
  ["1.2.840.10045.4.1", "sha256"],
  ["1.2.840.10045.4.3.1", "sha224"],
  ["1.2.840.10045.4.3.2", "sha256"],
  ["1.2.840.10045.4.3.3", "sha384"],
  ["1.2.840.10045.4.3.4", "sha512"],
];

const HASH_BY_OID: ReadonlyMap<string, string> = new Map(
  SIGNATURE_HASHES.map(([oid, hash]) => [objectId(oid).toString("hex"), hash]),
);

/** The signature's algorithm, as its object identifier in DER. */
function signatureOid(certificate: Buffer): string | undefined {
  const whole = readDer(certificate);
  const signed = whole === undefined ? undefined : readDer(whole.content);
  const algorithm = signed === undefined ? undefined : readDer(signed.rest);
  const oid = algorithm === undefined ? undefined : readDer(algorithm.content);
  if (algorithm === undefined || oid === undefined) return undefined;
  return algorithm.content.subarray(0, algorithm.content.length - oid.rest.length).toString("hex");
}

/** Undefined where the signature names no hash of its own, such as Ed25519: nothing is bound then. */
export function serverEndPoint(certificate: Buffer): Buffer | undefined {
  const hash = HASH_BY_OID.get(signatureOid(certificate) ?? "");
  return hash === undefined ? undefined : createHash(hash).update(certificate).digest();
}
