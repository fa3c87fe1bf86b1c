/** The directory that a database is in. */
import { accessSync, constants, mkdirSync } from "node:fs";

/** Makes it where it is not there; one clear line for what is wrong with it. */
export function openDataDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.R_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the data directory ${directory} cannot be used: ${reason}`, { cause: error });
  }
}
