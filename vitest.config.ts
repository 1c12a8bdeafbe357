import { defineConfig } from "vitest/config";

/** `unit` needs nothing but Node; `e2e` runs against the sandbox, one file after the other since they share a machine. */
export default defineConfig({
  test: {
    env: { PULUMI_ERROR_OUTPUT_STRING: "true" },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/e2e/**"], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
