/**
 * The extensions that CREATE EXTENSION knows: functions of PostgreSQL's contrib modules, implemented
 * in packages/sql. PL/pgSQL is none of them: there is no such language, and dumps and frameworks that
 * ask for the extension as a matter of course are told that it is there.
 */
interface ExtensionFunction {
  /** Name and parameters. */
  readonly signature: string;
  readonly returns: string;
  /** The name of its implementation: of its C function in PostgreSQL. */
  readonly symbol: string;
  readonly options: string;
}

export interface Extension {
  readonly version: string;
  readonly comment: string;
  readonly functions: readonly ExtensionFunction[];
}

const PURE = "immutable strict parallel safe";

function pure(returns: string, symbol: string, ...signatures: string[]): ExtensionFunction[] {
  return signatures.map((signature) => ({ signature, returns, symbol, options: PURE }));
}

function volatile(returns: string, symbol: string, ...signatures: string[]): ExtensionFunction[] {
  const options = "volatile strict parallel safe";
  return signatures.map((signature) => ({ signature, returns, symbol, options }));
}

const UUID_CONSTANTS = ["uuid_nil", "uuid_ns_dns", "uuid_ns_url", "uuid_ns_oid", "uuid_ns_x500"];
const UUID_GENERATORS = ["uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4"];
const UUID_OF_NAMES = ["uuid_generate_v3", "uuid_generate_v5"];

const UUID_OSSP: Extension = {
  version: "1.1",
  comment: "generate universally unique identifiers (UUIDs)",
  functions: [
    ...UUID_CONSTANTS.flatMap((name) => pure("uuid", name, `${name}()`)),
    ...UUID_GENERATORS.flatMap((name) => volatile("uuid", name, `${name}()`)),
    ...UUID_OF_NAMES.flatMap((name) => pure("uuid", name, `${name}(namespace uuid, name text)`)),
  ],
};

/** pgp_sym_encrypt and pgp_sym_encrypt_bytea: what is encrypted, then what every form adds. */
function encrypting(name: string, key: string): ExtensionFunction[] {
  return [
    ...volatile("bytea", `${name}_text`, `${name}(text, ${key})`, `${name}(text, ${key}, text)`),
    ...volatile(
      "bytea",
      `${name}_bytea`,
      `${name}_bytea(bytea, ${key})`,
      `${name}_bytea(bytea, ${key}, text)`,
    ),
  ];
}

function decrypting(name: string, keys: readonly string[]): ExtensionFunction[] {
  return keys.flatMap((key) => [
    ...pure("text", `${name}_text`, `${name}(bytea, ${key})`),
    ...pure("bytea", `${name}_bytea`, `${name}_bytea(bytea, ${key})`),
  ]);
}

const PGCRYPTO: Extension = {
  version: "1.3",
  comment: "cryptographic functions",
  functions: [
    ...pure("bytea", "pg_digest", "digest(text, text)", "digest(bytea, text)"),
    ...pure("bytea", "pg_hmac", "hmac(text, text, text)", "hmac(bytea, bytea, text)"),
    ...pure("text", "pg_crypt", "crypt(text, text)"),
    ...volatile("text", "pg_gen_salt", "gen_salt(text)"),
    ...volatile("text", "pg_gen_salt_rounds", "gen_salt(text, integer)"),
    ...pure("bytea", "pg_encrypt", "encrypt(bytea, bytea, text)"),
    ...pure("bytea", "pg_decrypt", "decrypt(bytea, bytea, text)"),
    ...pure("bytea", "pg_encrypt_iv", "encrypt_iv(bytea, bytea, bytea, text)"),
    ...pure("bytea", "pg_decrypt_iv", "decrypt_iv(bytea, bytea, bytea, text)"),
    ...volatile("bytea", "pg_random_bytes", "gen_random_bytes(integer)"),
    {
      signature: "gen_random_uuid()",
      returns: "uuid",
      symbol: "gen_random_uuid",
      options: "volatile parallel safe",
    },
    ...encrypting("pgp_sym_encrypt", "text"),
    ...decrypting("pgp_sym_decrypt", ["text", "text, text"]),
    ...encrypting("pgp_pub_encrypt", "bytea"),
    ...decrypting("pgp_pub_decrypt", ["bytea", "bytea, text", "bytea, text, text"]),
    ...pure("text", "pgp_key_id_w", "pgp_key_id(bytea)"),
    ...pure("text", "pg_armor", "armor(bytea)", "armor(bytea, text[], text[])"),
    ...pure("bytea", "pg_dearmor", "dearmor(text)"),
  ],
};

export const EXTENSIONS: ReadonlyMap<string, Extension> = new Map([
  ["uuid-ossp", UUID_OSSP],
  ["pgcrypto", PGCRYPTO],
]);

/** Told to be installed, in every database; there is no object of it. */
export const ASSUMED_EXTENSION = { name: "plpgsql", version: "1.0" } as const;

/** Statements that make its functions. */
export function extensionScript({ functions }: Extension): string {
  const statements = functions.map(
    ({ signature, returns, symbol, options }) =>
      `create function ${signature} returns ${returns} language internal ${options} as '${symbol}';`,
  );
  return statements.join("\n");
}
