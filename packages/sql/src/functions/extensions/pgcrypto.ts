/**
 * Functions of the extension pgcrypto, by the names of its C functions: digests, AES and random
 * bytes. Password hashes and PGP are refused.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, getHashes } from "node:crypto";
import type { Hash, Hmac } from "node:crypto";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { invalidParameter } from "../errors.ts";
import type { Steps } from "../long-call.ts";
import { LONG, NATIVE_STEP, longCall, toEnd } from "../long-call.ts";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { utf8Bytes } from "../text/characters.ts";

type Value = string | Uint8Array;

const bytesOf = (value: Value): Uint8Array =>
  typeof value === "string" ? utf8Bytes(value) : value;

const knownHashes: ReadonlySet<string> = new Set(getHashes().map((name) => name.toLowerCase()));

function hashNamed(name: string): string {
  const lower = name.toLowerCase();
  if (knownHashes.has(lower)) return lower;
  throw invalidParameter(`Cannot use "${lower}": No such hash algorithm`);
}

function* summed(sum: Hash | Hmac, bytes: Uint8Array): Steps<Uint8Array> {
  for (let at = 0; at < bytes.length; at += NATIVE_STEP) {
    sum.update(bytes.subarray(at, at + NATIVE_STEP));
    yield;
  }
  return new Uint8Array(sum.digest());
}

function digestOf(context: EvaluationContext, make: () => Hash | Hmac, value: Value): Uint8Array {
  const bytes = bytesOf(value);
  if (bytes.length <= LONG) return toEnd(summed(make(), bytes));
  return longCall(context, () => summed(make(), bytes));
}

const IV_BYTES = 16;
const AES_KEYS = [16, 24, 32];

interface Cipher {
  readonly name: string;
  readonly key: Uint8Array;
  readonly padded: boolean;
}

/** algorithm [-mode] [/pad:padding]; keys are filled up with zeros, as pgcrypto does. */
function cipherOf(written: string, given: Uint8Array): Cipher {
  const [, algorithm, mode = "cbc", padding = "pkcs"] =
    /^(\w+?)(?:-(\w+))?(?:\/pad:(\w+))?$/u.exec(written.toLowerCase()) ?? [];
  if (algorithm !== "aes" && algorithm !== "rijndael") {
    throw featureNotSupported(`pgcrypto's cipher "${written}"`);
  }
  if (mode !== "cbc" && mode !== "ecb") throw featureNotSupported(`pgcrypto's mode "${mode}"`);
  const length = AES_KEYS.find((each) => given.length <= each);
  if (length === undefined) throw new SqlError("39000", "encrypt error: Key was too big");
  const key = new Uint8Array(length);
  key.set(given);
  return { name: `aes-${length * 8}-${mode}`, key, padded: padding !== "none" };
}

function initial(cipher: Cipher, given: Uint8Array): Uint8Array | null {
  if (cipher.name.endsWith("ecb")) return null;
  const iv = new Uint8Array(IV_BYTES);
  iv.set(given.subarray(0, IV_BYTES));
  return iv;
}

function encrypt(data: Uint8Array, key: Uint8Array, iv: Uint8Array, type: string): Uint8Array {
  const cipher = cipherOf(type, key);
  const run = createCipheriv(cipher.name, cipher.key, initial(cipher, iv));
  run.setAutoPadding(cipher.padded);
  if (!cipher.padded && data.length % IV_BYTES !== 0) {
    throw new SqlError("39000", "encrypt error: Encryption failed");
  }
  return new Uint8Array(Buffer.concat([run.update(data), run.final()]));
}

function decrypt(data: Uint8Array, key: Uint8Array, iv: Uint8Array, type: string): Uint8Array {
  const cipher = cipherOf(type, key);
  const run = createDecipheriv(cipher.name, cipher.key, initial(cipher, iv));
  run.setAutoPadding(cipher.padded);
  if (data.length % IV_BYTES !== 0) {
    throw new SqlError("39000", "decrypt error: Decryption failed");
  }
  try {
    return new Uint8Array(Buffer.concat([run.update(data), run.final()]));
  } catch (error) {
    throw new SqlError("39000", "decrypt error: Decryption failed", { cause: error });
  }
}

const RANDOM_BYTES_MAX = 1024;

function randomBytes(context: EvaluationContext, length: number): Uint8Array {
  if (length < 1 || length > RANDOM_BYTES_MAX) throw new SqlError("39000", "Length not in range");
  return context.randomBytes(length);
}

const NO_IV = new Uint8Array(0);

/** What pgcrypto has and this has not. */
const REFUSED = {
  pg_crypt: "crypt",
  pg_gen_salt: "gen_salt",
  pg_gen_salt_rounds: "gen_salt",
  pgp_sym_encrypt_text: "pgp_sym_encrypt",
  pgp_sym_encrypt_bytea: "pgp_sym_encrypt_bytea",
  pgp_sym_decrypt_text: "pgp_sym_decrypt",
  pgp_sym_decrypt_bytea: "pgp_sym_decrypt_bytea",
  pgp_pub_encrypt_text: "pgp_pub_encrypt",
  pgp_pub_encrypt_bytea: "pgp_pub_encrypt_bytea",
  pgp_pub_decrypt_text: "pgp_pub_decrypt",
  pgp_pub_decrypt_bytea: "pgp_pub_decrypt_bytea",
  pgp_key_id_w: "pgp_key_id",
  pg_armor: "armor",
  pg_dearmor: "dearmor",
} as const;

function refused(name: string): Implementation {
  return () => {
    throw featureNotSupported(`function ${name} of pgcrypto`);
  };
}

export const PGCRYPTO_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  pg_digest: (context, value: Value, name: string) => {
    const algorithm = hashNamed(name);
    return digestOf(context, () => createHash(algorithm), value);
  },
  pg_hmac: (context, value: Value, key: Value, name: string) => {
    const algorithm = hashNamed(name);
    return digestOf(context, () => createHmac(algorithm, bytesOf(key)), value);
  },
  pg_encrypt: (_context, data: Uint8Array, key: Uint8Array, type: string) =>
    encrypt(data, key, NO_IV, type),
  pg_decrypt: (_context, data: Uint8Array, key: Uint8Array, type: string) =>
    decrypt(data, key, NO_IV, type),
  pg_encrypt_iv: (_context, data: Uint8Array, key: Uint8Array, iv: Uint8Array, type: string) =>
    encrypt(data, key, iv, type),
  pg_decrypt_iv: (_context, data: Uint8Array, key: Uint8Array, iv: Uint8Array, type: string) =>
    decrypt(data, key, iv, type),
  pg_random_bytes: randomBytes,
  ...Object.fromEntries(Object.entries(REFUSED).map(([symbol, name]) => [symbol, refused(name)])),
};

export function registerPgcrypto(): void {
  registerFunctions(PGCRYPTO_FUNCTIONS);
}
