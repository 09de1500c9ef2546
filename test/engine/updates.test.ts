import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EngineUpdate } from "../../src/engine/services.ts";
import { Updates } from "../../src/engine/updates.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const line = (text: string) => ({
  logs: [{ at: 0, run: "r", node: "n", attempt: 1, level: "info", text }],
});
const display = (n: number, key?: string) => ({
  displays: [
    { node: "n", key, output: { type: "text" as const, text: String(n) } },
  ],
});

function gather(): { updates: Updates; sent: EngineUpdate[] } {
  const sent: EngineUpdate[] = [];
  return { updates: new Updates("r", 3, (update) => sent.push(update)), sent };
}

test("a flood of lines comes to the page in order, in messages of a bounded size, ten a second", () => {
  const { updates, sent } = gather();
  for (let n = 0; n < 23_000; n++) updates.add(line(String(n)) as never);
  vi.advanceTimersByTime(350);
  expect(sent.map(({ logs }) => logs.length)).toEqual([5000, 5000, 5000, 5000]);
  updates.add(line("last") as never);
  updates.flush();
  const texts = sent.flatMap(({ logs }) => logs.map(({ text }) => text));
  expect(texts).toHaveLength(23_001);
  expect(texts.slice(0, 23_000)).toEqual(
    Array.from({ length: 23_000 }, (_, n) => String(n)),
  );
  expect(Math.max(...sent.map(({ logs }) => logs.length))).toBe(5000);
});

test("of a flood of outputs the page gets the newest, and of one key only the last", () => {
  const { updates, sent } = gather();
  for (let n = 0; n < 50_000; n++) updates.add(display(n) as never);
  for (let n = 0; n < 50_000; n++) updates.add(display(n, "chart") as never);
  vi.advanceTimersByTime(1);
  expect(sent).toHaveLength(1);
  const shown = sent[0]!.displays;
  expect(shown).toHaveLength(1000);
  expect(shown.at(-2)!.output).toEqual({ type: "text", text: "49999" });
  expect(shown.at(-1)).toMatchObject({
    key: "chart",
    output: { text: "49999" },
  });
});

test("each message says where its events stand in the run's list", () => {
  const { updates, sent } = gather();
  const event = { type: "cancel-requested", at: 1 } as const;
  updates.add({ events: [event, event] });
  updates.flush();
  updates.add({ progress: {} });
  updates.flush();
  updates.add({ events: [event] });
  updates.flush();
  expect(
    sent.map(({ firstEvent, events }) => [firstEvent, events.length]),
  ).toEqual([
    [3, 2],
    [5, 0],
    [5, 1],
  ]);
});

test("whatever a run does, the page hears of it ten times a second at most", () => {
  const { updates, sent } = gather();
  for (let n = 0; n < 1000; n++) {
    updates.add({ progress: { n: { done: n } as never } });
    vi.advanceTimersByTime(1);
  }
  expect(sent.length).toBeLessThanOrEqual(11);
  updates.flush();
  expect(sent.at(-1)!.progress).toEqual({ n: { done: 999 } });
});
