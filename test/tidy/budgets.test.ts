/** Budgets of style: file lengths and headers; oxlint counts functions. The list may only shrink. */
import { expect, test } from "vitest";
import { trackedFiles } from "./source-files.ts";

const FILE_LINES_MAX = 600;

/** Lists of statements and of expected texts: data, not code. */
const CASE_LISTS = /^test\/.*-(cases|statements|queries)\.ts$/u;

/** Files that are longer today. */
const LONG_FILES: ReadonlySet<string> = new Set([]);

const SOURCES = /^(packages\/[^/]+\/src|test)\/.*\.ts$/u;

test("no file is longer than the budget", () => {
  const long = trackedFiles(SOURCES)
    .filter(({ path }) => !CASE_LISTS.test(path) && !LONG_FILES.has(path))
    .filter(({ text }) => text.split("\n").length > FILE_LINES_MAX)
    .map(({ path, text }) => `${path}: ${text.split("\n").length} lines`);
  expect(long).toEqual([]);
});

test("every module says what it is for", () => {
  const silent = trackedFiles(SOURCES)
    .filter(({ path, text }) => !path.endsWith("/index.ts") && !/^(#!.*\n)?\/\*\*/u.test(text))
    .map(({ path }) => path);
  expect(silent).toEqual([]);
});
