import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import {
  checkSchedule,
  makeCron,
  makeEvery,
  nextTime,
} from "../../src/core/schedule.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import { describeSchedule } from "../../src/ui/describeSchedule.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function at(text: string): number {
  const time = Date.parse(text);
  expect(time, text).not.toBeNaN();
  return time;
}

/** The next `count` times after a moment, as ISO text to the minute. */
function timesOf(schedule: Schedule, after: string, count: number): string[] {
  const times: string[] = [];
  let time: number | undefined = at(after);
  while (times.length < count) {
    time = nextTime(schedule, time, "UTC");
    if (time === undefined) break;
    times.push(new Date(time).toISOString().replace(":00.000Z", "Z"));
  }
  return times;
}

/** The times within a day of a zone's clocks changing, as that zone's clocks show them: `02:30` or, the second time, `02:30 again`. */
function clockTimes(line: string, timeZone: string, date: string): string[] {
  const schedule = makeCron(line, { timeZone });
  const format = new Intl.DateTimeFormat("sv", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const shown: string[] = [];
  let time = nextTime(schedule, at(`${date}T00:00Z`) - 18 * hour);
  for (; time !== undefined; time = nextTime(schedule, time)) {
    const [today, clock] = format.format(time).split(" ") as [string, string];
    if (today > date) break;
    if (today < date) continue;
    const isAgain = format.format(time - hour).endsWith(clock);
    shown.push(isAgain ? `${clock} again` : clock);
  }
  return shown;
}

function messageOf(make: () => unknown): string {
  let thrown;
  try {
    make();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FlowError);
  expect((thrown as FlowError).code).toBe("invalid-option");
  return (thrown as FlowError).message;
}

describe("every", () => {
  test("counts from midnight UTC", () => {
    expect(timesOf(makeEvery("15m"), "2026-05-31T10:07:30Z", 3)).toEqual([
      "2026-05-31T10:15Z",
      "2026-05-31T10:30Z",
      "2026-05-31T10:45Z",
    ]);
    expect(timesOf(makeEvery("1d"), "2026-05-31T10:07:30Z", 1)).toEqual([
      "2026-06-01T00:00Z",
    ]);
  });

  test("counts from its start, and is not due before", () => {
    const schedule = makeEvery("1h", { start: new Date("2026-05-31T10:20Z") });
    expect(timesOf(schedule, "2026-05-01T00:00Z", 2)).toEqual([
      "2026-05-31T10:20Z",
      "2026-05-31T11:20Z",
    ]);
    expect(timesOf(schedule, "2026-05-31T10:20Z", 1)).toEqual([
      "2026-05-31T11:20Z",
    ]);
  });

  test("is due for the last time at its end", () => {
    const schedule = makeEvery("1h", {
      start: new Date("2026-05-31T10:00Z"),
      end: new Date("2026-05-31T12:00Z"),
    });
    expect(timesOf(schedule, "2026-05-31T09:00Z", 9)).toEqual([
      "2026-05-31T10:00Z",
      "2026-05-31T11:00Z",
      "2026-05-31T12:00Z",
    ]);
  });

  test("may end before it was ever due", () => {
    const schedule = makeEvery("1d", { end: new Date("2026-05-31T12:00Z") });
    expect(timesOf(schedule, "2026-05-31T01:00Z", 1)).toEqual([]);
  });

  test("counts back from 1970 too", () => {
    expect(nextTime(makeEvery("1h"), -1)).toBe(0);
    expect(nextTime(makeEvery("1h"), -hour)).toBe(0);
    expect(nextTime(makeEvery("1h"), -hour - 1)).toBe(-hour);
  });

  test("is whole milliseconds, whatever arithmetic made of them", () => {
    expect(makeEvery("1.1m")).toEqual({ type: "every", interval: 66_000 });
  });

  test("takes parameters for its runs", () => {
    expect(makeEvery(1000, { parameters: { airport: "IAD" } })).toEqual({
      type: "every",
      interval: 1000,
      parameters: { airport: "IAD" },
    });
  });

  test.each([
    [["15 minutes"], `"15 minutes" is not a duration`],
    [[999], "every(999): an interval must be at least 1s."],
    [["0s"], `every("0s"): an interval must be at least 1s.`],
    [
      ["1h", { start: "2026-05-31" }],
      `The start of every(...) is a Date, such as new Date("2026-05-31T06:00:00Z"), not "2026-05-31".`,
    ],
    [["1h", { end: new Date(NaN) }], "not an invalid Date."],
    [
      ["1h", { start: new Date(2000), end: new Date(1000) }],
      `every("1h") ends before it starts`,
    ],
    [
      ["1h", { timeZone: "UTC" }],
      "every(...) has no option timeZone. It has start, end and parameters.",
    ],
    [["1h", "2026-05-31"], "The options of every(...) are an object"],
    [["1h", { parameters: ["IAD"] }], "The parameters of every(...) are an"],
  ] as [unknown[], string][])(
    "every(...%j) is refused, and the error says why",
    ([interval, options], message) => {
      expect(messageOf(() => makeEvery(interval, options))).toContain(message);
    },
  );

  test("is due at the first multiple after any time", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 400 * day }),
        fc.option(fc.integer({ min: 0, max: 1e13 }), { nil: undefined }),
        fc.integer({ min: -1e13, max: 1e13 }),
        (interval, start, after) => {
          const schedule: Schedule = { type: "every", interval };
          if (start !== undefined) schedule.start = start;
          const next = nextTime(schedule, after)!;
          expect(next).toBeGreaterThan(after);
          expect(Math.abs((next - (start ?? 0)) % interval)).toBe(0);
          expect(next - interval <= after || next === start).toBe(true);
        },
      ),
    );
  });
});

describe("cron", () => {
  test.each([
    ["* * * * *", "2026-05-31T10:07Z", "2026-05-31T10:08Z"],
    ["*/15 * * * *", "2026-05-31T10:07Z", "2026-05-31T10:15Z"],
    ["*/15 * * * *", "2026-05-31T23:45Z", "2026-06-01T00:00Z"],
    ["10-20/5 * * * *", "2026-05-31T10:16Z", "2026-05-31T10:20Z"],
    ["10-20/5 * * * *", "2026-05-31T10:20Z", "2026-05-31T11:10Z"],
    ["5,50 3,7 * * *", "2026-05-31T03:05Z", "2026-05-31T03:50Z"],
    ["5,50 3,7 * * *", "2026-05-31T03:50Z", "2026-05-31T07:05Z"],
    ["0 9-17 * * *", "2026-05-31T17:00Z", "2026-06-01T09:00Z"],
    ["0 6 * * 1-5", "2026-05-29T06:00Z", "2026-06-01T06:00Z"],
    ["0 6 * * MON-FRI", "2026-05-29T06:00Z", "2026-06-01T06:00Z"],
    ["0 6 * jan,Jul *", "2026-05-31T00:00Z", "2026-07-01T06:00Z"],
    ["0 6 * JAN-MAR/2 *", "2026-01-31T06:00Z", "2026-03-01T06:00Z"],
    ["0 0 1 1 *", "2026-01-01T00:00Z", "2027-01-01T00:00Z"],
  ])("%s is due after %s at %s", (line, after, next) => {
    expect(timesOf(makeCron(line), after, 1)).toEqual([next]);
  });

  test("is never due at the time it is asked about", () => {
    const schedule = makeCron("0 6 * * *", { timeZone: "UTC" });
    const due = at("2026-05-31T06:00Z");
    expect(nextTime(schedule, due - 1)).toBe(due);
    expect(nextTime(schedule, due - 0.5)).toBe(due);
    expect(nextTime(schedule, due)).toBe(due + day);
    expect(nextTime(schedule, due + 0.5)).toBe(due + day);
  });

  test.each(["0", "7", "SUN", "sun"])("%s is Sunday", (sunday) => {
    expect(
      timesOf(makeCron(`0 0 * * ${sunday}`), "2026-05-27T00:00Z", 2),
    ).toEqual(["2026-05-31T00:00Z", "2026-06-07T00:00Z"]);
  });

  test.each(["6-7", "SAT-SUN", "6-0", "0,6", "SUN,SAT"])(
    "%s is Saturday and Sunday",
    (weekend) => {
      expect(
        timesOf(makeCron(`0 0 * * ${weekend}`), "2026-05-27T00:00Z", 3),
      ).toEqual([
        "2026-05-30T00:00Z",
        "2026-05-31T00:00Z",
        "2026-06-06T00:00Z",
      ]);
    },
  );

  test("a restricted day of the month and a restricted weekday are due on either", () => {
    expect(timesOf(makeCron("0 0 13 * FRI"), "2026-11-07T00:00Z", 4)).toEqual([
      "2026-11-13T00:00Z",
      "2026-11-20T00:00Z",
      "2026-11-27T00:00Z",
      "2026-12-04T00:00Z",
    ]);
    expect(timesOf(makeCron("0 0 1 * MON"), "2026-05-31T12:00Z", 3)).toEqual([
      "2026-06-01T00:00Z",
      "2026-06-08T00:00Z",
      "2026-06-15T00:00Z",
    ]);
  });

  test("a day field with a star is no restriction of its own, so both must fit", () => {
    expect(timesOf(makeCron("0 0 */2 * MON"), "2026-06-01T00:00Z", 2)).toEqual([
      "2026-06-15T00:00Z",
      "2026-06-29T00:00Z",
    ]);
  });

  test("the 31st is left out in shorter months", () => {
    expect(timesOf(makeCron("0 0 31 * *"), "2026-01-31T00:00Z", 3)).toEqual([
      "2026-03-31T00:00Z",
      "2026-05-31T00:00Z",
      "2026-07-31T00:00Z",
    ]);
  });

  test("the end of a month and of a year is followed by the next", () => {
    expect(timesOf(makeCron("59 23 * * *"), "2026-12-30T23:59Z", 2)).toEqual([
      "2026-12-31T23:59Z",
      "2027-01-01T23:59Z",
    ]);
  });

  test("29 February comes in leap years, across a century without one too", () => {
    expect(timesOf(makeCron("0 12 29 2 *"), "2026-01-01T00:00Z", 2)).toEqual([
      "2028-02-29T12:00Z",
      "2032-02-29T12:00Z",
    ]);
    expect(timesOf(makeCron("0 12 29 2 *"), "2096-03-01T00:00Z", 1)).toEqual([
      "2104-02-29T12:00Z",
    ]);
  });

  test("a date on a weekday is found however rare it is", () => {
    const sundays = makeCron("0 0 29 2 */7");
    expect(timesOf(sundays, "2061-01-01T00:00Z", 2)).toEqual([
      "2088-02-29T00:00Z",
      "2128-02-29T00:00Z",
    ]);
  });

  test.each(["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30-31 FEB *"])(
    "%s never comes, and that is known at once",
    (line) => {
      const schedule = makeCron(line, { timeZone: "Europe/Berlin" });
      nextTime(schedule, 0);
      const before = performance.now();
      for (let count = 0; count < 20; count++)
        expect(nextTime(schedule, at("2026-05-31T00:00Z"))).toBeUndefined();
      expect((performance.now() - before) / 20).toBeLessThan(20);
    },
  );

  test("a time beyond what dates can say is never due", () => {
    const cron = makeCron("0 0 1 1 *", { timeZone: "Europe/Berlin" });
    for (const schedule of [cron, makeEvery("7d")]) {
      for (const after of [8.64e15, 8.64e15 - minute, 9e15, NaN])
        expect(nextTime(schedule, after)).toBeUndefined();
      expect(nextTime(schedule, Infinity)).toBeUndefined();
      expect(nextTime(schedule, -8.64e15)).toBeGreaterThan(-8.64e15);
    }
  });

  test("is a line with single spaces, however it was written", () => {
    expect(makeCron("  0 6\t*  * 1-5 ")).toEqual({
      type: "cron",
      line: "0 6 * * 1-5",
    });
  });

  test("keeps its time zone and its parameters", () => {
    expect(
      makeCron("0 6 * * *", {
        timeZone: "Europe/Berlin",
        parameters: { radius: 200 },
      }),
    ).toEqual({
      type: "cron",
      line: "0 6 * * *",
      timeZone: "Europe/Berlin",
      parameters: { radius: 200 },
    });
  });
});

describe("the fields of a cron line", () => {
  test.each([
    ["60 * * * *", "minute", "60", "0 to 59"],
    ["5,61 * * * *", "minute", "61", "0 to 59"],
    ["-5 * * * *", "minute", "-5", "0 to 59"],
    ["1.5 * * * *", "minute", "1.5", "0 to 59"],
    ["1, * * * *", "minute", "", "0 to 59"],
    ["1-2-3 * * * *", "minute", "1-2-3", "0 to 59"],
    ["*-5 * * * *", "minute", "*-5", "0 to 59"],
    ["JAN * * * *", "minute", "JAN", "0 to 59"],
    ["0 24 * * *", "hour", "24", "0 to 23"],
    ["0 0-24 * * *", "hour", "0-24", "0 to 23"],
    ["0 0 0 * *", "day of the month", "0", "1 to 31"],
    ["0 0 32 * *", "day of the month", "32", "1 to 31"],
    ["0 0 L * *", "day of the month", "L", "1 to 31"],
    ["0 0 ? * *", "day of the month", "?", "1 to 31"],
    ["0 0 * 0 *", "month", "0", "1 to 12 or JAN to DEC"],
    ["0 0 * 13 *", "month", "13", "1 to 12 or JAN to DEC"],
    ["0 0 * MAI *", "month", "MAI", "1 to 12 or JAN to DEC"],
    ["0 0 * * 8", "weekday", "8", "0 to 7 (0 and 7 are Sunday) or SUN to SAT"],
    ["0 0 * * JAN", "weekday", "JAN", "0 to 7 (0 and 7 are Sunday)"],
    ["0 0 * * MON#2", "weekday", "MON#2", "0 to 7 (0 and 7 are Sunday)"],
  ])(
    "%s is refused for its field, its value and what is allowed",
    (line, field, value, takes) => {
      const message = messageOf(() => makeCron(line));
      expect(message).toContain(
        `The ${field} of the cron line "${line}" cannot be "${value}".`,
      );
      expect(message).toContain(`It takes ${takes}`);
      expect(message).toContain("a range (1-5) or a step (*/2, 1-5/2)");
    },
  );

  test.each([
    ["0 22-2 * * *", `"22-2", which ends before it begins. Write 22-23,0-2.`],
    ["0 0 * * FRI-MON", `which ends before it begins. Write 5-7,0-1.`],
    ["5/10 * * * *", `"5/10", a step of one number. Write 5-59/10.`],
    ["*/0 * * * *", `a step of the minute is a whole number from 1 to 59.`],
    ["*/90 * * * *", `a step of the minute is a whole number from 1 to 59.`],
    ["0 */x * * *", `a step of the hour is a whole number from 1 to 23.`],
    ["0 0-5/ * * *", `a step of the hour is a whole number from 1 to 23.`],
  ])("%s is refused with what to write instead", (line, message) => {
    expect(messageOf(() => makeCron(line))).toContain(message);
  });

  test("what an error says to write is taken", () => {
    for (const line of [
      "0 22-23,0-2 * * *",
      "0 0 * * 5-7,0-1",
      "5-59/10 * * * *",
    ])
      expect(makeCron(line)).toEqual({ type: "cron", line });
  });

  test.each([
    ["0 6 * *", `"0 6 * *" has 4.`],
    ["0 0 6 * * *", `"0 0 6 * * *" has 6.`],
    ["@daily", `"@daily" is none.`],
    ["", `"" is none.`],
    [undefined, "undefined is none."],
    [15, "15 is none."],
  ])("%j is refused, because a line has five fields", (line, message) => {
    const text = messageOf(() => makeCron(line));
    expect(text).toContain(
      `five fields, minute, hour, day of the month, month and weekday, such as "0 6 * * 1-5"`,
    );
    expect(text).toContain(message);
  });

  test.each(["Europe/Bonn", "", 2, null, {}])(
    "the time zone %j is refused with names that are right",
    (timeZone) => {
      const message = messageOf(() => makeCron("0 6 * * *", { timeZone }));
      expect(message).toContain(
        `such as "Europe/Berlin", "America/New_York" or "UTC", not ${JSON.stringify(timeZone)}.`,
      );
    },
  );

  test("an option that cron does not have is refused", () => {
    expect(messageOf(() => makeCron("0 6 * * *", { timezone: "UTC" }))).toBe(
      "cron(...) has no option timezone. It has timeZone and parameters.",
    );
  });
});

describe("time zones", () => {
  test("a line means the clocks of its zone, in summer and in winter", () => {
    const schedule = makeCron("0 6 * * *", { timeZone: "Europe/Berlin" });
    expect(timesOf(schedule, "2026-07-01T12:00Z", 1)).toEqual([
      "2026-07-02T04:00Z",
    ]);
    expect(timesOf(schedule, "2026-12-01T12:00Z", 1)).toEqual([
      "2026-12-02T05:00Z",
    ]);
  });

  test("half hours count", () => {
    const schedule = makeCron("0 6 * * *", { timeZone: "Asia/Kolkata" });
    expect(timesOf(schedule, "2026-05-31T00:00Z", 2)).toEqual([
      "2026-05-31T00:30Z",
      "2026-06-01T00:30Z",
    ]);
    expect(
      timesOf(
        makeCron("0 * * * *", { timeZone: "Asia/Kathmandu" }),
        "2026-05-31T00:00Z",
        1,
      ),
    ).toEqual(["2026-05-31T00:15Z"]);
  });

  test("days and weekdays are those of the zone", () => {
    const schedule = makeCron("0 8 1 * *", { timeZone: "Pacific/Auckland" });
    expect(timesOf(schedule, "2026-05-15T00:00Z", 1)).toEqual([
      "2026-05-31T20:00Z",
    ]);
    const monday = makeCron("0 20 * * MON", { timeZone: "America/New_York" });
    expect(timesOf(monday, "2026-05-31T00:00Z", 1)).toEqual([
      "2026-06-02T00:00Z",
    ]);
  });

  test("a line without a zone means the reader's", () => {
    const schedule = makeCron("0 6 * * *");
    const after = at("2026-05-31T12:00Z");
    expect(nextTime(schedule, after, "Asia/Tokyo")).toBe(
      at("2026-05-31T21:00Z"),
    );
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    expect(nextTime(schedule, after)).toBe(nextTime(schedule, after, timeZone));
  });

  test("a zone of its own goes before the reader's", () => {
    const schedule = makeCron("0 6 * * *", { timeZone: "UTC" });
    expect(nextTime(schedule, at("2026-05-31T12:00Z"), "Asia/Tokyo")).toBe(
      at("2026-06-01T06:00Z"),
    );
  });

  test.each([
    // 2:00 to 3:00 is left out
    ["Europe/Berlin", "2026-03-29", "30 2 * * *", ["03:00"]],
    ["Europe/Berlin", "2026-03-29", "0,30 2 * * *", ["03:00"]],
    ["Europe/Berlin", "2026-03-29", "*/15 2 * * *", ["03:00"]],
    ["Europe/Berlin", "2026-03-29", "30 1 * * *", ["01:30"]],
    ["Europe/Berlin", "2026-03-29", "0 3 * * *", ["03:00"]],
    ["Europe/Berlin", "2026-03-29", "0 2,3 * * *", ["03:00"]],
    [
      "Europe/Berlin",
      "2026-03-29",
      "30 1-3 * * *",
      ["01:30", "03:00", "03:30"],
    ],
    [
      "Europe/Berlin",
      "2026-03-29",
      "0 */2 * * *",
      "00 03 04 06 08 10 12 14 16 18 20 22".split(" ").map((at) => `${at}:00`),
    ],
    ["America/New_York", "2026-03-08", "30 2 * * *", ["03:00"]],
    [
      "America/New_York",
      "2026-03-08",
      "15 1-3 * * *",
      ["01:15", "03:00", "03:15"],
    ],
    // half an hour only, from 2:00
    ["Australia/Lord_Howe", "2026-10-04", "15 2 * * *", ["02:30"]],
    ["Australia/Lord_Howe", "2026-10-04", "45 2 * * *", ["02:45"]],
    // midnight itself is left out
    ["Africa/Cairo", "2026-04-24", "0 0 * * *", ["01:00"]],
    // 2:00 to 3:00 comes twice
    ["Europe/Berlin", "2026-10-25", "30 2 * * *", ["02:30"]],
    [
      "Europe/Berlin",
      "2026-10-25",
      "30 1-3 * * *",
      ["01:30", "02:30", "03:30"],
    ],
    ["Europe/Berlin", "2026-10-25", "0 3 * * *", ["03:00"]],
    [
      "Europe/Berlin",
      "2026-10-25",
      "*/30 2 * * *",
      ["02:00", "02:30", "02:00 again", "02:30 again"],
    ],
    // 1:00 to 2:00 comes twice
    ["America/New_York", "2026-11-01", "30 1 * * *", ["01:30"]],
    ["America/New_York", "2026-11-01", "0 1,2 * * *", ["01:00", "02:00"]],
    [
      "America/New_York",
      "2026-11-01",
      "*/30 1 * * *",
      ["01:00", "01:30", "01:00 again", "01:30 again"],
    ],
  ])("in %s on %s, %s is due at %j", (timeZone, date, line, times) => {
    expect(clockTimes(line, timeZone, date)).toEqual(times);
  });

  test.each([
    ["Europe/Berlin", "2026-03-29", 23],
    ["Europe/Berlin", "2026-10-25", 25],
    ["America/New_York", "2026-03-08", 23],
    ["America/New_York", "2026-11-01", 25],
  ])(
    "a line of every hour keeps its rhythm in %s on %s",
    (timeZone, date, count) => {
      for (const line of ["30 * * * *", "0 * * * *", "0 0-23 * * *"]) {
        const schedule = makeCron(line, { timeZone });
        expect(clockTimes(line, timeZone, date)).toHaveLength(count);
        let last = nextTime(schedule, at(`${date}T00:00Z`) - 6 * hour)!;
        for (let number = 0; number < 30; number++) {
          const next = nextTime(schedule, last)!;
          expect(next - last).toBe(hour);
          last = next;
        }
      }
    },
  );

  test("a line that skips the second 2:30 goes on with the next day, from wherever it is asked", () => {
    const schedule = makeCron("30 2 * * *", { timeZone: "Europe/Berlin" });
    const first = at("2026-10-25T00:30Z");
    const next = at("2026-10-26T01:30Z");
    expect(nextTime(schedule, first - 1)).toBe(first);
    for (const minutes of [0, 1, 29, 30, 59, 60, 61, 89, 90, 91, 1000])
      expect(nextTime(schedule, first + minutes * minute)).toBe(next);
  });

  test("the end of a gap is due until it has come", () => {
    const schedule = makeCron("30 2 * * *", { timeZone: "Europe/Berlin" });
    const end = at("2026-03-29T01:00Z");
    for (const before of [1, minute, 30 * minute, 20 * hour])
      expect(nextTime(schedule, end - before)).toBe(end);
    expect(nextTime(schedule, end)).toBe(at("2026-03-30T00:30Z"));
  });

  test("a second time is not missed when the line is next due a year later", () => {
    const schedule = makeCron("*/30 2 25 10 *", { timeZone: "Europe/Berlin" });
    expect(timesOf(schedule, "2026-10-25T00:30Z", 3)).toEqual([
      "2026-10-25T01:00Z",
      "2026-10-25T01:30Z",
      "2027-10-25T00:00Z",
    ]);
  });

  test("a day that a zone left out is made up for once", () => {
    const schedule = makeCron("0 12 * * *", { timeZone: "Pacific/Apia" });
    expect(timesOf(schedule, "2011-12-29T21:00Z", 3)).toEqual([
      "2011-12-29T22:00Z",
      "2011-12-30T10:00Z",
      "2011-12-30T22:00Z",
    ]);
  });
});

/** The fields of random lines, with the numbers that they mean. */
function fieldOf(min: number, max: number): fc.Arbitrary<[string, number[]]> {
  const all = Array.from({ length: max - min + 1 }, (_, at) => min + at);
  const value = fc.integer({ min, max });
  const step = fc.integer({ min: 1, max: max - min });
  const every = (step: number, from: number, to: number) =>
    all.filter((at) => at >= from && at <= to && (at - from) % step === 0);
  const part = fc.oneof(
    value.map((at): [string, number[]] => [`${at}`, [at]]),
    fc
      .tuple(value, value, fc.option(step))
      .map(([one, other, step]): [string, number[]] => {
        const from = Math.min(one, other);
        const to = Math.max(one, other);
        return [
          `${from}-${to}${step ? `/${step}` : ""}`,
          every(step ?? 1, from, to),
        ];
      }),
    step.map((step): [string, number[]] => [
      `*/${step}`,
      every(step, min, max),
    ]),
  );
  return fc.oneof(
    fc.constant<[string, number[]]>(["*", all]),
    fc
      .array(part, { minLength: 1, maxLength: 3 })
      .map((parts): [string, number[]] => [
        parts.map(([text]) => text).join(","),
        parts.flatMap(([, values]) => values),
      ]),
  );
}

const lines = fc
  .tuple(
    fieldOf(0, 59),
    fieldOf(0, 23),
    fieldOf(1, 31),
    fieldOf(1, 12),
    fieldOf(0, 7),
  )
  .map((fields) => ({
    text: fields.map(([text]) => text).join(" "),
    /** Whether clocks that show this, counted as UTC, match the line. */
    matches(wall: number): boolean {
      const date = new Date(wall);
      const [minutes, hours, days, months, weekdays] = fields.map(
        ([, values]) => values,
      ) as [number[], number[], number[], number[], number[]];
      const isDay = days.includes(date.getUTCDate());
      const isWeekday =
        weekdays.includes(date.getUTCDay()) ||
        (date.getUTCDay() === 0 && weekdays.includes(7));
      const isRestricted = [2, 4].every((at) => !fields[at]![0].includes("*"));
      return (
        minutes.includes(date.getUTCMinutes()) &&
        hours.includes(date.getUTCHours()) &&
        months.includes(date.getUTCMonth() + 1) &&
        (isRestricted ? isDay || isWeekday : isDay && isWeekday)
      );
    },
    isHourly: new Set(fields[1][1]).size === 24,
    isRhythm:
      /[*/]/.test(`${fields[0][0]}${fields[1][0]}`) ||
      new Set(fields[0][1]).size === 60 ||
      new Set(fields[1][1]).size === 24,
  }));

const moments = fc.integer({
  min: Date.UTC(1971, 0),
  max: Date.UTC(2150, 0),
});

describe("any cron line", () => {
  test("is due after the time, where the clocks match it, and not earlier", () => {
    fc.assert(
      fc.property(lines, moments, (line, after) => {
        const schedule = makeCron(line.text, { timeZone: "UTC" });
        const next = nextTime(schedule, after);
        let end = after + 2 * day;
        if (next !== undefined) {
          expect(next).toBeGreaterThan(after);
          expect(next % minute).toBe(0);
          expect(line.matches(next)).toBe(true);
          end = Math.min(end, next);
        }
        const first = (Math.floor(after / minute) + 1) * minute;
        let missed: number | undefined;
        for (let time = first; time < end; time += minute)
          if (line.matches(time)) missed ??= time;
        expect(missed, line.text).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test("follows the rules where clocks change, as a walk through every minute does", () => {
    const changes = fc.constantFrom(
      ["Europe/Berlin", "2026-03-29T01:00Z"],
      ["Europe/Berlin", "2026-10-25T01:00Z"],
      ["America/New_York", "2026-03-08T07:00Z"],
      ["America/New_York", "2026-11-01T06:00Z"],
      ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
      ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
      ["Pacific/Apia", "2011-12-30T10:00Z"],
    ) as fc.Arbitrary<[string, string]>;
    const walks = new Map<string, { time: number; wall: number }[]>();
    fc.assert(
      fc.property(
        lines,
        changes,
        fc.integer({ min: -30 * 60, max: 30 * 60 }),
        (line, [timeZone, change], minutes) => {
          const center = at(change);
          const after = center + minutes * minute;
          let walk = walks.get(timeZone + change);
          if (!walk) {
            walk = walkMinutes(timeZone, center - 3 * day, center + 4 * day);
            walks.set(timeZone + change, walk);
          }
          const due = dueTimes(walk, line).find((time) => time > after);
          const schedule = makeCron(line.text, { timeZone });
          const next = nextTime(schedule, after);
          if (due !== undefined) expect(next, line.text).toBe(due);
          else if (next !== undefined)
            expect(next).toBeGreaterThanOrEqual(center + 4 * day);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("can be described", () => {
    fc.assert(
      fc.property(lines, ({ text }) => {
        const words = describeSchedule(makeCron(text));
        expect(words === `cron ${text}` || /^(at|every) /.test(words)).toBe(
          true,
        );
        expect(words).not.toMatch(/undefined|NaN| {2}|\s$/);
      }),
    );
  });

  test("is found in less than a millisecond", () => {
    const schedules = [
      "* * * * *",
      "*/15 9-17 * * 1-5",
      "0 6 1 1 *",
      "0 0 29 2 *",
    ].map((line) => makeCron(line, { timeZone: "America/New_York" }));
    const started = at("2026-05-31T12:00Z");
    const run = () => {
      for (const schedule of schedules)
        for (let count = 0; count < 50; count++)
          nextTime(schedule, started + count * 5 * day);
    };
    run();
    const before = performance.now();
    run();
    const each = (performance.now() - before) / (50 * schedules.length);
    // Ten times what is promised, for a machine with other things to do.
    expect(each).toBeLessThan(10);
  });
});

/** Every minute between two times, with what the clocks of a zone show, counted as UTC. */
function walkMinutes(timeZone: string, from: number, to: number) {
  const format = new Intl.DateTimeFormat("sv", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const walk: { time: number; wall: number }[] = [];
  for (let time = from; time < to; time += minute)
    walk.push({
      time,
      wall: Date.parse(`${format.format(time).replace(" ", "T")}Z`),
    });
  return walk;
}

function dueTimes(
  walk: { time: number; wall: number }[],
  line: {
    matches(wall: number): boolean;
    isHourly: boolean;
    isRhythm: boolean;
  },
): number[] {
  const due: number[] = [];
  let latest = walk[0]!.wall - minute;
  for (const { time, wall } of walk) {
    let isDue = line.matches(wall) && (wall > latest || line.isRhythm);
    if (!line.isHourly)
      for (let left = latest + minute; left < wall; left += minute)
        isDue ||= line.matches(left);
    if (isDue) due.push(time);
    latest = Math.max(latest, wall);
  }
  return due;
}

describe("a schedule from a sandbox", () => {
  test.each([
    makeEvery("15m"),
    makeEvery(1000, {
      start: new Date(0),
      end: new Date(5000),
      parameters: { airport: "IAD", since: new Date(0) },
    }),
    makeCron("0 6 * * 1-5"),
    makeCron("0 6 * * 1-5", {
      timeZone: "Europe/Berlin",
      parameters: { list: [1] },
    }),
  ])("%j is one, and comes through as it is", (schedule) => {
    const copy = structuredClone(schedule);
    expect(checkSchedule(copy)).toEqual(schedule);
    expect(checkSchedule(copy)).not.toBe(copy);
  });

  test("has no keys but its own, and none that are undefined", () => {
    const schedule = { type: "every", interval: 1000, start: undefined };
    expect(Object.keys(checkSchedule(schedule)!)).toEqual(["type", "interval"]);
  });

  test.each([
    undefined,
    null,
    0,
    "every",
    [],
    {},
    { type: "daily" },
    { type: "every" },
    { type: "every", interval: "15m" },
    { type: "every", interval: 999 },
    { type: "every", interval: 1000.5 },
    { type: "every", interval: Infinity },
    { type: "every", interval: NaN },
    { type: "every", interval: 1e300 },
    { type: "every", interval: 1000, start: "2026-05-31" },
    { type: "every", interval: 1000, start: new Date(0) },
    { type: "every", interval: 1000, start: 1e17 },
    { type: "every", interval: 1000, start: 2, end: 1 },
    { type: "every", interval: 1000, line: "* * * * *" },
    { type: "every", interval: 1000, parameters: [1] },
    { type: "every", interval: 1000, parameters: null },
    { type: "cron" },
    { type: "cron", line: "* * * *" },
    { type: "cron", line: ["* * * * *"] },
    { type: "cron", line: "* * * * 9" },
    { type: "cron", line: "* * * * *", timeZone: "Europe/Bonn" },
    { type: "cron", line: "* * * * *", timeZone: null },
    { type: "cron", line: "* * * * *", interval: 1000 },
  ])("%j is none", (value) => {
    expect(checkSchedule(value)).toBeUndefined();
  });

  test("cannot throw, whatever it is", () => {
    const trap = new Proxy(
      {},
      {
        get() {
          throw new Error("trap");
        },
        ownKeys() {
          throw new Error("trap");
        },
      },
    );
    expect(checkSchedule(trap)).toBeUndefined();
    expect(
      checkSchedule({ type: "every", interval: 1000, parameters: trap }),
    ).toBeUndefined();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ withBigInt: true, withDate: true, withMap: true }),
          fc.record({
            type: fc.constantFrom("every", "cron"),
            interval: fc.anything(),
            line: fc.anything(),
          }),
          fc.record({ type: fc.constant("cron"), line: fc.string() }),
        ),
        (value) => {
          const schedule = checkSchedule(value);
          if (schedule) nextTime(schedule, 0);
        },
      ),
    );
  });
});

test.each([
  [makeEvery("1s"), "every second"],
  [makeEvery(1500), "every 1.5 seconds"],
  [makeEvery("15m"), "every 15 minutes"],
  [makeEvery("1h"), "every hour"],
  [makeEvery("90m"), "every 90 minutes"],
  [makeEvery("1d"), "every day"],
  [makeEvery("2d"), "every 2 days"],
  [
    makeEvery("1h", {
      start: new Date("2026-05-31T12:00Z"),
      end: new Date("2026-06-30T12:00Z"),
    }),
    "every hour from 2026-05-31 12:00:00 UTC until 2026-06-30 12:00:00 UTC",
  ],
  [
    makeCron("0 6 * * 1-5", { timeZone: "Europe/Berlin" }),
    "at 06:00 on weekdays (Europe/Berlin)",
  ],
  [makeCron("* * * * *"), "every minute"],
  [makeCron("*/15 * * * *"), "every 15 minutes"],
  [makeCron("0,30 * * * *"), "every 30 minutes"],
  [makeCron("*/15 * * * 1-5"), "every 15 minutes on weekdays"],
  [
    makeCron("*/15 9-17 * * *", { timeZone: "UTC" }),
    "every 15 minutes from 09:00 to 17:45 (UTC)",
  ],
  [makeCron("*/15 2 * * *"), "every 15 minutes from 02:00 to 02:45"],
  [makeCron("0 * * * *"), "every hour"],
  [makeCron("5 * * * SUN"), "every hour at minute 5 on Sundays"],
  [makeCron("0 * * 6 *"), "every hour in June"],
  [makeCron("30 9-17 * * *"), "every hour from 09:30 to 17:30"],
  [makeCron("0 */2 * * *"), "every 2 hours"],
  [makeCron("15 */6 * * *"), "every 6 hours from 00:15 to 18:15"],
  [makeCron("0 */12 * * *"), "at 00:00 and 12:00 every day"],
  [makeCron("5 6,7,8 * * *"), "at 06:05, 07:05 and 08:05 every day"],
  [makeCron("0 6 * 6,7 *"), "at 06:00 every day in June and July"],
  [
    makeCron("0 6 * * SUN,WED,MON"),
    "at 06:00 on Mondays, Wednesdays and Sundays",
  ],
  [makeCron("0 6 * 1 1-5"), "at 06:00 on weekdays in January"],
  [
    makeCron("0 6 1,22,13 * *"),
    "at 06:00 on the 1st, 13th and 22nd of every month",
  ],
  [makeCron("0 6 1 1 *"), "at 06:00 on the 1st of January"],
  [makeCron("0 6 1-31 * MON"), "at 06:00 every day"],
  [makeCron("0 6 * * 0-6"), "at 06:00 every day"],
  [makeCron("0 6 13 * FRI"), "cron 0 6 13 * FRI"],
  [makeCron("0 6 */2 * MON"), "cron 0 6 */2 * MON"],
  [makeCron("*/25 * * * *"), "cron */25 * * * *"],
  [makeCron("5-59/15 * * * *"), "cron 5-59/15 * * * *"],
  [makeCron("*/15 1,5 * * *"), "cron */15 1,5 * * *"],
  [makeCron("7 3 1-9 * *", { timeZone: "UTC" }), "cron 7 3 1-9 * * (UTC)"],
] as [Schedule, string][])("%j reads as %s", (schedule, words) => {
  expect(describeSchedule(schedule)).toBe(words);
});
