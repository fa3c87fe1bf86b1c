/** CREATE INDEX ASYNC is found where it is the keyword, and nowhere else. */
import { beforeAll, describe, expect, it } from "vitest";
import { loadParser, parse } from "./parser.ts";
import { withoutAsync } from "./async-keyword.ts";

beforeAll(loadParser);

const isAsync = (text: string): boolean[] => parse(text).map(({ node }) => node["async"] === true);

describe("CREATE INDEX ASYNC", () => {
  it("is marked in its own statement only", () => {
    expect(isAsync("create index async i on t (a)")).toEqual([true]);
    expect(isAsync("CREATE UNIQUE /* x */ INDEX -- y\n Async ON t (a)")).toEqual([true]);
    expect(isAsync("select 'é'; create index async i on t (a); create index j on t (b)")).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("leaves other uses of the word alone", () => {
    expect(withoutAsync('create index "async" on t (a)')).toBeUndefined();
    expect(withoutAsync("select async from t")).toBeUndefined();
    expect(withoutAsync("select 'create index async', $$; create index async x$$")).toBeUndefined();
    expect(withoutAsync("select e'\\'; create index async x'")).toBeUndefined();
    expect(withoutAsync("/* ; /* */ create index async */ select 1")).toBeUndefined();
    expect(withoutAsync("create table async (index int)")).toBeUndefined();
  });

  it("does not move the position of an error", () => {
    expect(() => parse("create index async i on t (a")).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ position: 29 }) as unknown }),
    );
    expect(() => parse("create index async concurrently i on t (a)")).toThrow(/concurrently/u);
  });
});
