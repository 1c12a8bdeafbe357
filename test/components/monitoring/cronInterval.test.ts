import { expect, test } from "vitest";
import { longestIntervalHours } from "../../../components/monitoring/cronInterval.ts";

test.each([
  ["0 18 * * *", 24],
  ["0 6,18 * * *", 12],
  ["0 2,6 * * *", 20],
  ["0 */4 * * *", 4],
  ["0 */5 * * *", 5],
  ["15 * * * *", 1],
  ["0 3 * * 1", 168],
  ["0 3 1 * *", 168],
  ["0 1-5 * * *", 168],
])("%s runs at least every %d hours", (schedule, hours) => {
  expect(longestIntervalHours(schedule)).toBe(hours);
});
