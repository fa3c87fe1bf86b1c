/** Budgets of style: file lengths and headers; oxlint counts functions. The list may only shrink. */
import { expect, test } from "vitest";
import { trackedFiles } from "./source-files.ts";

const FILE_LINES_MAX = 600;

/** Files that are longer today. */
const LONG_FILES: ReadonlySet<string> = new Set([]);

const SOURCES = /^(packages\/[^/]+\/src|test)\/.*\.ts$/u;

test("no file is longer than the budget", () => {
  const long = trackedFiles(SOURCES)
    .filter(({ path, text }) => text.split("\n").length > FILE_LINES_MAX && !LONG_FILES.has(path))
    .map(({ path, text }) => `${path}: ${text.split("\n").length} lines`);
  expect(long).toEqual([]);
});

test("every module says what it is for", () => {
  const silent = trackedFiles(SOURCES)
    .filter(({ path, text }) => !path.endsWith("/index.ts") && !/^(#!.*\n)?\/\*\*/u.test(text))
    .map(({ path }) => path);
  expect(silent).toEqual([]);
});
