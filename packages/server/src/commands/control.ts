/** `firstlight checkpoint`, `reset`, `inject` and `clock`: controls of a database started for tests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONTROL_FILE } from "../adapters/control-endpoint.ts";
import type { ControlOptions } from "../command-line/options.ts";

interface ControlFile {
  readonly url: string;
  readonly token: string;
}

function controlFile(directory: string): ControlFile {
  try {
    return JSON.parse(readFileSync(join(directory, CONTROL_FILE), "utf8")) as ControlFile;
  } catch (error) {
    const how = 'start it with "firstlight start --testing"';
    throw new Error(`no database in ${directory} can be controlled; ${how}`, { cause: error });
  }
}

export async function runControlCommand(options: ControlOptions): Promise<void> {
  const { path, body, dataDirectory } = options;
  const { url, token } = controlFile(dataDirectory);
  const response = await fetch(url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new Error(`the database in ${dataDirectory} does not run`, { cause: error });
  });
  if (response.ok) return;
  const { error } = (await response.json()) as { readonly error?: string };
  throw new Error(error ?? `the database answered ${response.status}`);
}
