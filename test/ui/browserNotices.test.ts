import { describe, expect, test } from "vitest";
import { BrowserNotices } from "../../src/ui/browserNotices.ts";

const told = (text: string, body = "") =>
  ({ type: "notification", text, body }) as const;

function open(permission?: NotificationPermission, fails = false) {
  const shown: string[] = [];
  const notices: {
    message: string;
    action?: { run: () => void } | undefined;
  }[] = [];
  const asked: number[] = [];
  let now = 0;
  const browser = permission && {
    permission,
    requestPermission: () => {
      asked.push(now);
      return Promise.resolve(permission);
    },
    show(title: string, body: string) {
      if (fails) throw new TypeError("Illegal constructor");
      shown.push(`${title} | ${body}`);
    },
  };
  const host = {
    title: () => "ETL",
    now: () => now,
    notify: (message: string, action?: { label: string; run: () => void }) =>
      void notices.push({ message, action }),
  };
  const browserNotices = new BrowserNotices(browser, host);
  return {
    browserNotices,
    shown,
    notices,
    asked,
    wait: (ms: number) => (now += ms),
  };
}

describe("notifyBrowser on the page", () => {
  test("is a notification of the browser if the reader allowed that, under the notebook's title", () => {
    const { browserNotices, shown, notices } = open("granted");
    browserNotices.take([{ type: "text", text: "x" }, told("Done", "12 rows")]);
    expect(shown).toEqual(["ETL: Done | 12 rows"]);
    expect(notices).toEqual([]);
  });

  test("shows marks that turn the direction of writing, and is not turned by them", () => {
    const granted = open("granted");
    granted.browserNotices.take([told("gpj.\u202eexe", "\u2066x")]);
    expect(granted.shown).toEqual([String.raw`ETL: gpj.\u202eexe | \u2066x`]);
    const denied = open("denied");
    denied.browserNotices.take([told("gpj.\u202eexe", "\u2066x")]);
    expect(denied.notices[0]?.message).toBe(
      String.raw`ETL: gpj.\u202eexe. \u2066x`,
    );
  });

  test("is a notice of the page else, whose button asks the browser", () => {
    const { browserNotices, notices, asked } = open("default");
    browserNotices.take([told("Done")]);
    expect(notices[0]?.message).toBe("ETL: Done");
    expect(asked).toEqual([]);
    notices[0]?.action?.run();
    expect(asked).toHaveLength(1);
  });

  test.each([["denied" as const], [undefined]])(
    "asks nobody who said no or cannot say yes (%s)",
    (permission) => {
      const { browserNotices, notices } = open(permission);
      browserNotices.take([told("Done", "12 rows")]);
      expect(notices).toEqual([
        { message: "ETL: Done. 12 rows", action: undefined },
      ]);
    },
  );

  test("is a notice where the browser refuses to show it", () => {
    const { browserNotices, notices } = open("granted", true);
    browserNotices.take([told("Done")]);
    expect(notices).toHaveLength(1);
  });

  test("is told a few times only, and again after a while", () => {
    const { browserNotices, shown, wait } = open("granted");
    browserNotices.take(Array.from({ length: 20 }, () => told("Again")));
    expect(shown).toHaveLength(3);
    wait(10_000);
    browserNotices.take([told("Again"), told("Again")]);
    expect(shown).toHaveLength(4);
  });
});
