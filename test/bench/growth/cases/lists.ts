/** Long lists and arrays, in conditions, as rows and as parameters. */
import type { Growing } from "../growing.ts";
import { growing, integers, list, TABLES, times } from "../growing.ts";

const IN_TABLES: readonly (readonly [string, number, (n: number) => string])[] = [
  ["IN list", 12_500, (n) => `select count(*) from a where id in (${list(n, String)})`],
  ["IN list, no index", 12_500, (n) => `select count(*) from a where m in (${list(n, String)})`],
  ["NOT IN list", 12_500, (n) => `select count(*) from a where id not in (${list(n, String)})`],
  [
    "IN list of texts",
    12_500,
    (n) => `select count(*) from a where s in (${list(n, (i) => `'t${i}'`)})`,
  ],
  [
    "IN list of rows",
    1_000,
    (n) => `select count(*) from a where (id, k) in (${list(n, (i) => `(${i}, ${i})`)})`,
  ],
  [
    "IN list of expressions",
    1_000,
    (n) => `select count(*) from a where id in (${list(n, (i) => `${i} + 1`)})`,
  ],
  [
    "IN list with columns",
    250,
    (n) => `select count(*) from a where id in (${list(n, (i) => `k + ${i}`)})`,
  ],
  ["array literal", 50_000, (n) => `select count(*) from a where id = any('${integers(n)}')`],
  ["<> ALL literal", 50_000, (n) => `select count(*) from a where m <> all('${integers(n)}')`],
  ["> ANY literal", 2_500, (n) => `select count(*) from a where m > any('${integers(n)}')`],
  [
    "array of bigint",
    50_000,
    (n) => `select count(*) from a where id = any('${integers(n)}'::bigint[])`,
  ],
  [
    "array of numeric",
    50_000,
    (n) => `select count(*) from a where id = any('${integers(n)}'::numeric[])`,
  ],
  [
    "array of a subquery",
    10_000,
    () => "select count(*) from a where id = any(array(select id from b))",
  ],
  [
    "array_agg of a subquery",
    10_000,
    () => "select count(*) from a where m = any((select array_agg(id) from b)::int[])",
  ],
  ["OR list", 250, (n) => `select count(*) from a where ${times(n, (i) => `id = ${i}`, " or ")}`],
  [
    "OR list of pairs",
    250,
    (n) => `select count(*) from a where ${times(n, (i) => `(id = ${i} and k = ${i})`, " or ")}`,
  ],
  [
    "OR list of ranges",
    250,
    (n) =>
      `select count(*) from a where ${times(n, (i) => `id between ${i * 9} and ${i * 9 + 3}`, " or ")}`,
  ],
  [
    "OR list, no index",
    250,
    (n) => `select count(*) from a where ${times(n, (i) => `m = ${i} or s = 'x${i}'`, " or ")}`,
  ],
  ["AND list", 250, (n) => `select count(*) from a where ${times(n, (i) => `m <> ${i}`, " and ")}`],
  [
    "LIKE ANY",
    250,
    (n) => `select count(*) from a where s like any (array[${list(n, (i) => `'${i}%x'`)}])`,
  ],
  [
    "IN list in a join",
    12_500,
    (n) =>
      `select count(*) from a join b using (id) where a.id in (${list(n, String)}) and b.k < 500`,
  ],
  [
    "update of an IN list",
    12_500,
    (n) => `update a set k = k + 1 where id in (${list(n, String)})`,
  ],
  ["delete of an IN list", 12_500, (n) => `delete from a where id in (${list(n, String)})`],
  [
    "join with VALUES",
    2_500,
    (n) =>
      `select count(*) from a join (values ${list(n, (i) => `(${i}, 'x')`)}) v (i, x) on i = id`,
  ],
  [
    "update from VALUES",
    2_500,
    (n) =>
      `update a set s = v.x from (values ${list(n, (i) => `(${i}, 'x${i}')`)}) v (i, x) where i = id`,
  ],
  [
    "insert VALUES",
    2_500,
    (n) => `insert into a values ${list(n, (i) => `(${i + n * 9}, ${i % 10}, ${i}, 'text ${i}')`)}`,
  ],
  [
    "insert VALUES of expressions",
    2_500,
    (n) =>
      `insert into a values ${list(n, (i) => `(${i + n * 9}, ${i} % 10, ${i}, upper('text ${i}'))`)}`,
  ],
];

function parameterList(count: number, from = 1): string {
  return list(count, (i) => `$${i + from}`);
}

const BOUND: readonly Growing[] = [
  growing(
    "= any($1)",
    50_000,
    (n) => ({ text: "select count(*) from a where id = any($1)", values: [integers(n)] }),
    TABLES,
  ),
  growing(
    "= any($1), no index",
    50_000,
    (n) => ({ text: "select count(*) from a where m = any($1)", values: [integers(n)] }),
    TABLES,
  ),
  growing(
    "= any($1), rows of them",
    50_000,
    (n) => ({ text: "select * from a where id = any($1)", values: [integers(n)] }),
    TABLES,
  ),
  growing(
    "= any($1) of texts",
    50_000,
    (n) => ({
      text: "select count(*) from a where s = any($1)",
      values: [`{${times(n, (i) => `t${i}`, ",")}}`],
    }),
    TABLES,
  ),
  growing(
    "<> all($1)",
    50_000,
    (n) => ({ text: "select count(*) from a where id <> all($1)", values: [integers(n)] }),
    TABLES,
  ),
  growing(
    "in ($1, ...)",
    7_500,
    (n) => ({
      text: `select count(*) from a where id in (${parameterList(n)})`,
      values: Array.from({ length: n }, (_, i) => String(i)),
    }),
    TABLES,
  ),
  growing(
    "insert with 60,000 parameters",
    15_000 / 4,
    (n) => ({
      text: `insert into a values ${list(n, (i) => `(${parameterList(4, i * 4 + 1)})`)}`,
      values: Array.from({ length: n }, (_, i) => [String(i + n * 9), "1", null, `t${i}`]).flat(),
    }),
    TABLES,
  ),
  growing(
    "join with unnest($1)",
    25_000,
    (n) => ({
      text: "select count(*) from a join unnest($1::int[]) u on u = id",
      values: [integers(n)],
    }),
    TABLES,
  ),
  growing(
    "insert from unnest of three",
    25_000,
    (n) => ({
      text: "insert into a select i + 1000000, k, k, t from unnest($1::int[], $2::int[], $3::text[]) u (i, k, t)",
      values: [integers(n), integers(n), integers(n)],
    }),
    TABLES,
  ),
  growing(
    "update from unnest of two",
    10_000,
    (n) => ({
      text: "update a set s = u.t from unnest($1::int[], $2::text[]) u (i, t) where id = i",
      values: [integers(n), integers(n)],
    }),
    TABLES,
  ),
  growing("unnest of several", 50_000, (n) => ({
    text: "select count(*), sum(a), max(b) from unnest($1::int[], $2::text[], $3::numeric[]) u (a, b, c)",
    values: [integers(n), integers(n), integers(n)],
  })),
  growing("unnest in the list", 50_000, (n) => ({
    text: "select count(*), sum(x) from (select unnest($1::int[]) x, unnest($2::int[]) y) s",
    values: [integers(n), integers(n)],
  })),
  growing("json array as a parameter", 25_000, (n) => ({
    text: "select count(*), sum(id) from jsonb_to_recordset($1::jsonb) x (id int, name text)",
    values: [`[${list(n, (i) => `{"id": ${i}, "name": "n${i}"}`)}]`],
  })),
  growing("json_populate_recordset", 25_000, (n) => ({
    text: "select count(*), sum(id) from json_to_recordset($1::json) x (id int, name text)",
    values: [`[${list(n, (i) => `{"id": ${i}, "name": "n${i}"}`)}]`],
  })),
  growing("array as a result", 50_000, (n) => ({
    text: "select $1::int[], $2::text[]",
    values: [integers(n), integers(n)],
  })),
  growing("VALUES", 2_500, (n) => `values ${list(n, (i) => `(${i}, 'x${i}')`)}`),
  growing(
    "VALUES of expressions",
    2_500,
    (n) => `values ${list(n, (i) => `(${i} + 1, upper('x${i}'))`)}`,
  ),
  growing("ARRAY constructor", 12_500, (n) => `select array[${list(n, String)}]`),
];

export const LISTS: readonly Growing[] = [
  ...IN_TABLES.map(([name, size, text]) => growing(name, size, text, TABLES)),
  ...BOUND,
];
