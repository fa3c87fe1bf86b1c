/** Starts a database, asks it for its features, and gives the text of docs/compatibility.md. */
import { fileURLToPath } from "node:url";
import { startDatabase } from "../support/databases.ts";
import { askFeatures } from "./ask-features.ts";
import { compatibilityText } from "./compatibility.ts";

export const COMPATIBILITY_PATH = fileURLToPath(
  new URL("../../docs/compatibility.md", import.meta.url),
);

export async function generateCompatibility(): Promise<string> {
  const database = await startDatabase("embedded");
  try {
    const client = await database.connect();
    const groups = await askFeatures(client);
    await client.end();
    return compatibilityText(groups);
  } finally {
    await database.destroy();
  }
}
