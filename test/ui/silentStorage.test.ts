import { expect, test } from "vitest";
import { tellSilence } from "../../src/ui/silentStorage.ts";

/** What the page shows in its place when `ask` is asked and, in the end, time has passed. */
async function shown(ask: () => Promise<unknown>, isOpened = false) {
  const titles: string[] = [];
  let ring = (): void => {};
  const telling = tellSilence(
    { showProblem: ({ title }) => void titles.push(title) },
    { now: () => 0, setTimer: (_, call) => ((ring = call), () => {}) },
    ask,
    () => isOpened,
  );
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  ring();
  await telling;
  return titles;
}

test("a storage that never answers is told of", async () => {
  expect(await shown(() => new Promise(() => {}))).toEqual([
    "This browser's storage does not answer",
  ]);
});

test("one that answers is not, whatever it says, nor one that nobody waits for any more", async () => {
  expect(await shown(() => Promise.resolve())).toEqual([]);
  expect(await shown(() => Promise.reject(new Error("denied")))).toEqual([]);
  expect(await shown(() => new Promise(() => {}), true)).toEqual([]);
});
