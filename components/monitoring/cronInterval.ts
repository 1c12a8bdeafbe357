const HOURS_A_DAY = 24;
const HOURS_A_WEEK = 7 * HOURS_A_DAY;

/** Hours of the day that a cron field names: `18`, `6,18`, `*` or a step such as every fourth. */
function hoursOf(field: string): readonly number[] {
  const every = Array.from({ length: HOURS_A_DAY }, (_, hour) => hour);
  const step = /^\*(?:\/(\d+))?$/.exec(field);
  if (step !== null) return every.filter((hour) => hour % Number(step[1] ?? 1) === 0);
  return field
    .split(",")
    .map(Number)
    .filter((hour) => every.includes(hour))
    .toSorted((a, b) => a - b);
}

/**
 * The longest time between two runs of a cron schedule, in hours. A schedule that names days, or hours in a form that
 * is not read here, counts as weekly: an alert that comes late is better than one that comes for nothing.
 */
export function longestIntervalHours(schedule: string): number {
  const [, hourField = "", day, month, weekday] = schedule.trim().split(/\s+/);
  const hours = hoursOf(hourField);
  const [first] = hours;
  if (first === undefined || [day, month, weekday].some((field) => field !== "*")) return HOURS_A_WEEK;
  const next = [...hours.slice(1), first + HOURS_A_DAY];
  return Math.max(...hours.map((hour, index) => (next[index] ?? hour) - hour));
}
