/** Literals become parameters only where a parameter means the same. */
import { describe, expect, test } from "vitest";
import { normalizeStatement } from "./statement-normalizer.ts";

function shape(text: string): string | undefined {
  return normalizeStatement(text)?.key;
}

describe("normalizeStatement", () => {
  test("replaces literals after comparisons and arithmetic", () => {
    expect(normalizeStatement("SELECT a FROM t WHERE b = 5 AND c < 1.5 AND d <> 'x''y'")).toEqual({
      key: "SELECT a FROM t WHERE b = $1 AND c < $2 AND d <> $3",
      literals: [
        { kind: "integer", text: "5" },
        { kind: "decimal", text: "1.5" },
        { kind: "string", text: "x'y" },
      ],
    });
    expect(shape("UPDATE t SET n = n + 7 WHERE id=9;")).toBe(
      "UPDATE t SET n = n + $1 WHERE id=$2;",
    );
  });

  test("replaces literals of VALUES lists, signs included", () => {
    expect(shape("insert into t values (1, 'a', -2), (3, 'b', 4)")).toBe(
      "insert into t values ($1, $2, $3), ($4, $5, $6)",
    );
    expect(shape("insert into t values (-2::int2)")).toBe("insert into t values (-$1::int2)");
  });

  test("replaces literals of IN lists and bounds of BETWEEN", () => {
    expect(shape("select a from t where b in (1, -2) and c not in ('x') and d in (f(1), 3)")).toBe(
      "select a from t where b in ($1, $2) and c not in ($3) and d in (f(1), $4)",
    );
    expect(shape("select a from t where b in (select 1) and c = 2")).toBe(
      "select a from t where b in (select 1) and c = $1",
    );
    expect(shape("select a from t where b between 1 and 2 and true and 3 = c")).toBe(
      "select a from t where b between $1 and $2 and true and 3 = c",
    );
    expect(shape("select a from t where b not between symmetric -1 and c + 1 and d")).toBe(
      "select a from t where b not between symmetric -$1 and c + $2 and d",
    );
    expect(shape("select position('a' in 'b') = 1")).toBe("select position($1 in 'b') = $2");
    expect(shape("select position('a' in ('b')) = 1")).toBe("select position($1 in ($2)) = $3");
  });

  test("leaves ordinals, modifiers and what selects list", () => {
    expect(shape("select a from t order by 1")).toBeUndefined();
    expect(shape("select a from t where b = 1 order by 1, 2")).toBe(
      "select a from t where b = $1 order by 1, 2",
    );
    expect(shape("select 1, 'x', f(1) from t")).toBeUndefined();
    expect(shape("select a from t group by (1), ('x') order by('y'), rollup('z')")).toBeUndefined();
    expect(shape("select * from (values (1), (2)) v(a) group by (1), 2")).toBe(
      "select * from (values ($1), ($2)) v(a) group by (1), 2",
    );
    expect(shape("insert into t values (1, (select f(1, 2) from u order by 1, 2))")).toBe(
      "insert into t values ($1, (select f(1, 2) from u order by 1, 2))",
    );
    expect(shape("select a from t where b in (select c from u group by 1, 2)")).toBeUndefined();
    expect(shape("select a::varchar(10) from t where b = 2")).toBe(
      "select a::varchar(10) from t where b = $1",
    );
    expect(shape("select f(1, 2), 'x', 'y' as z, g('a', 'b'), -1 from t")).toBeUndefined();
    expect(
      shape("select 1, 'y' as z, a::numeric(5, 2), cast(a as varchar(3)), -1"),
    ).toBeUndefined();
    expect(shape("select interval '1' day, interval '1' (2), x::interval")).toBeUndefined();
    expect(shape("select '1'::interval day, timestamp with time zone 'now'")).toBeUndefined();
  });

  test("a sign after an operator belongs to the literal", () => {
    expect(normalizeStatement("update t set n = n + -5.5 where b=-5")).toEqual({
      key: "update t set n = n + $1 where b=$2",
      literals: [
        { kind: "decimal", text: "-5.5" },
        { kind: "integer", text: "-5" },
      ],
    });
    expect(shape("select a from t where b - -5 > 0")).toBe("select a from t where b - $1 > $2");
    expect(shape("select a from t where b = -5::int2")).toBeUndefined();
    expect(shape("select a from t where b = - 5")).toBeUndefined();
    expect(shape("select a from t where b = +5")).toBeUndefined();
    expect(shape("select a from t where b @-5")).toBeUndefined();
  });

  test("replaces what LIMIT, OFFSET and operators that match take", () => {
    expect(shape("select a from t limit 3 offset 40 rows")).toBe(
      "select a from t limit $1 offset $2 rows",
    );
    expect(shape("select a from t where b like 'x%' and c not ilike 'y' and d ~* 'z'")).toBe(
      "select a from t where b like $1 and c not ilike $2 and d ~* $3",
    );
    expect(shape("select a->>'x', a #>> '{y}' from t where a @> '{\"b\": 1}'")).toBe(
      "select a->>'x', a #>> '{y}' from t where a @> $1",
    );
    expect(shape("select a from t where b like 'x!%' escape '!'")).toBeUndefined();
  });

  test("replaces what CASE gives in an UPDATE, and what IS DISTINCT FROM compares with", () => {
    expect(
      shape(
        "update t set a = case when b = 1 then 'x' when b is distinct from 2 then null else 3 end",
      ),
    ).toBe(
      "update t set a = case when b = $1 then $2 when b is distinct from $3 then null else $4 end",
    );
    expect(
      shape("select case b when 1 then 'x' else 'y' end, c is not distinct from 5 from t"),
    ).toBe("select case b when 1 then 'x' else 'y' end, c is not distinct from $1 from t");
  });

  test("replaces literals whose type is told, and a function's only one", () => {
    expect(shape("select interval '1 day', x - date '2024-01-01' from t")).toBe(
      "select $1::interval, x - $2::date from t",
    );
    expect(
      shape("select '{1,2}'::int[], 'a'::text || b, cast('5' as int), cast(6 as bigint)"),
    ).toBe("select $1::int[], $2::text || b, cast($3 as int), cast($4 as bigint)");
    expect(shape("select f(1, g('x', -2)), 'x', (1, 2)")).toBe(
      "select f($1, g($2, $3)), 'x', (1, 2)",
    );
    expect(shape("update t set a = jsonb_set(a, '{b}', '\"c\"') where d = 5")).toBe(
      "update t set a = jsonb_set(a, $1, $2) where d = $3",
    );
    expect(shape("select sum(1) group by rollup(1, 2)")).toBe(
      "select sum($1) group by rollup(1, 2)",
    );
    expect(
      shape("select f(-5), f('x'), f('x'::text), cast(-6 as bigint), f('x') over () from t"),
    ).toBe("select f(-5), f($1), f('x'::text), cast(-6 as bigint), f($2) over () from t");
    expect(shape("select a from t where upper(b) = upper('x') and c = any ('{1,2}')")).toBe(
      "select a from t where upper(b) = upper($1) and c = any ($2)",
    );
  });

  test("replaces literals of ARRAY lists and of lists of rows, not subscripts", () => {
    expect(shape("select a[1], a[2:3] from t where b = any(array[1, -2, '3']::int[])")).toBe(
      "select a[1], a[2:3] from t where b = any(array[$1, $2, $3]::int[])",
    );
    expect(shape("select array[[1, 2], [3, 4]], array[a[5], 6], array[f(1, 2), (7)] from t")).toBe(
      "select array[[$1, $2], [$3, $4]], array[a[5], $5], array[f(1, 2), ($6)] from t",
    );
    expect(shape("select a from t where (b, c) in ((1, 'x'), (2, 'y'))")).toBe(
      "select a from t where (b, c) in (($1, $2), ($3, $4))",
    );
  });

  test("integers have the type that the grammar gives them", () => {
    const kinds = (text: string): readonly string[] | undefined =>
      normalizeStatement(text)?.literals.map(({ kind }) => kind);
    expect(kinds("select a = 2147483647, a = 2147483648, a = -2147483648, a = 0000000007")).toEqual(
      ["integer", "bigint", "integer", "integer"],
    );
    expect(kinds("select a = 999999999999999999")).toEqual(["bigint"]);
    expect(kinds("select a = 9223372036854775807")).toBeUndefined();
    expect(kinds("select -2147483648")).toBeUndefined();
  });

  test("reads strings with escapes", () => {
    expect(normalizeStatement("select a = E'x\\\\y\\'z''\\n\\q', b = 'c\\d'")).toEqual({
      key: "select a = $1, b = $2",
      literals: [
        { kind: "string", text: "x\\y'z'\nq" },
        { kind: "string", text: "c\\d" },
      ],
    });
    expect(shape("select a = E'\\x41'")).toBeUndefined();
    expect(shape("select a = E'x\\")).toBeUndefined();
  });

  test("comments become blanks", () => {
    expect(shape("/* a */ select b -- 'c' = 1\nfrom t where d = 1 /* e /* = 2 */ */")).toBe(
      "  select b  \nfrom t where d = $1  ",
    );
    expect(shape("select a from t where b = 1 and c =--5\n6 and d <=/* e */ -7")).toBe(
      "select a from t where b = $1 and c = \n$2 and d <=  $3",
    );
    expect(shape("select 1 where 'a' = 'b' /* c */ [1]")).toBeUndefined();
    expect(shape("select a /* b")).toBeUndefined();
    expect(normalizeStatement("select a /* = 5 */ from t where b = $1 and c = 2")).toEqual({
      key: "select a   from t where b = $1 and c = 2",
      literals: [],
    });
  });

  test("a comment ends with its line, be that by a carriage return", () => {
    expect(shape("delete from t -- all?\r where a = 1")).toBe("delete from t  \r where a = $1");
    expect(shape("-- one\rselect a from t where b = 2")).toBe(" \rselect a from t where b = $1");
  });

  test("comments before the first word are read once", () => {
    const many = "/* a */ -- /* b\n".repeat(200);
    expect(shape(`${many}vacuum`)).toBeUndefined();
    expect(shape(`${many}select 1 where 2 = 3`)).toMatch(/\nselect 1 where 2 = \$1$/u);
    expect(shape("/* a /* b */ c */ select 1 where 2 = 3")).toBe("  select 1 where 2 = $1");
    expect(shape("/* a /* b */ select 1 where 2 = 3")).toBeUndefined();
  });

  test("a string that follows another one is left to the parser", () => {
    expect(shape("select 'a'\n'b', c = 1")).toBeUndefined();
    expect(shape("select 'a' /* b */\n'c', $1")).toBeUndefined();
  });

  test("what BY takes may be ordinals, with signs too", () => {
    expect(shape("select a from t order by -1")).toBeUndefined();
    expect(shape("select a from t group by all - -1")).toBeUndefined();
    expect(shape("select a from t group by all (1)")).toBeUndefined();
    expect(shape("select a where (b, c) in (values (1, 2) order by 1, 2)")).toBe(
      "select a where (b, c) in (values ($1, $2) order by 1, 2)",
    );
    expect(shape("select a where (b, c) in ((table t) order by 1, 2)")).toBeUndefined();
  });

  test("gives up on parameters, other literals and several statements", () => {
    expect(shape("select a from t where b = $1 and c = 2")).toBeUndefined();
    expect(shape("select 1 + 1; select 2 + 2")).toBeUndefined();
    expect(shape("select $$x$$ = 'a'")).toBeUndefined();
    expect(shape("select b'1' = 'a'")).toBeUndefined();
    expect(shape("select /* x */ $$x$$, $1")).toBeUndefined();
  });

  test("gives up where a parameter may have what a literal may not", () => {
    expect(shape("select 1 where 'a' = 'b' [1]")).toBeUndefined();
    expect(shape("select 1 where 2 = 1 . x")).toBeUndefined();
    expect(shape("insert into t values ('ok'4)")).toBeUndefined();
    expect(shape("insert into t values ('ok'x)")).toBeUndefined();
    expect(shape("select 1 where 'a' = 'b' and x[1] = 2")).toBe(
      "select 1 where 'a' = $1 and x[1] = $2",
    );
  });

  test("quoted names keep their text", () => {
    expect(shape(`select "a = 1" from t where b = 2`)).toBe(`select "a = 1" from t where b = $1`);
  });
});
