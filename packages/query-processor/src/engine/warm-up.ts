/**
 * Runs statements for nobody before a server takes connections: what is compiled and read on first
 * use, the grammar, the tables of operators, types and functions, the code of planner and executor,
 * would otherwise be the wait of the first sessions. Once per process; reads only.
 */
import type { NodeRuntime } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { Catalog } from "../catalog/catalog.ts";
import type { Interrupts } from "../execute/executable.ts";
import { SpillSpace } from "../spill/spill-space.ts";
import type { BackgroundParts } from "./background-session.ts";
import { BackgroundSession } from "./background-session.ts";
import type { SqlEngine } from "./sql-engine.ts";

/** Each ends within some milliseconds; together they reach what most statements need. */
const STATEMENTS: readonly string[] = [
  "SELECT 1",
  `SELECT n.nspname AS s, count(*), max(a.amname || 'x') FROM pg_namespace n
     JOIN pg_am a ON a.oid <> n.oid LEFT JOIN pg_tablespace t ON t.oid = n.oid
     WHERE n.oid IN (11, 2200) AND a.amname LIKE '%tree' GROUP BY n.nspname ORDER BY 2 DESC LIMIT 5`,
];

const ROWS = 1_000;
const UNLIMITED = { limitKilobytes: -1, logFromKilobytes: -1 };

const UNINTERRUPTED: Interrupts = {
  check: () => undefined,
  overdue: () => false,
  yield: () => Promise.resolve(),
};

/** Runs queries, which may ask for temporary files. */
class WarmUpSession extends BackgroundSession {
  readonly #space: SpillSpace;

  constructor(parts: BackgroundParts, { temporaryFiles, log }: NodeRuntime) {
    super(parts);
    this.#space = new SpillSpace(temporaryFiles, log, () => UNLIMITED);
  }

  override get spillSpace(): SpillSpace {
    return this.#space;
  }
}

let isWarm = false;

async function runOnce(engine: SqlEngine, runtime: NodeRuntime, text: string): Promise<void> {
  const transaction = engine.begin({ readOnly: true });
  const { clock } = runtime;
  const catalog = (): Catalog => transaction.schema.image;
  const parts = { clock, catalog, database: undefined, interrupts: UNINTERRUPTED };
  const session = new WarmUpSession(parts, runtime);
  try {
    for (const statement of engine.parse(text)) {
      const prepared = await engine.prepare(session, transaction, statement, []);
      const execution = await engine.execute(session, transaction, prepared, []);
      while ((await execution.next(ROWS)) !== undefined);
      execution.close();
    }
  } finally {
    transaction.rollback();
  }
}

/** What fails here fails again for whoever asks: it keeps no server from starting. */
export async function warmUp(engine: SqlEngine, runtime: NodeRuntime): Promise<void> {
  if (isWarm) return;
  isWarm = true;
  for (const text of STATEMENTS) {
    await runOnce(engine, runtime, text).catch((error: unknown) => {
      if (!(error instanceof SqlError)) throw error;
      runtime.log.warn("a statement before the first session failed", { text, error });
    });
  }
}
