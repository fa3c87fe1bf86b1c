/** Many want the same few names: a name has one owner at a time, in the table and in its index. */
import type { SoakWorkload } from "./soak-workload.ts";

const NAMES = 12;

export function uniqueRace(): SoakWorkload {
  let next = 0;
  const acknowledged = new Map<number, string>();
  const deleting = new Set<number>();
  return {
    name: "unique race",
    setup: ["create table soak_name (id int primary key, name text unique)"],
    async step({ session, random }) {
      const name = `name ${random.between(0, NAMES - 1)}`;
      if (random.chance(0.5)) {
        const id = ++next;
        const outcome = await session.autocommit("insert into soak_name values ($1, $2)", [
          id,
          name,
        ]);
        if (outcome === "committed") acknowledged.set(id, name);
        return { outcome, wrote: true };
      }
      const ids = [...acknowledged.keys()].filter((id) => acknowledged.get(id) === name);
      for (const id of ids) deleting.add(id);
      const outcome = await session.autocommit("delete from soak_name where id = any($1)", [ids]);
      return { outcome, wrote: ids.length > 0 };
    },
    async check(client, findings) {
      const { rows } = await client.query<{ id: number; name: string }>(
        "select id, name from soak_name order by id",
      );
      const owners = new Map<string, number>();
      for (const { id, name } of rows) {
        const other = owners.get(name);
        if (other !== undefined) findings.add("unique", `${name} belongs to ${other} and ${id}`);
        owners.set(name, id);
        const found = await client.query("select id from soak_name where name = $1", [name]);
        if (found.rows.length !== 1) {
          findings.add("index equals table", `${name}: the index finds ${found.rows.length} rows`);
        }
      }
      const there = new Set(rows.map(({ id }) => id));
      for (const [id, name] of acknowledged) {
        if (!deleting.has(id) && !there.has(id)) findings.add("I8", `${name} of ${id} is lost`);
      }
    },
  };
}
