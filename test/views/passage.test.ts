import fc from "fast-check";
import { expect, test } from "vitest";
import { Passage } from "../../src/views/passage.ts";

const night = 10 * 3_600_000;

test("a night takes a tenth of the room of what was worked", () => {
  const passage = new Passage(0, 1000 + night, [
    { from: 600, to: 600 + night },
  ]);
  expect(passage.worked).toBe(1000);
  expect(passage.corners()).toEqual([
    { time: 0, at: 0 },
    { time: 600, at: 600 },
    { time: 600 + night, at: 700 },
    { time: 1000 + night, at: 1100 },
  ]);
  expect(passage.timeAfter(600)).toBe(600);
  expect(passage.timeAfter(601)).toBe(601 + night);
  expect(passage.workedAt(600 + night / 2)).toBe(600);
});

test("a short rest takes the room that it took, and one outside none", () => {
  const passage = new Passage(100, 1100, [
    { from: 0, to: 90 },
    { from: 50, to: 120 },
    { from: 500, to: 510 },
    { from: 2000, to: 3000 },
  ]);
  expect(passage.rests).toEqual([
    { from: 100, to: 120 },
    { from: 500, to: 510 },
  ]);
  expect(passage.corners().at(-1)).toEqual({ time: 1100, at: 1000 });
});

test("time goes on from left to right, and comes back from what was worked", () => {
  const gaps = fc.array(fc.tuple(fc.nat(1000), fc.nat(100_000)), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(gaps, fc.nat(5000), (list, last) => {
      let time = 0;
      const rests = list.map(([worked, rested]) => {
        const from = time + worked;
        time = from + rested;
        return { from, to: time };
      });
      const passage = new Passage(0, time + last, rests);
      const corners = passage.corners();
      corners.slice(1).forEach((corner, index) => {
        expect(corner.time).toBeGreaterThan(corners[index]!.time);
        expect(corner.at).toBeGreaterThan(corners[index]!.at);
      });
      for (let worked = 0; worked <= passage.worked; worked += 97)
        expect(passage.workedAt(passage.timeAfter(worked))).toBe(worked);
    }),
  );
});
