/** Documents keep true: the files and symbols that they name exist. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { ROOT, trackedFiles } from "./source-files.ts";

/** Links as [text](path#symbol); outside addresses and anchors of the same page are left out. */
function linksOf(text: string): { target: string; symbol: string | undefined }[] {
  return [...text.matchAll(/\]\(([^)\s#]*)(?:#([^)]*))?\)/gu)]
    .map((match) => ({ target: match[1] ?? "", symbol: match[2] }))
    .filter(({ target }) => target !== "" && !/^[a-z]+:/u.test(target));
}

function broken(path: string, target: string, symbol: string | undefined): boolean {
  const file = ROOT + normalize(join(dirname(path), target));
  if (!existsSync(file)) return true;
  return (
    symbol !== undefined && target.endsWith(".ts") && !readFileSync(file, "utf8").includes(symbol)
  );
}

test("every link of every document leads somewhere", () => {
  const wrong: string[] = [];
  for (const { path, text } of trackedFiles(/\.md$/u)) {
    for (const { target, symbol } of linksOf(text)) {
      if (broken(path, target, symbol)) wrong.push(`${path}: ${target}#${symbol ?? ""}`);
    }
  }
  expect(wrong).toEqual([]);
});
