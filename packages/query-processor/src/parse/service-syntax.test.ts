/** What the grammar lacks is found where it is meant, and nowhere else. */
import { beforeAll, describe, expect, it } from "vitest";
import { loadParser, parse } from "./parser.ts";
import { withoutServiceSyntax } from "./service-syntax.ts";

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
    expect(withoutServiceSyntax('create index "async" on t (a)')).toBeUndefined();
    expect(withoutServiceSyntax("select async from t")).toBeUndefined();
    expect(
      withoutServiceSyntax("select 'create index async', $$; create index async x$$"),
    ).toBeUndefined();
    expect(withoutServiceSyntax("select e'\\'; create index async x'")).toBeUndefined();
    expect(withoutServiceSyntax("/* ; /* */ create index async */ select 1")).toBeUndefined();
    expect(withoutServiceSyntax("create table async (index int)")).toBeUndefined();
  });

  it("does not move the position of an error", () => {
    expect(() => parse("create index async i on t (a")).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ position: 29 }) as unknown }),
    );
    expect(() => parse("create index async concurrently i on t (a)")).toThrow(/concurrently/u);
  });
});

describe("ALTER TABLE ASYNC", () => {
  it("is the keyword before a table to validate, else a name", () => {
    expect(isAsync("alter table async t validate constraint c")).toEqual([true]);
    expect(isAsync('ALTER TABLE ASYNC IF EXISTS s."T" VALIDATE CONSTRAINT c')).toEqual([true]);
    expect(isAsync("alter table async validate constraint c")).toEqual([false]);
    expect(isAsync("alter table async rename to validate")).toEqual([false]);
  });
});

describe("AWS IAM", () => {
  const arn = "arn:aws:iam::1:role/x";

  it("is a statement of its own among others", () => {
    const statements = parse(`select 'é'; AWS IAM GRANT "App" TO '${arn}'; select 2;`);
    expect(statements.map(({ tag }) => tag)).toEqual(["SelectStmt", "AwsIamStmt", "SelectStmt"]);
    expect(statements[1]?.node).toMatchObject({ isGrant: true, role: "App", arn });
    expect(parse(`aws iam revoke APP from '${arn}'`)[0]?.node).toMatchObject({
      isGrant: false,
      role: "app",
      arn,
    });
  });

  it("says where it is broken", () => {
    const position = (text: string): unknown => {
      try {
        parse(text);
      } catch (error) {
        return (error as { fields: { position: number } }).fields.position;
      }
      return undefined;
    };
    expect(position("aws iam allow app to 'x'")).toBe(9);
    expect(position("select 'é'; aws iam grant app from 'x'")).toBe(31);
    expect(position("aws iam grant app to")).toBe(21);
  });
});
