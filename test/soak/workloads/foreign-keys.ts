/** Parents come and go while children are added: no child is ever without its parent. */
import type { SoakWorkload } from "./soak-workload.ts";

const PARENTS = 10;

const ORPHANS = `select c.id from soak_child c
  left join soak_parent p on p.id = c.parent where p.id is null`;

export function foreignKeys(): SoakWorkload {
  let next = 0;
  let orphansSeen = 0;
  return {
    name: "foreign keys",
    setup: [
      "create table soak_parent (id int primary key)",
      "create sequence soak_gap_3",
      "create table soak_child (id int primary key, parent int references soak_parent)",
      `insert into soak_parent select i from generate_series(0, ${PARENTS - 1}) i`,
    ],
    async step({ session, random }) {
      const parent = random.between(0, PARENTS - 1);
      if (random.chance(0.1)) {
        const outcome = await session.transaction(async (client) => {
          orphansSeen += (await client.query(ORPHANS)).rows.length;
        });
        return { outcome, wrote: false };
      }
      if (random.chance(0.4)) {
        const outcome = await session.transaction(async (client) => {
          await client.query("delete from soak_child where parent = $1", [parent]);
          await client.query("delete from soak_parent where id = $1", [parent]);
          if (random.chance(0.7))
            await client.query("insert into soak_parent values ($1)", [parent]);
        });
        return { outcome, wrote: true };
      }
      const outcome = await session.transaction(async (client) => {
        await client.query("insert into soak_parent values ($1) on conflict do nothing", [parent]);
        await client.query("insert into soak_child values ($1, $2)", [++next, parent]);
      });
      return { outcome, wrote: true };
    },
    async check(client, findings) {
      const { rows } = await client.query(ORPHANS);
      const orphans = rows.length + orphansSeen;
      if (orphans > 0) findings.add("foreign keys", `${orphans} children without a parent`);
    },
  };
}
