/** Hot counters that are only added to: each acknowledged addition counts once, none that was refused. */
import type { SoakWorkload } from "./soak-workload.ts";

const COUNTERS = 4;

export function counters(): SoakWorkload {
  const certain = Array.from({ length: COUNTERS }, () => 0);
  const possible = Array.from({ length: COUNTERS }, () => 0);
  return {
    name: "counters",
    setup: [
      "create sequence soak_gap_2",
      "create table soak_counter (id int primary key, n int not null)",
      `insert into soak_counter select i, 0 from generate_series(0, ${COUNTERS - 1}) i`,
    ],
    async step({ session, random }) {
      const id = random.between(0, COUNTERS - 1);
      const by = random.between(1, 9);
      const text = "update soak_counter set n = n + $2 where id = $1";
      const outcome = await session.autocommit(text, [id, by]);
      if (outcome === "committed") certain[id] = (certain[id] ?? 0) + by;
      if (outcome === "unknown") possible[id] = (possible[id] ?? 0) + by;
      return { outcome, wrote: true };
    },
    async check(client, findings) {
      const { rows } = await client.query<{ id: number; n: number }>("select * from soak_counter");
      for (const { id, n } of rows) {
        const low = certain[id] ?? 0;
        const high = low + (possible[id] ?? 0);
        if (n < low || n > high) {
          findings.add("counter", `counter ${id} is ${n}, must be in ${low} .. ${high}`);
        }
      }
    },
  };
}
