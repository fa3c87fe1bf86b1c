/**
 * Writes packages/sql/src/catalog-data/character-sets.ts from PostgreSQL's own conversions: one line
 * per encoding, with the characters of all its byte sequences above ASCII and the byte sequences of
 * all characters where these are not simply the other way round; then, where there are any, the byte
 * sequences of two characters.
 * Run with: npx tsx test/oracle/dump-character-sets.ts
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { deflateRawSync } from "node:zlib";
import pg from "pg";
import { startOracle } from "./oracle.ts";

const TARGET = resolve(
  import.meta.dirname,
  "../../packages/sql/src/catalog-data/character-sets.ts",
);

const WINDOWS = [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 866, 874];
const SINGLE = [
  ...Array.from({ length: 10 }, (_, at) => `LATIN${at + 1}`),
  ...WINDOWS.map((page) => `WIN${page}`),
  "KOI8R",
  "KOI8U",
  ...[5, 6, 7, 8].map((part) => `ISO_8859_${part}`),
];
const DOUBLE = ["EUC_JP", "EUC_CN", "EUC_KR", "SJIS", "BIG5", "GBK", "UHC", "JOHAB", "EUC_TW"];
/** Some of their characters are two of Unicode's. */
const COMBINING = ["EUC_JIS_2004", "SHIFT_JIS_2004"];
/** Its four-byte codes are computed (character-sets/gb18030.ts). */
const COMPUTED = "GB18030";
const LINE_LENGTH = 96;

const FUNCTIONS = `
  CREATE FUNCTION read(b bytea, e name) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN RETURN convert_from(b, e); EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$;
  CREATE FUNCTION write(t text, e name) RETURNS bytea LANGUAGE plpgsql AS
    $$ BEGIN RETURN convert_to(t, e); EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$;`;

/** Sequences of one character; `first` and `second` are lead bytes in decimal. */
const ONE = `SELECT i AS code, read(decode(lpad(to_hex(i), 2, '0'), 'hex'), $1) AS t
  FROM generate_series(128, 255) i`;
const TWO = `SELECT i * 256 + j AS code, read(decode(lpad(to_hex(i * 256 + j), 4, '0'), 'hex'), $1) AS t
  FROM generate_series(128, 255) i, generate_series(48, 255) j
  WHERE read(decode(lpad(to_hex(i), 2, '0'), 'hex'), $1) IS NULL`;
const THREE = `SELECT 9371648 + i AS code, read(decode('8f' || lpad(to_hex(i), 4, '0'), 'hex'), $1) AS t
  FROM generate_series(40960, 65535) i`;
const PLANES = `SELECT 2382364672 + i AS code, read(decode('8e' || lpad(to_hex(i), 6, '0'), 'hex'), $1) AS t
  FROM generate_series(10592673, 11009790) i WHERE i % 256 > 160 AND (i / 256) % 256 > 160`;
const CHARACTERS = `SELECT chr(i) AS t, encode(write(chr(i), $1), 'hex') AS bytes
  FROM generate_series(128, 196607) i WHERE i < 55296 OR i > 57343`;

type Code = readonly [code: number, character: string];

async function codesOf(client: pg.Client, encoding: string): Promise<readonly Code[]> {
  const texts = [ONE];
  if (!SINGLE.includes(encoding)) texts.push(TWO);
  if (encoding === "EUC_JP" || encoding === "EUC_JIS_2004") texts.push(THREE);
  if (encoding === "EUC_TW") texts.push(PLANES);
  const codes: Code[] = [];
  for (const text of texts) {
    const { rows } = await client.query<{ code: number; t: string | null }>(text, [encoding]);
    for (const { code, t } of rows) if (t !== null) codes.push([Number(code), t]);
  }
  return codes.toSorted(([a], [b]) => a - b);
}

/** Characters of consecutive codes behind the first code: `81a0:...`, with blanks between. */
function runs(codes: readonly Code[]): string {
  let text = "";
  let next = -1;
  for (const [code, character] of codes) {
    text +=
      code === next ? character : `${text === "" ? "" : " "}${code.toString(16)}:${character}`;
    next = code + 1;
  }
  return text;
}

function isCombined([, character]: Code): boolean {
  return Array.from(character).length > 1;
}

/** Codes of more than one character of Unicode: `81a0:cc` each. */
function combined(codes: readonly Code[]): string {
  return codes.map(([code, characters]) => `${code.toString(16)}:${characters}`).join(" ");
}

/** Characters whose bytes are not the first that they were read from: `81a0:c` each. */
async function exceptions(
  client: pg.Client,
  encoding: string,
  codes: readonly Code[],
): Promise<string> {
  const first = new Map(codes.toReversed().map(([code, character]) => [character, code]));
  const { rows } = await client.query<{ t: string; bytes: string | null }>(CHARACTERS, [encoding]);
  const found: string[] = [];
  for (const { t, bytes } of rows) {
    const code = bytes === null ? 0 : Number.parseInt(bytes, 16);
    if (encoding === COMPUTED && code > 0xffff) continue;
    if (code !== (first.get(t) ?? 0)) found.push(`${code.toString(16)}:${t}`);
  }
  return found.join(" ");
}

const oracle = await startOracle();
const client = new pg.Client({ connectionString: oracle.url });
await client.connect();
await client.query(FUNCTIONS);
const lines: string[] = [];
for (const encoding of [...SINGLE, ...DOUBLE, COMPUTED, ...COMBINING]) {
  const all = await codesOf(client, encoding);
  const codes = all.filter((each) => !isCombined(each));
  const fields = [encoding, runs(codes), await exceptions(client, encoding, codes)];
  const pairs = combined(all.filter(isCombined));
  lines.push([...fields, ...(pairs === "" ? [] : [pairs])].join("\t"));
}
const { rows } = await client.query<{ version: string }>("SHOW server_version");
await client.end();
await oracle.stop();
const data = deflateRawSync(Buffer.from(lines.join("\n"), "utf8"), { level: 9 }).toString("base64");
const pieces = data.match(new RegExp(`.{1,${String(LINE_LENGTH)}}`, "gu")) ?? [];
writeFileSync(
  TARGET,
  `/**
 * Characters of PostgreSQL ${rows[0]?.version ?? ""}'s encodings, deflated, in base 64.
 * Generated by test/oracle/dump-character-sets.ts; do not edit.
 */
export const CHARACTER_SETS: string = \`\n${pieces.join("\n")}\n\`;\n`,
);
