import { defineConfig } from "vitest/config";

const shared = {
  resolve: { conditions: ["firstlight-source"] },
  ssr: { resolve: { conditions: ["firstlight-source"] } },
};

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "test/tidy/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      // Computation alone: files run side by side.
      {
        ...shared,
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          testTimeout: 240_000,
        },
      },
      // Processes, ports and disks: one file at a time.
      {
        ...shared,
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          exclude: ["test/tidy/**", "test/simulation/**", "**/node_modules/**", "**/dist/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
