/**
 * What the programs for the dsql profile share: where the server is, claims that end the program
 * where they do not hold, and the ways of the service: refused transactions are run again, jobs are
 * waited for, a schema is put through `firstlight lint --fix` first.
 */
import { deepStrictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import pg from "pg";

export const port = Number(process.argv[2]);
export const connection = {
  host: "127.0.0.1",
  port,
  user: "admin",
  password: "",
  database: "postgres",
};
export const url = `postgresql://admin@127.0.0.1:${port}/postgres?sslmode=disable`;

const MAIN = join(import.meta.dirname, "../../../packages/server/dist/main.js");
const ATTEMPTS_MAX = 30;

let claims = 0;
process.on("exit", (code) => {
  if (code === 0) console.log(`${claims} claims hold`);
});

/** Dates, classes and the like are compared as JSON has them. */
export function check(label, actual, expected) {
  deepStrictEqual(JSON.parse(JSON.stringify(actual ?? null)), expected ?? null, label);
  claims++;
}

/** Errors of object mappers have the server's somewhere inside. */
export function codeOf(error) {
  for (let at = error; at; at = at.cause ?? at.parent ?? at.driverError) {
    const code = at.meta?.driverAdapterError?.cause.originalCode ?? at.code;
    if (typeof code === "string" && /^[0-9A-Z]{5}$/u.test(code)) return code;
  }
  return `none of the server's: ${error}`;
}

export async function refused(label, work, expected) {
  try {
    await work();
  } catch (error) {
    check(label, codeOf(error), expected);
    return;
  }
  throw new Error(`${label}: not refused`);
}

/** How often a transaction was refused before it was not. */
export async function retrying(work) {
  for (let lost = 0; ; lost++) {
    try {
      await work(lost);
      return lost;
    } catch (error) {
      if (codeOf(error) !== "40001" || lost === ATTEMPTS_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 * lost));
    }
  }
}

/**
 * Runs `work` until it is not refused; the first time that it asks for it, somebody else's change
 * comes between. A pool's connections may be refused before for an outdated schema, so it is told
 * only whether any was.
 */
export async function interfered(work, interfere) {
  let isDone = false;
  const between = async () => {
    if (isDone) return;
    await retrying(interfere);
    isDone = true;
  };
  return (await retrying(() => work(between))) > 0;
}

/** A schema that a mapper has written for PostgreSQL, as the service takes it. */
export function forTheService(script) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "lint", "--fix", "-"], {
    input: script,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`lint leaves something:\n${stderr}`);
  return stdout;
}

const client = new pg.Client(connection);
await client.connect();

/** One of the program's own, beside the mapper's. */
export async function run(text, values) {
  for (let attempt = 0; ; attempt++) {
    try {
      return (await client.query(text, values)).rows;
    } catch (error) {
      if (error.code !== "40001" || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** Each statement is a transaction, as the service wants it. */
export async function migrate(statements) {
  for (const statement of statements) {
    const [row] = await run(statement);
    if (row?.job_id === undefined) continue;
    check("job", await run(`CALL sys.wait_for_job('${row.job_id}')`), [{ succeeded: true }]);
  }
}

/** What `lint` gives has no literals with semicolons in these programs. */
export function statementsOf(script) {
  return script
    .replaceAll(/^\s*--.*$/gmu, "")
    .split(";")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !/^(?:BEGIN|COMMIT)$/iu.test(each));
}

export async function finish() {
  await client.end();
}
