/** What runs where, and how many files at once; docs/testing.md says what for. */
import { availableParallelism } from "node:os";
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";
import { defineConfig } from "vitest/config";

const shared = {
  resolve: { conditions: ["firstlight-source"] },
  ssr: { resolve: { conditions: ["firstlight-source"] } },
};

const BUILD = /\/packages\/[^/]+\/dist\//u;

/**
 * Of every test and hook: there to end a run that hangs. Nothing is measured by it, so it leaves
 * room for a machine that is many times slower.
 */
const PATIENCE_MILLIS = 400_000;

/** By itself vitest leaves a core to its own process, which has little to do: one of two. */
const CORES = Math.max(2, availableParallelism());

/**
 * Two more than cores, because who starts processes waits for them; and few, because each may have
 * a cluster of eleven processes and 2 GB.
 */
const SYSTEM_WORKERS = Math.min(4, CORES + 2);

/** What takes longest begins first, or one worker ends long after the others. */
const LONGEST: readonly string[] = [
  "test/simulation/sample",
  "test/simulation/",
  "test/cluster/",
  "test/sql/",
  "test/dsql/",
  "test/server/",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((part) => moduleId.includes(part));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  ...shared,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "test/tidy/**/*.test.ts"],
          testTimeout: PATIENCE_MILLIS,
          hookTimeout: PATIENCE_MILLIS,
          maxWorkers: CORES,
          sequence: { groupOrder: 0 },
          // A third of the time went into loading the same modules anew for each file.
          isolate: false,
        },
      },
      // Computation alone, from the build output: half of the time that transformed sources take.
      {
        test: {
          name: "simulation",
          // Young generations of 16 MB: a sixth of the time was their collection.
          execArgv: ["--max-semi-space-size=64"],
          include: ["test/simulation/**/*.test.ts"],
          testTimeout: PATIENCE_MILLIS,
          hookTimeout: PATIENCE_MILLIS,
          maxWorkers: CORES,
          sequence: { groupOrder: 0 },
          server: { deps: { external: [BUILD] } },
        },
      },
      // Processes, ports and disks of their own: they wait more than they compute. What they import
      // comes from the build, as what they start does.
      {
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          exclude: ["test/tidy/**", "test/simulation/**", "**/node_modules/**", "**/dist/**"],
          testTimeout: PATIENCE_MILLIS,
          hookTimeout: PATIENCE_MILLIS,
          maxWorkers: SYSTEM_WORKERS,
          isolate: false,
          sequence: { groupOrder: 1 },
          server: { deps: { external: [BUILD] } },
        },
      },
    ],
  },
});
