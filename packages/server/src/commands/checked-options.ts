/** Options that take the engine to be checked: one clear line, exit code 2. */
import { SqlError } from "@firstlight/common";
import type { InjectionSpec, Profile, ProfileChoice } from "@firstlight/query-processor";
import { findProfile, parseInjection } from "@firstlight/query-processor";
import { UsageError } from "../command-line/options.ts";

export function chosenProfile(choice: ProfileChoice): Profile {
  try {
    return findProfile(choice);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

export function chosenInjection(text: string): InjectionSpec {
  try {
    return parseInjection(text);
  } catch (error) {
    throw error instanceof SqlError ? new UsageError(error.message) : error;
  }
}
