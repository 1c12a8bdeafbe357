import { defineConfig } from "vitest/config";

const slow = { testTimeout: 300_000, hookTimeout: 600_000, fileParallelism: false };

/**
 * `unit` needs nothing but Node. `e2e` runs against a sandbox of its own, one file after the other since they share it.
 * `aws` brings up the whole of qa and prod, each in one of its own. `host` makes its own too, and needs root and Debian packages;
 * test/groups.ts lists them.
 */
export default defineConfig({
  test: {
    env: { PULUMI_ERROR_OUTPUT_STRING: "true" },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/e2e/**"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      { extends: true, test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], exclude: ["test/e2e/host/**", "test/e2e/aws/**"], globalSetup: "test/support/sharedSandbox.ts", ...slow } },
      { extends: true, test: { name: "aws", include: ["test/e2e/aws/**/*.test.ts"], ...slow, testTimeout: 900_000 } },
      { extends: true, test: { name: "host", include: ["test/e2e/host/**/*.test.ts"], ...slow } },
    ],
  },
});
