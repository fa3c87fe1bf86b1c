/** Asks a running database for each feature: undefined where it is there, else what it said. */
import pg from "pg";
import type { FeatureGroup } from "./features.ts";
import { FEATURES, SETUP } from "./features.ts";

export interface Answer {
  readonly name: string;
  readonly refusal: string | undefined;
}

export interface AnsweredGroup {
  readonly title: string;
  readonly answers: readonly Answer[];
}

/** Statements go out in the simple protocol, as COPY needs it. */
async function refusalOf(client: pg.Client, sql: readonly string[]): Promise<string | undefined> {
  try {
    for (const statement of sql) await client.query(statement);
    return undefined;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const { code = "", message } = error;
    return `${code} ${message}`;
  } finally {
    await client.query("rollback");
    await client.query("reset role");
  }
}

async function askGroup(client: pg.Client, group: FeatureGroup): Promise<AnsweredGroup> {
  const answers: Answer[] = [];
  for (const { name, sql } of group.features) {
    answers.push({ name, refusal: await refusalOf(client, sql) });
  }
  return { title: group.title, answers };
}

export async function askFeatures(client: pg.Client): Promise<readonly AnsweredGroup[]> {
  for (const statement of SETUP) await client.query(statement);
  const groups: AnsweredGroup[] = [];
  for (const group of FEATURES) groups.push(await askGroup(client, group));
  return groups;
}
