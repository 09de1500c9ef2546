import { expect, test } from "vitest";
import { placePanel, type Edges } from "../../src/ui/placePanel.ts";

const phone = { width: 390, height: 844 };
/** A button of 60 by 30. */
const at = (left: number, top: number): Edges => ({
  ...{ left, top },
  ...{ right: left + 60, bottom: top + 30 },
});

test("a panel opens below its button where it fits, with the edges that are asked for together", () => {
  const size = { width: 200, height: 300 };
  const button = at(250, 100);
  const below = { top: 134, maxHeight: 702 };
  expect(placePanel(button, size, phone, "end")).toEqual({
    ...{ left: 110, ...below },
  });
  expect(placePanel(at(20, 100), size, phone, "start")).toEqual({
    ...{ left: 20, ...below },
  });
});

test("it opens above where it fits only there, or fits nowhere and there is more room", () => {
  const foot = at(250, 800);
  for (const height of [100, 2000])
    expect(
      placePanel(foot, { width: 200, height }, phone, "end"),
    ).toMatchObject({ bottom: 48, maxHeight: 788 });
});

test("one that fits nowhere opens below where there is as much room, and becomes no higher than that", () => {
  const place = placePanel(
    at(250, 200),
    { width: 200, height: 2000 },
    phone,
    "end",
  );
  expect(place).toMatchObject({ top: 234, maxHeight: 602 });
});

test("it stays within the window at both sides", () => {
  const size = { width: 300, height: 100 };
  expect(placePanel(at(10, 0), size, phone, "end").left).toBe(8);
  expect(placePanel(at(320, 0), size, phone, "start").left).toBe(82);
});
