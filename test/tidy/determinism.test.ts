/** Time, timers, randomness, sockets and files are reached through ports only (design.md, 6). */
import { expect, test } from "vitest";
import { isTestCode, trackedFiles } from "./source-files.ts";

const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/u, "the Clock port"],
  [/\bnew Date\(\s*\)/u, "the Clock port"],
  [/\bperformance\.now\b/u, "Clock.monotonicMicros"],
  [/\bprocess\.hrtime\b/u, "Clock.monotonicMicros"],
  [/\bMath\.random\b/u, "the Random port"],
  [/\brandomUUID\b|\brandomBytes\(.*\)\s*from "node:crypto"/u, "the Random port"],
  [/\b(setTimeout|setInterval|setImmediate)\(/u, "Clock.after, sleep or endOfTick"],
  [/\bprocess\.env\b/u, "a setting"],
];

/** The adapters, and the command line that is itself the outside. */
const OUTSIDE =
  /^packages\/(server\/src\/(adapters|commands|cluster)\/|simulator\/src\/(main|kernel\/(scheduler|poisoned)))/u;

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//gu, "").replace(/\/\/[^\n]*/gu, "");
}

test("no service touches the outside except through its ports", () => {
  const wrong: string[] = [];
  for (const { path, text } of trackedFiles(/^packages\/[^/]+\/src\/.*\.ts$/u)) {
    if (isTestCode(path) || OUTSIDE.test(path)) continue;
    const code = withoutComments(text);
    for (const [pattern, instead] of BANNED) {
      if (pattern.test(code)) wrong.push(`${path}: ${pattern.source}: use ${instead}`);
    }
  }
  expect(wrong).toEqual([]);
});
