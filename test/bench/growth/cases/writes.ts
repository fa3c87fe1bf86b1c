/** Statements that change many rows, and what comes with a change; transactions and sessions. */
import type { Around, Growing, Step } from "../growing.ts";
import { growing, list, TABLES, times } from "../growing.ts";

type Case = readonly [string, number, (n: number) => Step | readonly Step[]];

const IN_TABLES: readonly Case[] = [
  [
    "on conflict do update",
    2_500,
    (n) =>
      `insert into a select id + ${n / 2}, k, m, s from b on conflict (id) do update set s = excluded.s, k = a.k + 1`,
  ],
  [
    "on conflict do nothing",
    2_500,
    (n) => `insert into a select id + ${n / 2}, k, m, s from b on conflict do nothing`,
  ],
  [
    "on conflict VALUES",
    2_500,
    (n) =>
      `insert into a values ${list(n, (i) => `(${i}, 1, null, 'x')`)} on conflict (id) do update set s = excluded.s returning id`,
  ],
  ["update from", 2_500, () => "update a set s = b.s || 'x' from b where a.id = b.m"],
  ["update from by k", 250, () => "update a set s = b.s || 'x' from b where a.k = b.k"],
  [
    "update with a subquery",
    2_500,
    () =>
      "update a set s = (select s from b where b.id = a.m), k = (select max(k) from b where b.k = a.k)",
  ],
  [
    "update with EXISTS",
    2_500,
    () => "update a set k = k + 1 where exists (select from b where b.id = a.m)",
  ],
  ["update of the key", 2_500, () => "update a set id = id + 10000000"],
  ["update of an index's column", 2_500, () => "update a set k = k + 1"],
  ["delete using", 2_500, () => "delete from a using b where a.id = b.m"],
  ["delete with IN", 2_500, () => "delete from a where id in (select m from b)"],
  [
    "delete with NOT EXISTS",
    2_500,
    () => "delete from a where not exists (select from b where b.m = a.id)",
  ],
  [
    "merge",
    2_500,
    (n) =>
      `merge into a using (select id + ${n / 2} as i, s as t from b) x on a.id = x.i when matched then update set s = x.t when not matched then insert values (x.i, 1, 1, x.t)`,
  ],
  ["insert select", 2_500, () => "insert into a select -id, k, m, s from b returning id, s"],
  [
    "writing CTEs",
    2_500,
    () =>
      "with d as (delete from a where id % 2 = 0 returning *), i as (insert into b select -id, k, m, s from d returning *) select count(*) from i",
  ],
  [
    "update twice in a transaction",
    2_500,
    () => [
      "begin",
      "update a set k = k + 1",
      "update a set k = k + 1 where id in (select id from a where k > 3)",
      "select count(*), sum(k) from a",
      "commit",
    ],
  ],
  [
    "statements in a transaction",
    500,
    (n) => [
      "begin",
      ...Array.from({ length: n }, (_, i) => `update a set s = 'x${i}' where id = ${i}`),
      "commit",
    ],
  ],
  [
    "reads between writes",
    250,
    (n) => [
      "begin",
      ...Array.from({ length: n }, (_, i) => [
        `update a set k = ${i} where id = ${i}`,
        `select count(*) from a where k = ${i % 50}`,
      ]).flat(),
      "commit",
    ],
  ],
  [
    "inserts and counts in a transaction",
    100,
    (n) => [
      "begin",
      ...Array.from({ length: n }, (_, i) => [
        `insert into a values (-${i + 1}, 1, 1, 'x')`,
        "select max(id), min(id) from a",
        "select id from a order by k, id limit 3",
      ]).flat(),
      "rollback",
    ],
  ],
  [
    "savepoints",
    500,
    (n) => [
      "begin",
      ...Array.from({ length: n }, (_, i) => [
        `savepoint s${i}`,
        `insert into a values (-${i + 1}, 1, 1, 'x')`,
      ]).flat(),
      "select count(*) from a",
      "commit",
    ],
  ],
  [
    "savepoints released",
    500,
    (n) => [
      "begin",
      ...Array.from({ length: n }, (_, i) => [
        "savepoint s",
        `insert into a values (-${i + 1}, 1, 1, 'x')`,
        "release s",
      ]).flat(),
      "select count(*) from a",
      "commit",
    ],
  ],
  [
    "savepoints rolled back",
    500,
    (n) => [
      "begin",
      `update a set k = k + 1`,
      ...Array.from({ length: n }, (_, i) => [
        "savepoint s",
        `insert into a values (-${i + 1}, 1, 1, 'x')`,
        "rollback to s",
      ]).flat(),
      "select count(*) from a",
      "commit",
    ],
  ],
  [
    "10,000 savepoints at once",
    2_500,
    (n) => ["begin", times(n, (i) => `savepoint s${i}`, ";"), "rollback to s5", "commit"],
  ],
  [
    "cursors",
    250,
    (n) => [
      "begin",
      ...Array.from(
        { length: n },
        (_, i) => `declare c${i} cursor for select * from a order by id`,
      ),
      ...Array.from({ length: n }, (_, i) => `fetch 1 from c${i}`),
      "commit",
    ],
  ],
  [
    "fetches of one cursor",
    500,
    (n) => [
      "begin",
      "declare c scroll cursor for select * from a order by s",
      ...Array.from({ length: n }, () => "fetch 1 from c"),
      "fetch last from c",
      "fetch absolute 5 from c",
      "commit",
    ],
  ],
  [
    "prepared statements",
    500,
    (n) => [
      ...Array.from(
        { length: n },
        (_, i) => `prepare p${i} (int) as select s from a where id = $1 + ${i}`,
      ),
      ...Array.from({ length: n }, (_, i) => `execute p${i} (1)`),
      "deallocate all",
    ],
  ],
  [
    "different statements",
    500,
    (n) =>
      Array.from({ length: n }, (_, i) => `select s as x${i} from a where id = ${i} or k = -${i}`),
  ],
  [
    "same statement",
    1_000,
    (n) => Array.from({ length: n }, (_, i) => `select s from a where id = ${i}`),
  ],
  ["lock of rows", 2_500, () => "select count(*) from (select * from a order by id for update) s"],
  [
    "select for update in a loop",
    250,
    (n) => [
      "begin",
      ...Array.from({ length: n }, (_, i) => `select * from a where id = ${i} for update`),
      "commit",
    ],
  ],
];

const PARENTS: Around = {
  before: (n) => [
    "create table p (id int primary key, v text)",
    "create table c (id int primary key, p int references p on delete cascade on update cascade, q int references p on delete set null)",
    "create index on c (p)",
    "create index on c (q)",
    `insert into p select i, 'x' from generate_series(1, ${n}) i`,
    `insert into c select i, i, i from generate_series(1, ${n}) i`,
    "analyze p",
    "analyze c",
  ],
  after: ["drop table if exists c, p cascade"],
};

const REFERENCES: readonly Case[] = [
  ["foreign key: insert", 2_500, (n) => `insert into c select -id, id, ${n} from p`],
  ["foreign key: update of the child", 2_500, () => "update c set p = p % 100 + 1"],
  ["foreign key: update of the parent", 2_500, () => "update p set v = v || 'y'"],
  ["foreign key: cascade of delete", 2_500, () => "delete from p"],
  ["foreign key: cascade of update", 2_500, () => "update p set id = -id"],
  [
    "foreign key: deletes one by one",
    250,
    (n) => Array.from({ length: n }, (_, i) => `delete from p where id = ${i + 1}`),
  ],
  ["foreign key: truncate cascade", 2_500, () => "truncate p cascade"],
  ["foreign key: added", 2_500, () => "alter table c add foreign key (id) references p"],
];

const UNINDEXED: Around = {
  before: (n) => [
    "create table p (id int primary key)",
    "create table c (id int primary key, p int references p on delete cascade)",
    `insert into p select i from generate_series(1, ${n}) i`,
    `insert into c select i, i from generate_series(1, ${n}) i`,
    "analyze p",
    "analyze c",
  ],
  after: ["drop table if exists c, p cascade"],
};

const CHECKED: Around = {
  before: () => [
    "create table x (id int primary key, a int unique, b text check (length(b) < 100), c int generated always as (a * 2) stored, d timestamptz default now(), e serial)",
    "create index on x (lower(b))",
    "create index on x (a, b) where a > 5",
  ],
  after: ["drop table if exists x cascade"],
};

const FUNCTIONS: Around = {
  before: () => [
    ...(TABLES.before?.(10_000) ?? []),
    "create function plus(int) returns int language sql as 'select $1 + 1'",
    "create function plus_volatile(int) returns int language sql volatile as 'select $1 + 1 where random() >= 0'",
    "create function factorial_of(i int) returns numeric language sql as 'select case when i <= 1 then 1 else i * factorial_of(i - 1) end'",
    "create function fib(i int) returns int language sql as 'select case when i < 2 then i else fib(i - 1) + fib(i - 2) end'",
    "create function rows_of(i int) returns setof int language sql as 'select generate_series(1, i)'",
    "create function looked(i int) returns text language sql stable as 'select s from a where id = i'",
  ],
  after: [
    "drop function if exists plus, plus_volatile, factorial_of, fib, rows_of, looked cascade",
    ...(TABLES.after ?? []),
  ],
};

const CALLS: readonly Case[] = [
  ["function: inlined", 100_000, (n) => `select sum(plus(i)) from generate_series(1, ${n}) i`],
  [
    "function: volatile",
    10_000,
    (n) => `select sum(plus_volatile(i)) from generate_series(1, ${n}) i`,
  ],
  ["function: of a table", 5_000, (n) => `select count(looked(i)) from generate_series(1, ${n}) i`],
  ["function: recursive", 50, (n) => `select length(factorial_of(${n})::text)`],
  ["function: recursive twice", 4, (n) => `select fib(${n})`],
  [
    "function: of sets",
    2_500,
    (n) => `select count(*) from generate_series(1, ${n}) i, rows_of(i % 10)`,
  ],
  [
    "function: of sets in the list",
    2_500,
    (n) => `select count(*) from (select rows_of(i % 10) from generate_series(1, ${n}) i) s`,
  ],
  ["DO with statements", 250, (n) => Array.from({ length: n }, (_, i) => `select looked(${i})`)],
];

export const WRITES: readonly Growing[] = [
  ...IN_TABLES.map(([name, size, steps]) => growing(name, size, steps, TABLES)),
  ...REFERENCES.map(([name, size, steps]) => growing(name, size, steps, PARENTS)),
  growing("foreign key: cascade without an index", 250, () => "delete from p", UNINDEXED),
  growing(
    "insert into a table with checks",
    2_500,
    (n) => `insert into x (id, a, b) select i, i, 'Text ' || i from generate_series(1, ${n}) i`,
    CHECKED,
  ),
  growing(
    "insert of duplicates",
    2_500,
    (n) =>
      `insert into x (id, a, b) select i, i, 'x' from generate_series(1, ${n}) i on conflict do nothing`,
    CHECKED,
  ),
  ...CALLS.map(([name, size, steps]) => growing(name, size, steps, FUNCTIONS)),
];
