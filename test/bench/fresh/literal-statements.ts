/** Statements of a few structures that differ in literals and comments, as client-side drivers write them. */

type Make = (at: number) => string;

export const LITERAL_STATEMENTS: Readonly<Record<string, Make>> = {
  "literals: =": (at) => `select * from fresh0 where id = ${at}`,
  "literals: cast": (at) => `select * from fresh0 where id = 5 and c1 = '${at}'::text`,
  "literals: interval": (at) =>
    `select * from fresh0 where id = 5 and c3 > now() - interval '${at} minutes'`,
  "literals: IN": (at) => `select * from fresh0 where id in (${at}, ${at + 1}, ${at + 2})`,
  "literals: ANY": (at) => `select * from fresh0 where id = any(array[${at}, ${at + 1}])`,
  "literals: LIKE": (at) => `select * from fresh0 where id = 5 and c1 like '%${at}%'`,
  "literals: upper": (at) => `select * from fresh0 where id = 5 and upper(c1) = upper('${at}')`,
  "literals: OFFSET": (at) => `select * from fresh0 order by id limit 10 offset ${at % 50}`,
  "literals: WITH": (at) => `with x as (select * from fresh0 where id = ${at}) select * from x`,
  "literals: comment": (at) => `select * from fresh0 where id = 5 /* request='${at}' */`,
  "literals: insert": (at) =>
    `insert into fresh0 (id, c1, c3, c4, c5) values (${at + 1_000_000}, 'it''s ${at}', '2026-01-01 00:00:00+00', ${at}.25, true)`,
  "literals: update": (at) =>
    `update fresh0 set c1 = E'a\\\\${at}', c2 = case when id = 5 then ${at} else 0 end where id = 5`,
};
