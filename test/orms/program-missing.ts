/** Which object mappers are installed: none are, with the rest of the repository. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/** Debian's packages are seen by this one alone; another can be named. */
export const PYTHON: string = process.env["FIRSTLIGHT_TEST_PYTHON"] ?? "/usr/bin/python3";

/** What a program of Python imports. */
const MODULES: Readonly<Record<string, string>> = {
  "sqlalchemy_program.py": "sqlalchemy, alembic, psycopg2",
  "django_program.py": "django, psycopg2",
};

/** Why a program cannot be run here; undefined: it can. */
export function programMissing(file: string): string | undefined {
  const modules = MODULES[basename(file)];
  if (modules === undefined) {
    const installed = existsSync(join(import.meta.dirname, "node_modules"));
    return installed ? undefined : "test/orms/node_modules is missing (npm run test:orms)";
  }
  try {
    execFileSync(PYTHON, ["-c", `import ${modules}`], { stdio: "pipe" });
    return undefined;
  } catch {
    return `${PYTHON} has not all of ${modules}`;
  }
}
