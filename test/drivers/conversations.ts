/** What conversations.test.ts says to both servers: messages to send, and until which answers to listen. */
import { frame, int16, int32, messages } from "../support/wire.ts";

export interface Turn {
  readonly send: readonly Buffer[];
  /** Tags of messages to wait for, one after another. */
  readonly until: readonly string[];
}

export const SETUP: readonly string[] = [
  "create table talk (id int primary key, name text, price numeric(8, 2))",
  "insert into talk select i, 'n' || i, i / 4.0 from generate_series(1, 20) i",
  "create type talk_pair as (a int, b text)",
  "create type talk_mood as enum ('sad', 'ok')",
  "create domain talk_positive as int check (value > 0)",
];

const { bind, close, copyData, copyDone, copyFail, describe, execute, flush, parse, query, sync } =
  messages;

function manyIntegers(last: string): string {
  return `{${Array.from({ length: 30_000 }, (_, at) => at).join(",")}${last}}`;
}

function turn(...send: Buffer[]): Turn {
  return { send, until: ["Z"] };
}

/** One statement described as statement and as portal, without being run. */
function described(sql: string): readonly Turn[] {
  return [
    turn(parse(sql, "s"), describe("S", "s"), sync()),
    turn(bind([], { statement: "s" }), describe("P"), sync()),
    turn(close("S", "s"), sync()),
  ];
}

const KINDS: Readonly<Record<string, string>> = {
  SELECT: "select id, name, price, price * 2 as twice from talk",
  "SELECT of nothing": "select",
  "INSERT without RETURNING": "insert into talk values (100)",
  "INSERT with RETURNING": "insert into talk values (100) returning id, name",
  UPDATE: "update talk set name = 'x' where id = 1",
  "DELETE RETURNING": "delete from talk where id = 1 returning *",
  MERGE:
    "merge into talk t using (select 1 as id) s on t.id = s.id when matched then update set name = 'x'",
  VALUES: "values (1, 'a'), (2, 'b')",
  TABLE: "table talk",
  "WITH INSERT": "with i as (insert into talk values (101) returning id) select * from i",
  SHOW: "show work_mem",
  "SHOW ALL": "show all",
  SET: "set work_mem to '8MB'",
  RESET: "reset work_mem",
  EXPLAIN: "explain select 1",
  "EXPLAIN as JSON": "explain (format json) select 1",
  "CREATE TABLE": "create table talk_other (id int)",
  "CREATE TABLE AS": "create table talk_other as select 1",
  "DROP TABLE": "drop table talk_other",
  BEGIN: "begin",
  COMMIT: "commit",
  ROLLBACK: "rollback",
  SAVEPOINT: "savepoint s",
  "PREPARE statement": "prepare p as select 1",
  DEALLOCATE: "deallocate all",
  DECLARE: "declare c cursor for select 1",
  "COPY out": "copy talk to stdout",
  "COPY in": "copy talk from stdin",
  DISCARD: "discard all",
  LISTEN: "listen channel",
  NOTIFY: "notify channel",
  VACUUM: "vacuum",
  ANALYZE: "analyze talk",
  CALL: "call nosuch()",
  DO: "do 'begin end'",
  empty: "",
  comment: "-- nothing",
};

const DESCRIBED: Readonly<Record<string, readonly Turn[]>> = Object.fromEntries(
  Object.entries(KINDS)
    .filter(([name]) => name !== "DO" && name !== "CALL")
    .map(([name, sql]) => [`Describe of ${name}`, described(sql)]),
);

const VALUES: readonly string[] = [
  "1::int2, 1::int4, 1::int8, 1.5::float4, 1.5::float8, true, 'c'::\"char\", 'name'::name",
  "'text'::text, 'v'::varchar(5), 'b'::bpchar(3), '\\xdeadbeef'::bytea, 'a'::unknown",
  "0::numeric, 1.10::numeric, -12345.678e20::numeric, 1e-30::numeric, 'nan'::numeric, 'infinity'::numeric, 10000::numeric, 0.00001::numeric(20, 10)",
  "date '2024-02-29', date 'infinity', date '4713-01-01 BC', time '23:59:59.999999', timetz '10:00+05:30'",
  "timestamp '2024-02-29 12:30:01.5', timestamp '-infinity', timestamptz '2024-02-29 12:30:01+02', interval '1 year -2 days 03:04:05.6'",
  "'{\"b\": 1, \"a\": [null]}'::json, '{\"b\": 1, \"a\": [null]}'::jsonb, '$.a[*]'::jsonpath, 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
  "'10.1.2.3/8'::inet, '::1'::inet, '10.0.0.0/8'::cidr, '08:00:2b:01:02:03'::macaddr, '08:00:2b:01:02:03:04:05'::macaddr8",
  "b'10101', varbit '101010101', b''::varbit",
  "array[1, null, 3], array[[1, 2], [3, 4]], '[2:3]={5,6}'::int[], '{}'::text[], array['a', 'b\"c'], array[1.5, null]::numeric[], array[date '2024-01-01']",
  "int4range(1, 5), numrange(null, 1.5, '[]'), 'empty'::int8range, tstzrange('2024-01-01', null), '{[1,2),[5,6)}'::int4multirange, daterange('2024-01-01', '2024-02-01')",
  "row(1, 'x', null), row(1, 'x')::talk_pair, 'ok'::talk_mood, 5::talk_positive",
  "26::oid, 'talk'::regclass::text, 'int4'::regtype, 'now'::regproc, 0::regclass, '1 2'::oidvector, '1 2'::int2vector, '0/16B3748'::pg_lsn, '(0,1)'::tid",
  "null::int, null::text, null::int[], null",
];

function binary(list: string): readonly Turn[] {
  return [
    turn(query("set timezone to 'UTC'")),
    turn(
      parse(`select ${list}`, "s"),
      bind([], { statement: "s", output: 1 }),
      describe("P"),
      execute(),
      sync(),
    ),
    turn(bind([], { statement: "s", output: 0 }), describe("P"), execute(), sync()),
  ];
}

const BINARY: Readonly<Record<string, readonly Turn[]>> = Object.fromEntries(
  VALUES.map((list) => [`Values in binary and text: ${list.slice(0, 40)}`, binary(list)]),
);

const PORTALS: Readonly<Record<string, readonly Turn[]>> = {
  "parameters that take long to read": [
    turn(parse("select cardinality($1::int[]), $2::int", "s"), sync()),
    turn(bind([manyIntegers(""), "5"], { statement: "s" }), execute(), sync()),
    turn(bind([manyIntegers(",x"), "5"], { statement: "s" }), execute(), sync()),
    turn(bind([manyIntegers(""), "y"], { statement: "s" }), execute(), sync()),
    turn(bind([manyIntegers(",x"), "y"], { statement: "s" }), execute(), sync()),
    turn(parse("select $1::json"), bind(["[1, ]"]), execute(), sync()),
  ],
  "a portal suspended and resumed within a block": [
    turn(query("begin")),
    turn(
      parse("select id from talk order by id", "s"),
      bind([], { statement: "s", portal: "p" }),
      execute(2, "p"),
      sync(),
    ),
    turn(execute(3, "p"), sync()),
    turn(execute(0, "p"), sync()),
    turn(execute(0, "p"), sync()),
    turn(query("commit")),
    turn(execute(1, "p"), sync()),
  ],
  "a portal does not outlive Sync outside a block": [
    turn(parse("select 1"), bind([], { portal: "p" }), execute(0, "p"), sync()),
    turn(execute(0, "p"), sync()),
  ],
  "the unnamed portal ends with the next one, named ones clash": [
    turn(query("begin")),
    turn(parse("select 1"), bind([]), bind([]), execute(), sync()),
    turn(bind([], { portal: "p" }), bind([], { portal: "p" }), sync()),
    turn(query("rollback")),
  ],
  "several portals take turns": [
    turn(
      parse("select id from talk order by id", "s"),
      bind([], { statement: "s", portal: "a" }),
      bind([], { statement: "s", portal: "b" }),
      execute(1, "a"),
      execute(2, "b"),
      execute(1, "a"),
      close("P", "a"),
      execute(1, "b"),
      execute(1, "a"),
      sync(),
    ),
  ],
  "a statement with writes in a portal with a limit": [
    turn(
      parse("update talk set name = name where id < 4 returning id"),
      bind([]),
      execute(1),
      execute(1),
      execute(0),
      sync(),
    ),
  ],
  "Execute of a finished portal without rows": [
    turn(query("begin")),
    turn(
      parse("update talk set name = name where id = 1"),
      bind([], { portal: "p" }),
      execute(0, "p"),
      execute(0, "p"),
      sync(),
    ),
    turn(query("rollback")),
  ],
  "a cursor of SQL read by the protocol": [
    turn(query("begin; declare c cursor for select id from talk order by id")),
    turn(describe("P", "c"), execute(2, "c"), sync()),
    turn(query("fetch 2 from c")),
    turn(execute(1, "c"), close("P", "c"), sync()),
    turn(query("fetch c")),
    turn(query("rollback")),
  ],
  "Close of what is not there": [turn(close("S", "no"), close("P", "no"), sync())],
  "Flush answers without ending": [
    { send: [parse("select 1"), flush()], until: ["1"] },
    { send: [bind([]), flush()], until: ["2"] },
    { send: [describe("P"), flush()], until: ["T"] },
    { send: [execute(), flush()], until: ["C"] },
    turn(sync()),
  ],
};

const ERRORS: Readonly<Record<string, readonly Turn[]>> = {
  "recovery till Sync": [
    turn(
      parse("select 1/(select 0)"),
      bind([]),
      execute(),
      parse("select 1"),
      bind([]),
      execute(),
      sync(),
    ),
    turn(parse("selec"), bind([]), execute(), sync()),
    turn(bind([], { statement: "nosuch" }), sync()),
    turn(execute(0, "nosuch"), sync()),
    turn(describe("S", "nosuch"), sync()),
    turn(describe("P", "nosuch"), sync()),
    turn(parse("select 1; select 2"), sync()),
  ],
  "a failed block": [
    turn(query("begin")),
    turn(query("select 1/(select 0)")),
    turn(query("select 1")),
    turn(parse("select 1"), sync()),
    turn(parse("rollback", "r"), sync()),
    turn(bind([], { statement: "r" }), describe("P"), execute(), sync()),
    turn(query("select 1")),
  ],
  "statements of one Query are one transaction": [
    turn(
      query("insert into talk values (200); select 1/(select 0); insert into talk values (201)"),
    ),
    turn(query("select count(*) from talk where id >= 200")),
    turn(
      query(
        "insert into talk values (200); commit; insert into talk values (201); select 1/(select 0)",
      ),
    ),
    turn(query("select id from talk where id >= 200")),
    turn(query("begin; insert into talk values (202); select 1")),
    turn(query("rollback; select 1; begin; select 2; commit")),
    turn(query("select 1; ; select 2;;")),
    turn(query("savepoint a; select 1")),
    turn(query("delete from talk where id >= 200")),
    turn(query("commit")),
    turn(query("begin; begin")),
    turn(query("commit and chain; select 1; rollback")),
  ],
  "a pipeline is one transaction till Sync": [
    turn(
      parse("insert into talk values (300)"),
      bind([]),
      execute(),
      parse("select 1/(select 0)"),
      bind([]),
      execute(),
      sync(),
    ),
    turn(query("select count(*) from talk where id = 300")),
    turn(
      parse("begin"),
      bind([]),
      execute(),
      parse("insert into talk values (300)"),
      bind([]),
      execute(),
      sync(),
    ),
    turn(parse("select 1"), bind([]), execute(), sync()),
    turn(parse("rollback"), bind([]), execute(), sync()),
  ],
  "wrong parameters": [
    turn(parse("select $1::int, $2::text", "s"), describe("S", "s"), sync()),
    turn(bind(["1"], { statement: "s" }), sync()),
    turn(bind(["x", "y"], { statement: "s" }), sync()),
    turn(bind([Buffer.from([1, 2]), "y"], { statement: "s", input: 1 }), sync()),
    turn(bind([null, null], { statement: "s" }), execute(), sync()),
    turn(bind(["1", Buffer.from([0xff])], { statement: "s" }), sync()),
    turn(parse("select $1"), sync()),
    turn(parse("select $1 + $2", "t"), sync()),
    turn(parse("select $3::int", "u"), describe("S", "u"), sync()),
    turn(parse("select 1", "s"), sync()),
    turn(parse("select $1::int", "v", [25]), describe("S", "v"), sync()),
    turn(parse("select $1", "w", [0, 23]), describe("S", "w"), sync()),
    turn(query("select $1")),
  ],
  "wrong formats": [
    turn(
      parse("select 1, 2", "s"),
      frame("B", Buffer.from("\0s\0"), int16(0), int16(0), int16(3, 1, 1, 1)),
      sync(),
    ),
    turn(frame("B", Buffer.from("\0s\0"), int16(2, 0, 0), int16(0), int16(0)), sync()),
    turn(frame("B", Buffer.from("\0s\0"), int16(0), int16(0), int16(2, 0, 1)), execute(), sync()),
  ],
  "messages that are wrong inside": [
    turn(frame("D", Buffer.from("X\0")), sync()),
    turn(frame("C", Buffer.from("X\0")), sync()),
    turn(frame("P", Buffer.from("\0select 1\0"), int16(1)), sync()),
    turn(frame("E", Buffer.from("\0"), int32(0), int32(0)), sync()),
  ],
};

const COPIES: Readonly<Record<string, readonly Turn[]>> = {
  "COPY in by simple query": [
    { send: [query("copy talk (id, name) from stdin")], until: ["G"] },
    turn(copyData("400\tx\n401\t"), copyData("\\N\n"), copyDone()),
    { send: [query("copy talk (id, name) from stdin (format csv)")], until: ["G"] },
    turn(copyData("402,y\n"), copyFail("enough")),
    { send: [query("copy talk (id, name) from stdin")], until: ["G"] },
    turn(copyData("x\ty\n"), copyData("403\tz\n"), copyDone()),
    turn(query("select id from talk where id >= 400 order by id")),
    turn(query("delete from talk where id >= 400")),
  ],
  "COPY out by simple query": [
    turn(query("copy (select id, name from talk where id < 4 order by id) to stdout")),
    turn(
      query(
        "copy (select id, name, price from talk where id < 3 order by id) to stdout (format binary)",
      ),
    ),
    turn(query("copy (select 1/(select 0)) to stdout")),
    turn(query("copy talk to stdout (format nosuch)")),
    turn(query("copy (select 1) to stdout; select 2")),
  ],
  "COPY by the extended protocol": [
    turn(
      parse("copy (select id from talk where id < 3 order by id) to stdout"),
      bind([]),
      describe("P"),
      execute(),
      sync(),
    ),
    {
      send: [parse("copy talk (id) from stdin"), bind([]), describe("P"), execute()],
      until: ["G"],
    },
    turn(copyData("500\n"), copyDone(), sync()),
    turn(query("delete from talk where id >= 400")),
  ],
  "messages that come in the middle of a COPY": [
    { send: [query("copy talk (id) from stdin")], until: ["G"] },
    { send: [flush(), sync(), copyData("600\n"), copyDone()], until: ["Z"] },
    { send: [query("copy talk (id) from stdin")], until: ["G"] },
    { send: [query("select 1")], until: ["Z"] },
    turn(query("delete from talk where id >= 400")),
  ],
  "COPY messages outside a COPY are passed over": [
    turn(copyData("x"), copyDone(), copyFail("x"), query("select 1")),
  ],
};

const REPORTS: Readonly<Record<string, readonly Turn[]>> = {
  "settings that clients follow are reported when they change": [
    turn(query("set timezone to 'Europe/Berlin'")),
    turn(query("set datestyle to german; set intervalstyle to iso_8601")),
    turn(query("set application_name to 'näme'")),
    turn(query("set client_encoding to 'utf-8'")),
    turn(query("set default_transaction_read_only to on; set scram_iterations to 5000")),
    turn(query("begin; set timezone to 'UTC'; rollback")),
    turn(query("begin; set local timezone to 'Asia/Tokyo'; select 1")),
    turn(query("commit")),
    turn(query("set work_mem to '9MB'")),
    turn(query("reset all")),
    turn(query("discard all")),
    turn(parse("set timezone to 'Asia/Tokyo'"), bind([]), execute(), sync()),
    turn(query("create role talk_role; set session authorization talk_role")),
    turn(query("reset session authorization; set role talk_role")),
    turn(query("reset role; drop role talk_role")),
  ],
  "notices by client_min_messages": [
    turn(query("drop table if exists nosuch")),
    turn(query("set client_min_messages to warning; drop table if exists nosuch; rollback")),
    turn(query("set client_min_messages to error; drop table if exists nosuch; rollback")),
    turn(query("set client_min_messages to notice; drop table if exists nosuch, nosuch2")),
  ],
  "DISCARD ALL forgets the session": [
    turn(parse("select 1", "s"), sync()),
    turn(query("prepare p as select 1; set work_mem to '9MB'; create temporary table t (a int)")),
    turn(query("listen here; declare c cursor with hold for select 1")),
    turn(query("begin")),
    turn(query("discard all")),
    turn(query("rollback")),
    turn(query("discard all")),
    turn(bind([], { statement: "s" }), sync()),
    turn(query("execute p")),
    turn(query("show work_mem")),
    turn(query("select * from t")),
    turn(query("fetch c")),
    turn(query("select count(*) from pg_listening_channels()")),
    turn(query("discard plans; discard sequences; discard temp")),
  ],
  notifications: [
    turn(query("listen talk_channel")),
    turn(query("notify talk_channel, 'one'; notify talk_channel, 'one'; notify talk_channel")),
    turn(query("begin; notify talk_channel, 'two'; rollback")),
    turn(query("unlisten *; notify talk_channel, 'three'")),
  ],
  "errors that have drivers prepare again": [
    turn(query("create temp table changing (a int)")),
    turn(query("prepare q as select * from changing")),
    turn(query("alter table changing add b text")),
    turn(query("execute q")),
    turn(bind([], { statement: "nosuch" }), sync()),
    turn(describe("S", "nosuch"), sync()),
    turn(bind([], { statement: "" }), sync()),
    turn(query("execute nosuch")),
    turn(query("deallocate nosuch")),
    turn(query("insert into changing (a) values (now())")),
    turn(query("alter table changing add c int default now()")),
  ],
  "output parameters of functions": [
    turn(
      query(
        "create function talk_out(a int, out b int, out c text) language sql as 'select a + 1, ''x''::text'",
      ),
    ),
    turn(
      parse("select * from talk_out($1, $2, $3) as result", "", [23, 2278, 2278]),
      bind(["1", null, null]),
      execute(),
      sync(),
    ),
    turn(parse("select upper($1, $2)", "", [2278, 1043]), bind([null, "a"]), execute(), sync()),
    turn(parse("select upper($1, $2)", "", [2278, 2278]), sync()),
    turn(parse("select talk_out(c => $2, a => $1)", "", [23, 2278]), sync()),
    turn(parse("select percentile_disc($1) within group (order by 1)", "", [2278]), sync()),
    turn(query("drop function talk_out")),
  ],
  "an empty parameter": [
    turn(parse("select $1::int", "s"), bind([""], { statement: "s" }), sync()),
    turn(bind(["x"], { statement: "s", portal: "p" }), sync()),
    turn(parse("select $1::json"), bind([""]), sync()),
  ],
  "errors carry their fields": [
    turn(query("insert into talk values (1)")),
    turn(query("insert into talk values (null)")),
    turn(query("insert into talk (id, price) values (900, 1e10)")),
    turn(query("select 0::talk_positive")),
    turn(query("select * from talk where nosuch = 1")),
    turn(query("select talk.nam from talk")),
    turn(query("select nosuch(1)")),
    turn(query(`select 'pg_catalog."Foo"'::regcollation`)),
    turn(query("selec 1")),
    turn(query("select 'x' || E'\\xff'")),
    turn(query("select 1 +")),
    turn(query("create table talk (id int)")),
    turn(query("drop table nosuch")),
    turn(query("select '2024-13-01'::date")),
    turn(query("select 'ö' as ä, 1/(select 0)")),
    turn(query("select 'ö', nosuch")),
  ],
};

export const CONVERSATIONS: Readonly<Record<string, readonly Turn[]>> = {
  ...DESCRIBED,
  ...BINARY,
  ...PORTALS,
  ...ERRORS,
  ...COPIES,
  ...REPORTS,
};
