/** Long lists whose treatment is left between items, and begun anew. */
import { expect, it } from "vitest";
import { allInSteps, atOneGo, ListSteps, ListUnfinished, mapInSteps } from "./list-steps.ts";

interface Item {
  readonly value: number;
}

const ITEMS: readonly Item[] = Array.from({ length: 400 }, (_, value) => ({ value }));

/** How often `work` is begun until it ends. */
function attempts<T>(
  work: () => T,
  overdue = true,
): { readonly result: T; readonly count: number } {
  const steps = new ListSteps({ overdue: () => overdue });
  for (let count = 1; ; count++) {
    try {
      return { result: steps.run(work), count };
    } catch (error) {
      if (!(error instanceof ListUnfinished)) throw error;
    }
  }
}

it("treats each item once, however often it is left", () => {
  let treated = 0;
  const { result, count } = attempts(() =>
    mapInSteps("test", ITEMS, ({ value }) => {
      treated++;
      return value * 2;
    }),
  );
  expect(result).toEqual(ITEMS.map(({ value }) => value * 2));
  expect(treated).toBe(ITEMS.length);
  expect(count).toBeGreaterThan(4);
  expect(count).toBeLessThan(20);
});

it("is left by nobody who has time", () => {
  expect(attempts(() => mapInSteps("test", ITEMS, (item) => item), false).count).toBe(1);
});

it("tells apart what is done with the same list at several places", () => {
  const { result } = attempts(() => [
    mapInSteps("sum", ITEMS, ({ value }) => value + 1),
    mapInSteps("product", ITEMS, ({ value }) => value * 3),
    mapInSteps("sum", ITEMS, ({ value }) => value + 2),
  ]);
  expect(result.map((each) => each[399])).toEqual([400, 1197, 401]);
});

it("ends though the list is another one each time", () => {
  const { result } = attempts(() =>
    mapInSteps(
      "copies",
      ITEMS.map((item) => ({ ...item })),
      ({ value }) => value,
    ),
  );
  expect(result).toHaveLength(ITEMS.length);
});

it("stops where nothing comes of an item", () => {
  let treated = 0;
  const { result } = attempts(() =>
    allInSteps("all", ITEMS, ({ value }) => {
      treated++;
      return value < 100 ? { value } : undefined;
    }),
  );
  expect(result).toBeUndefined();
  expect(treated).toBe(101);
});

it("is begun anew though somebody kept the exception to himself", () => {
  const { result, count } = attempts(() => {
    try {
      return mapInSteps("caught", ITEMS, ({ value }) => value).length;
    } catch {
      return 0;
    }
  });
  expect(result).toBe(ITEMS.length);
  expect(count).toBeGreaterThan(1);
});

it("raises an error of an item each time", () => {
  const fails = (): readonly Item[] =>
    mapInSteps("fails", ITEMS, (item) => {
      if (item.value === 300) throw new RangeError("three hundred");
      return item;
    });
  expect(() => attempts(fails)).toThrow("three hundred");
});

it("leaves nothing that is done at one go", () => {
  const { count } = attempts(() => atOneGo(() => mapInSteps("go", ITEMS, (item) => item)));
  expect(count).toBe(1);
});
