/** Binary forms and btree order of every type are those of PostgreSQL 16. */
import { SqlError } from "@firstlight/common";
import type { Datum, SqlType } from "@firstlight/sql";
import { DEFAULT_FORMAT, encodeKeyColumns, isKeyType, typeByOid } from "@firstlight/sql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TextCase } from "./type-text-cases.ts";
import { TEXT_CASES } from "./type-text-cases.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

const SEND_TEXT = `
  create function pg_temp.send_text(literal text, type text) returns text language plpgsql as $$
  declare
    result text; sender text;
  begin
    select typsend::text into sender from pg_type where oid = type::regtype;
    execute format('select encode(%s(%L::%s), ''hex'')', sender, literal, type) into result;
    return result;
  exception when others then
    return null;
  end $$`;

/** The sign of the btree comparison of each pair. */
const COMPARE_TEXTS = `
  create function pg_temp.compare_texts(a text, b text, type text) returns int language plpgsql as $$
  declare
    result int;
  begin
    execute format('select case when x < y then -1 when x > y then 1 when x = y then 0 end
      from (select %L::%s x, %L::%s y) t', a, type, b, type) into result;
    return result;
  end $$`;

let oracle: Oracle | undefined;
let client: pg.Client | undefined;

beforeAll(async () => {
  if (unavailable !== undefined) return;
  oracle = await startOracle();
  client = new pg.Client({ connectionString: oracle.url });
  await client.connect();
  await client.query(SEND_TEXT);
  await client.query(COMPARE_TEXTS);
  await client.query("set timezone = 'UTC'");
});

afterAll(async () => {
  await client?.end();
  await oracle?.stop();
});

const SETTINGS = { ...DEFAULT_FORMAT, now: 0n };

function read(type: SqlType, text: string): Datum | undefined {
  try {
    return type.input(text, -1, SETTINGS);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

const PLAIN_CASES = TEXT_CASES.filter(
  (each) => each.typmod === -1 && !each.type.includes("(") && Object.keys(each.format).length === 0,
);
const DATE_CASES = ["timestamp", "timestamptz", "date", "time", "timetz", "interval"].map((type) =>
  TEXT_CASES.find((each) => each.type === type),
);
const CASES = [...PLAIN_CASES, ...DATE_CASES].filter(
  (each): each is TextCase => each !== undefined,
);
const NAMED = CASES.map((each) => [each.type, each] as const);

describe.skipIf(unavailable !== undefined)("binary forms are PostgreSQL's", () => {
  it.each(NAMED)("%s", async (_name, each) => {
    const result = await client?.query(
      "select pg_temp.send_text(t, $2) as hex from unnest($1::text[]) with ordinality u(t, i) order by i",
      [each.texts, each.type],
    );
    const type = typeByOid(each.oid);
    const differences = each.texts.flatMap((text, i) => {
      const value = read(type, text);
      const postgres: unknown = result?.rows[i].hex;
      if (value === undefined || postgres === null) return [];
      const ours = Buffer.from(type.send(value)).toString("hex");
      return ours === postgres ? [] : [{ text, ours, postgres }];
    });
    expect(differences).toEqual([]);
  });
});

const JSONB =
  "null,true,false,0,1,1.0,-5,1e3,{},[],[[]],[null],[1],[1,2],[{}],{`a`:1},{`b`:0},{`a`:1.0}";
const MORE: Readonly<Record<string, readonly string[]>> = {
  jsonb: [
    ...JSONB.replaceAll("`", '"').split(/,(?![^[{]*[\]}])/),
    '"a"',
    '"B"',
    '""',
    '"aa"',
    '{"aa":0}',
    '{"b":1,"aa":0}',
  ],
  "int4[]": [
    "{}",
    "{1}",
    "{1,2}",
    "{2}",
    "{{1,2}}",
    "[0:1]={1,2}",
    "{NULL}",
    "{1,NULL}",
    "{0,5,6}",
  ],
  interval: [
    "1 mon",
    "30 days",
    "29 days 24:00",
    "1 day",
    "24:00",
    "-1 mon",
    "0",
    "-30 days 1 sec",
  ],
  timetz: ["10:00+00", "11:00+01", "10:00-05", "15:00+00", "00:00+14", "23:59-12"],
};

describe.skipIf(unavailable !== undefined)(
  "order, hash keys and index keys agree with PostgreSQL",
  () => {
    const ordered = NAMED.filter(([name]) => name !== "json");
    it.each(ordered)("%s", async (name, each) => {
      const type = typeByOid(each.oid);
      const readable = [...(MORE[name] ?? []), ...each.texts].filter(
        (text) => read(type, text) !== undefined,
      );
      // Every text with a few that stand near it and a few far from it.
      const pairs = readable
        .slice(0, 120)
        .flatMap((a, i) =>
          [0, 1, 2, 3, 7, 19].map(
            (step) => [a, readable[(i + step) % readable.length] ?? a] as const,
          ),
        );
      const result = await client?.query(
        "select pg_temp.compare_texts(a, b, $3) as sign from unnest($1::text[], $2::text[]) with ordinality u(a, b, i) order by i",
        [pairs.map(([a]) => a), pairs.map(([, b]) => b), each.type],
      );
      const differences = pairs.flatMap(([a, b], i) => {
        const left = read(type, a) ?? null;
        const right = read(type, b) ?? null;
        const compared = Math.sign(type.compare(left, right)) + 0;
        const hashed = new Set([type.hashKey(left), type.hashKey(right)]).size === 1;
        const keys = isKeyType(each.oid)
          ? [left, right].map((value) => encodeKeyColumns([each.oid], [value]))
          : [];
        const keyed =
          keys.length === 0
            ? compared
            : keys[0] === keys[1]
              ? 0
              : (keys[0] ?? "") < (keys[1] ?? "")
                ? -1
                : 1;
        const postgres: unknown = result?.rows[i].sign;
        const agrees = compared === postgres && keyed === postgres && hashed === (postgres === 0);
        return agrees ? [] : [{ a, b, compared, keyed, hashed, postgres }];
      });
      expect(differences).toEqual([]);
    });
  },
);
