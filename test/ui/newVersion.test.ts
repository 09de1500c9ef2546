import "./runes.ts";
import { expect, test } from "vitest";
import { offerReload } from "../../src/ui/newVersion.ts";
import { Notices } from "../../src/ui/notices.svelte.ts";

/** A page that is told of a new version, and what it did. */
function makePage(flow?: string) {
  const notices = new Notices();
  const desk = {
    running: flow !== undefined,
    runs: flow === undefined ? [] : [{ flow, state: "Running" }],
    settled: () => ended,
  };
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  let reloads = 0;
  const offer = () =>
    offerReload({ notices, desk } as never, () => (reloads += 1));
  offer();
  return {
    offer,
    shown: () =>
      notices.all.map(({ message, action }) => [message, action?.label]),
    kept: () => notices.all.map(({ stays = false }) => stays),
    press: (label: string) =>
      notices.all.find(({ action }) => action?.label === label)!.action!.run(),
    reloads: () => reloads,
    async endRun() {
      desk.running = false;
      end();
      await ended;
      await Promise.resolve();
    },
  };
}

test("a new version is loaded when somebody says so", () => {
  const page = makePage();
  // It is nowhere else to be found.
  expect(page.kept()).toEqual([true]);
  page.press("New version: reload");
  expect(page.reloads()).toBe(1);
});

test("the next version is offered in the place of the one before", () => {
  const page = makePage();
  page.offer();
  expect(page.shown()).toHaveLength(1);
});

test("during a run it is said that a reload ends that, and the new version is offered again when it is over", async () => {
  const page = makePage("Load");
  page.press("New version: reload");
  expect(page.reloads()).toBe(0);
  expect(page.shown()).toContainEqual([
    expect.stringMatching(/^Load is running, and to load the new version now/),
    "Reload now",
  ]);
  await page.endRun();
  expect(page.shown().at(-1)).toEqual([
    "There is a new version of Flowbook.",
    "New version: reload",
  ]);
  expect(page.shown().map(([, label]) => label)).not.toContain("Reload now");
  page.press("New version: reload");
  expect(page.reloads()).toBe(1);
});

test("a run can be given up for it", () => {
  const page = makePage("Load");
  page.press("New version: reload");
  page.press("Reload now");
  expect(page.reloads()).toBe(1);
});
