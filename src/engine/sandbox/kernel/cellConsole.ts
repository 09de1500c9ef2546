import type { LogLevel } from "../../protocol.ts";

/** `console` for cells: everything becomes a line of the task run's log. */
export function makeConsole(
  log: (level: LogLevel, values: readonly unknown[]) => void,
  now: () => number,
): Record<string, unknown> {
  const at =
    (level: LogLevel) =>
    (...values: unknown[]) =>
      log(level, values);
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  const elapsed = (label: string) =>
    `${label}: ${now() - (timers.get(label) ?? now())} ms`;
  const nothing = () => {};
  return {
    log: at("info"),
    info: at("info"),
    debug: at("debug"),
    warn: at("warning"),
    error: at("error"),
    trace: at("debug"),
    table: (value: unknown) => log("info", [value]),
    dir: (value: unknown) => log("info", [value]),
    dirxml: (value: unknown) => log("info", [value]),
    group: at("info"),
    groupCollapsed: at("info"),
    groupEnd: nothing,
    clear: nothing,
    assert: (condition: unknown, ...values: unknown[]) => {
      if (!condition) log("error", ["Assertion failed:", ...values]);
    },
    count: (label = "default") => {
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      log("info", [`${label}: ${count}`]);
    },
    countReset: (label = "default") => counts.delete(label),
    time: (label = "default") => timers.set(label, now()),
    timeLog: (label = "default", ...values: unknown[]) =>
      log("info", [elapsed(label), ...values]),
    timeEnd: (label = "default") => {
      log("info", [elapsed(label)]);
      timers.delete(label);
    },
  };
}
