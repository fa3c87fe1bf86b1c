/** Every type reads and prints what PostgreSQL 16 reads and prints, errors included. */
import { SqlError } from "@firstlight/common";
import { DEFAULT_FORMAT, typeByOid } from "@firstlight/sql";
import type { FormatSettings } from "@firstlight/sql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TextCase } from "./type-text-cases.ts";
import { TEXT_CASES } from "./type-text-cases.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

/** A literal, so that the type modifier reaches the input function; the context is JSON's. */
const READ_TEXT = `
  create function pg_temp.read_text(literal text, type text) returns text language plpgsql as $$
  declare
    result text; message text; detail text; hint text; context text;
  begin
    execute format('select format(''%%s'', %s %L)', type, literal) into result;
    return result;
  exception when others then
    get stacked diagnostics message = message_text, detail = pg_exception_detail,
      hint = pg_exception_hint, context = pg_exception_context;
    return concat_ws('|', sqlstate, message, detail, hint, substring(context from '^JSON data[^\\n]*'));
  end $$`;

let oracle: Oracle | undefined;
let client: pg.Client | undefined;

beforeAll(async () => {
  if (unavailable !== undefined) return;
  oracle = await startOracle();
  client = new pg.Client({ connectionString: oracle.url });
  await client.connect();
  await client.query(READ_TEXT);
});

afterAll(async () => {
  await client?.end();
  await oracle?.stop();
});

async function postgresTexts(each: TextCase, format: FormatSettings): Promise<unknown[]> {
  await client?.query(
    `set timezone = '${format.timeZone}'; set datestyle = '${format.dateStyle}, ${format.dateOrder}';
     set intervalstyle = '${format.intervalStyle}'; set bytea_output = '${format.byteaOutput}';
     set extra_float_digits = ${format.extraFloatDigits}`,
  );
  // An array type's name cannot stand before a literal.
  const type = each.type.endsWith("[]") ? `_${each.type.slice(0, -2)}` : each.type;
  const result = await client?.query(
    "select pg_temp.read_text(t, $2) as text from unnest($1::text[]) with ordinality u(t, i) order by i",
    [each.texts, type],
  );
  return result?.rows.map((row) => row.text) ?? [];
}

/** The text as read and printed, which must survive the binary form as well. */
function ourText(each: TextCase, text: string, format: FormatSettings): string {
  const type = typeByOid(each.oid);
  try {
    const value = type.input(text, each.typmod, { ...format, now: 0n });
    const printed = type.output(value, format);
    const received = type.output(type.receive(type.send(value), -1), format);
    return received === printed ? printed : `${printed}, but ${received} from its binary form`;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { detail = "", hint = "", where } = error.fields;
    return [error.sqlstate, error.message, detail, hint, where]
      .filter((part) => part !== undefined)
      .join("|");
  }
}

describe.skipIf(unavailable !== undefined)("types read and print as PostgreSQL 16 does", () => {
  it.each(
    TEXT_CASES.map(
      (each) => [`${each.type} ${Object.values(each.format).join(" ")}`, each] as const,
    ),
  )("%s", async (_name, each) => {
    const format = { ...DEFAULT_FORMAT, ...each.format };
    const expected = await postgresTexts(each, format);
    const differences = each.texts.flatMap((text, i) => {
      const ours = ourText(each, text, format);
      return ours === expected[i] ? [] : [{ text, ours, postgres: expected[i] }];
    });
    expect(differences).toEqual([]);
  });
});
