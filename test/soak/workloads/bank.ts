/** Transfers that keep the total, one row of a journal of their own each: what was acknowledged is there. */
import type { Findings } from "@firstlight/simulator";
import type { SoakStep, SoakWorkload } from "./soak-workload.ts";
import { numbersFrom } from "./soak-workload.ts";

const ACCOUNTS = 24;
const BALANCE = 1_000;

export function bank(): SoakWorkload {
  const acknowledged = new Set<string>();
  const refused = new Set<string>();
  const totals: number[] = [];
  let next = 0;

  async function transfer({ session, random, worker }: SoakStep) {
    const [from = 0, to = 1] = numbersFrom(random, 2, ACCOUNTS);
    const id = `${worker}-${++next}`;
    const amount = random.between(1, 5);
    const outcome = await session.transaction(async (client) => {
      const { rows } = await client.query<{ balance: number }>(
        "select balance from soak_account where id = $1",
        [from],
      );
      const left = (rows[0]?.balance ?? 0) - amount;
      await client.query("update soak_account set balance = $2 where id = $1", [from, left]);
      await client.query("update soak_account set balance = balance + $2 where id = $1", [
        to,
        amount,
      ]);
      await client.query("insert into soak_transfer values ($1, $2, $3, $4)", [
        id,
        from,
        to,
        amount,
      ]);
    });
    if (outcome === "committed") acknowledged.add(id);
    if (outcome === "refused") refused.add(id);
    return { outcome, wrote: true };
  }

  async function total({ session }: SoakStep) {
    const outcome = await session.transaction(async (client) => {
      const { rows } = await client.query<{ total: string }>(
        "select sum(balance) as total from soak_account",
      );
      totals.push(Number(rows[0]?.total));
    });
    return { outcome, wrote: false };
  }

  return {
    name: "bank",
    setup: [
      "create table soak_account (id int primary key, balance int not null)",
      // Takes a number, so that the tables lie in different halves of the key space.
      "create sequence soak_gap_1",
      "create table soak_transfer (id text primary key, source int, target int, amount int)",
      `insert into soak_account select i, ${BALANCE} from generate_series(0, ${ACCOUNTS - 1}) i`,
    ],
    step: (step) => (step.random.chance(0.15) ? total(step) : transfer(step)),
    async check(client, findings) {
      const sum = await client.query<{ total: string }>(
        "select sum(balance) as total from soak_account",
      );
      totals.push(Number(sum.rows[0]?.total));
      for (const each of totals) {
        if (each !== ACCOUNTS * BALANCE) findings.add("I4", `a snapshot has total ${each}`);
      }
      const { rows } = await client.query<Transfer>("select * from soak_transfer");
      const there = new Set(rows.map(({ id }) => id));
      for (const id of acknowledged)
        if (!there.has(id)) findings.add("I8", `transfer ${id} is lost`);
      for (const id of refused)
        if (there.has(id)) findings.add("I9", `refused transfer ${id} is there`);
      const accounts = await client.query<{ id: number; balance: number }>(
        "select id, balance from soak_account",
      );
      checkBalances(accounts.rows, rows, findings);
    },
  };
}

interface Transfer {
  readonly id: string;
  readonly source: number;
  readonly target: number;
  readonly amount: number;
}

function checkBalances(
  accounts: readonly { readonly id: number; readonly balance: number }[],
  transfers: readonly Transfer[],
  findings: Findings,
): void {
  for (const { id, balance } of accounts) {
    let expected = BALANCE;
    for (const { source, target, amount } of transfers) {
      if (source === id) expected -= amount;
      if (target === id) expected += amount;
    }
    if (balance !== expected) {
      findings.add("I3", `account ${id} has ${balance}, its transfers make ${expected}`);
    }
  }
}
