/**
 * Random statements of what the other generators leave out: frames with exclusions, grouping sets,
 * recursion with SEARCH and CYCLE, jsonpath, ranges, LATERAL, sets in the list, ON CONFLICT, MERGE,
 * WITH that changes data. Orders are complete where results depend on them.
 */
import { Choices } from "./random-choices.ts";

export const FEATURE_TABLES: readonly string[] = [
  "create table t (id int primary key, a int, b text, c numeric, r int4range, j jsonb, arr int[], d date)",
  "create table u (id int primary key, t_id int references t on delete cascade, v int, n text unique)",
  `insert into t select i, i % 4, case when i % 5 = 0 then null else 'b' || i % 3 end, i * 1.25,
     int4range(i % 7, i % 7 + i % 4),
     jsonb_build_object('x', i % 3, 'y', jsonb_build_array(i, i % 2, 'z' || i % 3), 'n',
       case when i % 4 = 0 then null else jsonb_build_object('k', i) end),
     array[i % 3, null, i], date '2024-01-01' + i
   from generate_series(1, 20) i`,
  `insert into u select i, i % 20 + 1, (i * 7) % 11, case when i % 6 = 0 then null else 'n' || i end
   from generate_series(1, 30) i`,
  "create unique index on u (t_id, v) where v > 8",
  "analyze t, u",
];

/** A statement, and what is asked after it in the same transaction. */
export type FeatureStatements = readonly [statement: string, ...after: readonly string[]];

const PATHS = [
  "$",
  "$.x",
  "$.y[*]",
  "$.y[last]",
  "$.y[0 to 1]",
  "$.*",
  "$.**",
  "$.n.k",
  "$.y.size()",
  "$.x.type()",
  '$.y[*] ? (@.type() == "number")',
  '$.y[*] ? (@ like_regex "z[01]")',
  "$.x + 1",
  "-$.x",
  "$.y[*] ? (@ > 3 && @ < 12)",
  "strict $.q",
  "lax $.q",
  "$.y[*].double()",
  "$ ? (exists (@.n.k))",
  "$.y[$v]",
  "$.keyvalue().key",
  '$.y[*] ? (@ starts with "z")',
  "$.x == 1",
  "strict $.y[5]",
  "$.** ? (@ == 1)",
  "($.x + 2) * 3 % 4",
  "$.y[*] ? (!(@ == 1))",
  "$.n ? (@.k > $v).k",
];

const RANGES = [
  "multirange(r)",
  "int4multirange(r, int4range(5, 9))",
  "range_merge(multirange(r))",
  "r + int4range(lower(r), 6)",
  "r * int4range(2, 5)",
  "r - int4range(0, 2)",
  "multirange(r) - int4multirange(int4range(3, 4))",
  "multirange(r) + int4multirange(int4range(1, 3), int4range(8, 9))",
  "r << int4range(4, 5)",
  "r -|- int4range(3, 5)",
  "r &< int4range(2, 5)",
  "unnest(int4multirange(r, int4range(20, 22)))",
  "lower_inc(r)",
  "int4multirange(r) @> 3",
  "range_intersect_agg(r) over ()",
  "multirange(r) <@ int4range(0, 10)",
];

const SETS = [
  "generate_series(1, a)",
  "unnest(arr)",
  "jsonb_array_elements(j->'y')",
  "regexp_split_to_table(coalesce(b, ''), '')",
  "generate_series(d, d + 2, interval '1 day')",
  "jsonb_object_keys(j)",
  "unnest(array[a, id])",
  "generate_subscripts(arr, 1)",
  "(jsonb_each(j)).key",
  "jsonb_path_query(j, '$.y[*]')",
  "string_to_table('a,b', ',')",
];

const WINDOWED = [
  "sum(a)",
  "count(*)",
  "avg(c)",
  "min(id)",
  "max(b)",
  "array_agg(id)",
  "string_agg(b, ',')",
  "first_value(id)",
  "last_value(id)",
  "nth_value(id, 2)",
  "row_number()",
  "rank()",
  "dense_rank()",
  "lag(id)",
  "lead(a, 2, -1)",
  "ntile(3)",
  "percent_rank()",
  "cume_dist()",
  "count(b) filter (where a > 1)",
  "jsonb_agg(a)",
  "bool_or(a > 2)",
  "range_agg(r)",
];

const FROM = [
  "t join u on u.t_id = t.id",
  "t left join u on u.t_id = t.id and u.v > 5",
  "t, lateral (select v, n from u where u.t_id = t.id order by v, u.id limit 1) l",
  "t left join lateral (select max(v) as m from u where u.t_id = t.id and u.v > t.a) l on true",
  "t cross join lateral unnest(t.arr) with ordinality as x(e, o)",
  "t, jsonb_to_record(t.j) as jr(x int, q text)",
  "t, lateral jsonb_path_query(t.j, '$.y[*]') pq",
];

class Features {
  readonly #choices: Choices;

  constructor(seed: number) {
    this.#choices = new Choices(seed);
  }

  #below(bound: number): number {
    return this.#choices.below(bound);
  }

  #one<T>(list: readonly T[]): T {
    return this.#choices.pick(list);
  }

  #maybe(text: () => string, probability = 0.5): string {
    return this.#choices.chance(probability) ? text() : "";
  }

  #condition(): string {
    return this.#one([
      `t.a > ${this.#below(4)}`,
      `t.b = 'b${this.#below(3)}'`,
      "t.b is null",
      `t.id % ${2 + this.#below(3)} = 0`,
      `t.r @> ${this.#below(8)}`,
      `t.r && int4range(${this.#below(4)}, ${4 + this.#below(5)})`,
      `t.j @> '{"x": ${this.#below(3)}}'`,
      `t.j @? '$.y[*] ? (@ == ${this.#below(4)})'`,
      `t.arr @> array[${this.#below(3)}]`,
      `${this.#below(20)} = any(t.arr)`,
      `t.c between ${this.#below(5)} and ${5 + this.#below(20)}`,
      "t.j->'n' is null",
      "isempty(t.r)",
      `exists (select from u where u.t_id = t.id and v > ${this.#below(9)})`,
      `t.id in (select t_id from u where v < ${this.#below(9)})`,
      `(select max(v) from u where t_id = t.id) > ${this.#below(8)}`,
    ]);
  }

  #frame(): string {
    const from = ["unbounded preceding", "1 preceding", "current row", "1 following"];
    const to = ["2 preceding", "current row", "2 following", "unbounded following"];
    const exclusions = ["current row", "group", "ties", "no others"];
    const mode = this.#one(["rows", "groups"]);
    const excluded = this.#maybe(() => ` exclude ${this.#one(exclusions)}`, 0.4);
    return `${mode} between ${this.#one(from)} and ${this.#one(to)}${excluded}`;
  }

  #window(): string {
    const partition = this.#maybe(() => `partition by ${this.#one(["a", "b", "id % 2"])} `);
    const order = this.#one(["id", "a, id", "id desc", "b nulls first, id desc"]);
    const frame = this.#maybe(() => this.#frame(), 0.8);
    return `${this.#one(WINDOWED)} over (${partition}order by ${order} ${frame})`;
  }

  #grouping(): string {
    const sets = this.#one([
      "grouping sets ((a), (b), ())",
      "rollup (a, b)",
      "cube (a, b)",
      "a, rollup (b)",
      "grouping sets ((a, b), rollup (a))",
      "distinct rollup (a), rollup (a, b)",
    ]);
    const having = this.#maybe(() => `having count(*) > ${this.#below(3)} `);
    const list =
      "max(a), max(b), count(*), sum(id), range_agg(r), array_agg(distinct id order by id desc)";
    const order = "order by 1 nulls first, 2 nulls first, 3, 4";
    return `select ${list} from t where ${this.#condition()} group by ${sets} ${having}${order}`;
  }

  #recursion(): string {
    const step = this.#one(["n + 1, n", "(n * 2 + 1) % 7, n", "n + p, n"]);
    const search = this.#one([
      "search depth first by n set o ",
      "search breadth first by n set o ",
    ]);
    const cycle = this.#one([
      "cycle n set cy using pa ",
      "cycle n, p set cy to 'Y' default 'N' using pa ",
    ]);
    const clauses = this.#maybe(() => search) + cycle;
    const body = `select ${this.#below(3)}, 0 union ${this.#one(["", "all "])}select ${step} from g`;
    const end = `where n < ${4 + this.#below(5)}`;
    return `with recursive g(n, p) as (${body} ${end}) ${clauses}select * from g`;
  }

  #onConflict(): FeatureStatements {
    const target = this.#one(["", "(id)", "(n)", "on constraint u_pkey", "(t_id, v) where v > 8"]);
    const action = this.#one([
      "nothing",
      "update set v = excluded.v + u.v",
      "update set n = excluded.n || '!' where u.v > 3",
      "update set (v, n) = (select 5, 'sub' || excluded.id)",
      "update set v = default, t_id = u.t_id",
    ]);
    const name = this.#one(["null", "'n1'", `'n${this.#below(40)}'`, "'new'"]);
    const values = `${this.#below(40)}, ${1 + this.#below(22)}, ${this.#below(12)}, ${name}`;
    const text = `insert into u values (${values}) on conflict ${target} do ${action} returning *`;
    return [text, "select * from u"];
  }

  #changingWith(): FeatureStatements {
    const first = this.#one([
      `insert into u select i, i % 20 + 1, i, 'i' || i from generate_series(${28 + this.#below(5)}, 36) i on conflict do nothing returning id, v`,
      `update u set v = v + ${this.#below(4)} where v < ${this.#below(9)} returning id, v`,
      `delete from u where v = ${this.#below(11)} returning id, v`,
    ]);
    const second = this.#one([
      "update t set c = c + 1 where id in (select id from x) returning t.id, c::int as v",
      "select id, v from x where v > 3",
      "insert into u select id + 100, 1, v from x returning id, v",
    ]);
    const from = this.#one(["x", "y", "x join y using (id)", "x full join y using (id)"]);
    const text = `with x as (${first}), y as (${second}) select * from ${from}`;
    return [text, "select * from u", "select id, c from t"];
  }

  #merge(): FeatureStatements {
    const source = this.#one([
      `(select id, a, b from t where ${this.#condition()}) s`,
      "(select generate_series(25, 35) as id, 3 as a, null::text as b) s",
      "(values (1, 2, 'q'), (99, 3, 'p')) s(id, a, b)",
    ]);
    const some = ["delete", "do nothing", "update set v = u.v + s.a"];
    const all = [
      "update set v = s.a, n = s.b || u.id",
      "do nothing",
      "delete",
      "update set (v, n) = (s.id, default)",
    ];
    const whens = [
      this.#maybe(() => `when matched and u.v > ${this.#below(11)} then ${this.#one(some)}`),
      this.#maybe(() => `when matched then ${this.#one(all)}`, 0.7),
      this.#maybe(
        () => "when not matched and s.a = 1 then insert (id, t_id, v) values (s.id + 200, 1, s.a)",
      ),
      `when not matched then ${this.#one(["do nothing", "insert values (s.id, 1, s.a, 'm' || s.id)", "insert (id, n) values (s.id, s.b)"])}`,
    ];
    return [`merge into u using ${source} on u.id = s.id ${whens.join(" ")}`, "select * from u"];
  }

  #update(): FeatureStatements {
    const set = this.#one([
      "a = a + 1",
      "(a, b) = (select v, n from u where t_id = t.id order by v, u.id limit 1)",
      "arr[2] = 5",
      "arr[5:6] = array[1, 2]",
      "j['y'][0] = '\"s\"'",
      "j = jsonb_set(j, '{n,k}', '9', true)",
      "d = d + a",
    ]);
    const text = `update t set ${set} where ${this.#condition()} returning *`;
    return [text, "select * from t"];
  }

  statements(): FeatureStatements {
    const where = this.#condition();
    switch (this.#below(11)) {
      case 0:
        return [`select id, ${this.#window()}, ${this.#window()} from t where ${where}`];
      case 1:
        return [`select ${this.#one(SETS)}, ${this.#one(SETS)}, id from t where ${where}`];
      case 2: {
        const kind = this.#one(["query_array", "query_first", "query", "exists", "match"]);
        const vars = `'{"v": ${this.#below(3)}}'${this.#maybe(() => ", true")}`;
        const path = this.#one(PATHS);
        return [`select id, jsonb_path_${kind}(j, '${path}', ${vars}) from t where ${where}`];
      }
      case 3:
        return [`select id, ${this.#one(RANGES)} from t where ${where}`];
      case 4:
        return [this.#grouping()];
      case 5:
        return [`select * from ${this.#one(FROM)} where ${where}`];
      case 6:
        return [this.#recursion()];
      case 7:
        return this.#onConflict();
      case 8:
        return this.#changingWith();
      case 9:
        return this.#merge();
      default:
        return this.#update();
    }
  }
}

export function randomFeature(seed: number): FeatureStatements {
  return new Features(seed).statements();
}
