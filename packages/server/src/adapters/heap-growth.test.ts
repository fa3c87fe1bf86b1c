/** How large the heap becomes while what is alive in it is replaced again and again. */
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { expect, it } from "vitest";
import { boundHeapGrowth } from "./heap-growth.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const PIECES = 400;
const ROUNDS = 6;

function piece(number: number): unknown {
  return Array.from({ length: 4_000 }, (_, at) => ({ number, at, values: [at] }));
}

it("is some two times what is alive, and young objects, where V8 would let it be four", () => {
  boundHeapGrowth();
  const pieces = Array.from({ length: PIECES }, (_, at) => piece(at));
  collect();
  const alive = process.memoryUsage().heapUsed;
  let most = 0;
  for (let at = 0; at < ROUNDS * PIECES; at++) {
    pieces[at % PIECES] = piece(at);
    most = Math.max(most, process.memoryUsage().heapUsed);
  }
  expect(most / alive).toBeLessThan(3.3);
});
