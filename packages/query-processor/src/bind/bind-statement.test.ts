/** What binding gives and refuses, on a small schema. */
import { SqlError } from "@firstlight/common";
import { type Expr, oids, registerBuiltins } from "@firstlight/sql";
import { beforeAll, describe, expect, test } from "vitest";
import { loadParser, parse } from "../parse/parser.ts";
import { bindStatement } from "./bind-statement.ts";
import type { BindResult, BoundInsert, BoundSelect, BoundUpdate } from "./query-tree.ts";
import { bindCheck, bindColumnExpression, bindDefaults } from "./schema-expressions.ts";
import { sampleCatalog } from "./testing/test-catalog.ts";
import { TEST_EVALUATION } from "./testing/test-evaluation.ts";

const catalog = sampleCatalog();

beforeAll(async () => {
  registerBuiltins();
  await loadParser();
});

function bind(text: string, paramTypes: readonly number[] = []): BindResult {
  const [statement] = parse(text);
  if (statement === undefined) throw new Error("no statement");
  const searchPath = ["public"];
  return bindStatement(statement, catalog, { searchPath, paramTypes, evaluation: TEST_EVALUATION });
}

function select(text: string): BoundSelect {
  const { query } = bind(text);
  if (query.kind !== "select") throw new Error(`${text} is no SELECT`);
  return query;
}

function insert(text: string): BoundInsert {
  const { query } = bind(text);
  if (query.kind !== "insert") throw new Error(`${text} is no INSERT`);
  return query;
}

function update(text: string): BoundUpdate {
  const { query } = bind(text);
  if (query.kind !== "update") throw new Error(`${text} is no UPDATE`);
  return query;
}

function target(text: string, index = 0): Expr {
  const found = select(text).targets[index];
  if (found === undefined) throw new Error("no such target");
  return found.expr;
}

function table(name: string): Parameters<typeof bindCheck>[1] {
  const relation = catalog.findRelation(name, ["public"]);
  if (relation?.kind !== "table") throw new Error(`${name} is no table`);
  return relation;
}

describe("columns", () => {
  test("become Vars into the range table of their level", () => {
    expect(target("select b from t")).toMatchObject({
      kind: "var",
      rte: 0,
      column: 1,
      levelsUp: 0,
    });
    const inner = target("select (select t.b from u) from t");
    if (inner.kind !== "subLink") throw new Error("no sublink");
    expect(inner).toMatchObject({ link: "scalar", type: oids.TEXT });
    expect(inner.query).toMatchObject({
      targets: [{ expr: { kind: "var", rte: 0, column: 1, levelsUp: 1 } }],
    });
  });

  test("merged by FULL JOIN USING are the first side that is not null", () => {
    const merged = target("select a from t full join u using (a)");
    expect(merged).toMatchObject({ kind: "coalesce", type: oids.INT8 });
  });

  test("of no Var refer to a join's own entry", () => {
    const query = select("select j.*, a from (t left join u using (a)) j");
    for (const { expr } of query.targets) {
      expect(expr.kind === "var" ? query.rangeTable[expr.rte]?.kind : "table").toBe("table");
    }
  });
});

describe("WITH RECURSIVE", () => {
  test("refers to its working table two levels outwards from the arm", () => {
    const query = select(
      "with recursive r(n) as (select 1 union all select n + 1 from r) select n from r",
    );
    const [cte] = query.ctes;
    expect(cte).toMatchObject({ recursive: true, references: 2, columns: [{ name: "n" }] });
    if (cte?.query.kind !== "select") throw new Error("no SELECT");
    expect(cte.query.setOperation).toMatchObject({ kind: "union", all: true });
    const [, arm] = cte.query.rangeTable;
    if (arm?.kind !== "subquery") throw new Error("no arm");
    expect(arm.query.rangeTable).toMatchObject([{ kind: "cte", levelsUp: 2, recursive: true }]);
    expect(query.rangeTable).toMatchObject([{ kind: "cte", levelsUp: 0, recursive: false }]);
  });
});

describe("set operations", () => {
  test("bring every arm to the common type", () => {
    const query = select("select 1 union all select 2.5 union all select '3'");
    expect(query.targets[0]?.expr.type).toBe(oids.NUMERIC);
    for (const entry of query.rangeTable) {
      expect(entry.columns).toMatchObject([{ type: oids.NUMERIC }]);
      if (entry.kind !== "subquery") throw new Error("no arm");
      expect(entry.query.targets[0]?.expr.type).toBe(oids.NUMERIC);
    }
  });

  test("convert a combination only after it was computed", () => {
    const query = select("(select 1 union select 2) union all select 2.5");
    const [first] = query.rangeTable;
    if (first?.kind !== "subquery") throw new Error("no arm");
    const [inner] = first.query.rangeTable;
    if (inner?.kind !== "subquery") throw new Error("not wrapped");
    expect(inner.query.setOperation).toMatchObject({ kind: "union", all: false });
    expect(inner.columns).toMatchObject([{ type: oids.INT4 }]);
  });

  test("keep what a wrapped arm refers to outside", () => {
    const outer = target(
      "select array((select t.a from u order by 1) union all select 2.5) from t",
    );
    if (outer.kind !== "subLink") throw new Error("no sublink");
    const [arm] = (outer.query as BoundSelect).rangeTable;
    if (arm?.kind !== "subquery") throw new Error("no arm");
    const [inner] = arm.query.rangeTable;
    if (inner?.kind !== "subquery") throw new Error("not wrapped");
    // Through the wrapper, the arm and the set operation to the outer query.
    expect(inner.query.targets[0]?.expr).toMatchObject({ kind: "var", levelsUp: 3 });
  });
});

describe("grouping", () => {
  test("sets are expanded to indexes of the group clause", () => {
    const query = select("select a, f, grouping(f) from u group by rollup(a, f)");
    expect(query.groupingSets).toEqual([[0, 1], [0], []]);
    expect(query.targets[2]?.expr).toMatchObject({ kind: "grouping", refs: [1] });
    const cubed = select("select count(*) from u group by cube(a, f), bo");
    expect(cubed.groupingSets).toEqual([[0, 1, 2], [0, 2], [1, 2], [2]]);
  });
});

describe("modifications", () => {
  test("INSERT tells which columns its values are for", () => {
    const query = insert("insert into t (c, a) values (1, 2), (default, 3)");
    expect(query.columns).toEqual([2, 0]);
    if (query.source.kind !== "values") throw new Error("no values");
    expect(query.source.rows[1]?.[0]?.kind).toBe("default");
    expect(query.source.rows[0]?.[0]?.type).toBe(oids.NUMERIC);
    expect(query.defaults.map((each) => each?.kind)).toEqual([
      undefined,
      "const",
      undefined,
      "call",
    ]);
    expect(query.checks).toHaveLength(1);
  });

  test("ON CONFLICT names its arbiter and sees the proposed row as an entry of its own", () => {
    const { onConflict } = insert(
      "insert into t values (1) on conflict (a) do update set b = excluded.b",
    );
    expect(onConflict).toMatchObject({ action: "update", arbiters: [20001], excludedRte: 1 });
    expect(onConflict?.assignments).toMatchObject([
      { column: 1, expr: { kind: "var", rte: 1, column: 1 } },
    ]);
  });

  test("UPDATE computes generated columns again and chains array elements", () => {
    expect(update("update g set v = 1").generated).toMatchObject([{ column: 2 }]);
    const [assignment] = update("update u set e[1] = 1, e[2] = 2").assignments;
    expect(assignment?.expr).toMatchObject({
      kind: "subscript",
      container: { kind: "subscript", container: { kind: "var", column: 1 } },
    });
  });

  test("columns of SET (a, b) = (SELECT ...) share one subquery", () => {
    const [a, b] = update("update t set (a, b) = (select 1, 'x')").assignments;
    if (a?.expr.kind !== "fieldSelect") throw new Error("no field");
    expect(a.expr.arg).toMatchObject({ kind: "subLink", link: "multiExpr" });
    expect(b?.expr.kind).not.toBe("default");
  });
});

describe("locking", () => {
  test("marks the tables inside subqueries too", () => {
    const query = select("select * from t, (select * from u) s for update");
    expect(query.rowMarks).toEqual([{ rte: 0, strength: "update" }]);
    const [, entry] = query.rangeTable;
    if (entry?.kind !== "subquery") throw new Error("no subquery");
    expect(entry.query.rowMarks).toEqual([{ rte: 0, strength: "update" }]);
  });
});

describe("what a bound statement depends on", () => {
  test("tables behind views are among its dependencies", () => {
    expect(bind("select * from tv").dependencies).toEqual([20300, 20000]);
  });

  test("dates hold for sessions with the same formats, clock words for one transaction", () => {
    expect(bind("select 1, 'now'").literals).toBe("constant");
    expect(bind("select * from t where d > '2020-01-01'").literals).toBe("formats");
    expect(bind("select 'today'::date").literals).toBe("now");
  });

  test("declared parameter types are kept and missing ones are found", () => {
    expect(bind("select $1 + a, $2 from t", [oids.INT8]).paramTypes).toEqual([
      oids.INT8,
      oids.TEXT,
    ]);
  });
});

describe("expressions of the schema", () => {
  test("defaults and checks are bound over the table and kept", () => {
    const t = table("t");
    expect(bindDefaults(t, catalog)[1]).toMatchObject({ kind: "const", value: "x" });
    const [check] = t.checks;
    if (check === undefined) throw new Error("no check");
    expect(bindCheck(check, t, catalog)).toBe(bindCheck(check, t, catalog));
  });

  test("refuse what has no row or no value", () => {
    const refusal = (text: string, kind: "default" | "check"): string => {
      try {
        bindColumnExpression(text, table("t"), { catalog, kind });
      } catch (error) {
        if (error instanceof SqlError) return `${error.sqlstate} ${error.message}`;
      }
      return "accepted";
    };
    expect(refusal("a + 1", "default")).toBe(
      "0A000 cannot use column reference in DEFAULT expression",
    );
    expect(refusal("(select 1)", "check")).toBe("0A000 cannot use subquery in check constraint");
    expect(refusal("sum(a) > 1", "check")).toBe(
      "42803 aggregate functions are not allowed in check constraints",
    );
    expect(refusal("b", "check")).toBe(
      "42804 argument of CHECK must be type boolean, not type text",
    );
  });

  test("regclass names are found without a session", () => {
    const bound = bindColumnExpression("'public.t'::regclass", table("t"), {
      catalog,
      kind: "default",
    });
    expect(bound).toMatchObject({ kind: "const", value: 20000 });
  });
});

describe("whole rows", () => {
  test("of the nullable side of an outer join are NULL when the row is missing", () => {
    const counted = target("select count(t) from u left join t using (a)");
    if (counted.kind !== "aggregate") throw new Error("no aggregate");
    expect(counted.args[0]).toMatchObject({
      kind: "case",
      whens: [{ condition: { kind: "isNotNull", arg: { rte: 1, column: 0 } } }],
    });
    expect(target("select t from u join t using (a)").kind).toBe("row");
    expect(target("select (t).b from u left join t using (a)").kind).toBe("var");
  });

  test("are told from missing ones by the key of the row", () => {
    expect(target("select u from t left join u using (a)")).toMatchObject({
      kind: "case",
      whens: [{ condition: { kind: "isNotNull", arg: { kind: "var", rte: 1, column: -1 } } }],
      otherwise: { kind: "const", value: null },
    });
  });

  test("are NULL or not by their fields", () => {
    expect(target("select (a, b) is null from t")).toMatchObject({
      kind: "and",
      args: [{ kind: "isNull" }, { kind: "isNull" }],
    });
  });
});

describe("system columns", () => {
  test("tableoid is the table's OID where the row exists, the others are refused", () => {
    expect(target("select tableoid from t")).toMatchObject({ kind: "const", value: 20000 });
    expect(target("select x.tableoid from u left join t x using (a)").kind).toBe("case");
    expect(target("select t.xmin from t")).toMatchObject({ kind: "call", type: oids.XID });
    expect(() => bind("select tableoid from t, u")).toThrow("ambiguous");
  });
});
