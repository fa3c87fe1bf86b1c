/** Each invariant of the architecture is named by a test that would fail if it broke. */
import { expect, test } from "vitest";
import { trackedFiles } from "./source-files.ts";

/** What a test, or a group of them, is called. */
const TITLE = /\b(?:it|test|describe)\b[^"'`\n]*\(\s*(["'`])(.*?)\1/gsu;

function titlesOf(text: string): readonly string[] {
  return [...text.matchAll(TITLE)].map((match) => match[2] ?? "");
}

test("every invariant is named by a test", () => {
  const [architecture] = trackedFiles(/^docs\/ARCHITECTURE\.md$/u);
  const invariants = [...(architecture?.text ?? "").matchAll(/^- \*\*(I\d+)\*\*/gmu)];
  expect(invariants.length).toBeGreaterThan(10);
  const titles = trackedFiles(/\.test\.ts$/u).flatMap(({ text }) => titlesOf(text));
  const named = new Set(titles.flatMap((title) => title.match(/\bI\d+\b/gu) ?? []));
  expect(invariants.flatMap(([, name = ""]) => (named.has(name) ? [] : [name]))).toEqual([]);
});
