/** Everyone can use every view: axe finds nothing to complain of, in either theme. */
import axe from "axe-core";
import type { Page } from "@playwright/test";
import { openShowcase, views } from "../../scripts/views.mjs";
import { expect, openApp, test } from "./fixture.ts";

/**
 * What axe holds against a part of the page, a line for each element; only against its colours if `rules` says so. What notebooks
 * put into their frames is theirs.
 */
function violationsOf(
  page: Page,
  part: string,
  rules: readonly string[] = [],
): Promise<string[]> {
  return page.evaluate(
    async ({ part, rules }) => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      // Colours that are still on their way to others are nobody's.
      await Promise.allSettled(
        document.getAnimations().map(({ finished }) => finished),
      );
      const { violations } = await axe.run(
        { include: [part], exclude: ["iframe"] },
        {
          iframes: false,
          resultTypes: ["violations"],
          ...(rules.length > 0 ? { runOnly: rules } : {}),
        },
      );
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary }) =>
            `${id} at ${target.join(" ")}: ${failureSummary ?? ""}`,
        ),
      );
    },
    { part, rules: [...rules] },
  );
}

test("axe finds no violation on any view, in light and in dark", async ({
  page,
}) => {
  test.slow();
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await openApp(page);
  await page.evaluate(axe.source);
  const found: Record<string, string[]> = {};
  const look = async (name: string, part: string): Promise<void> => {
    const inLight = await violationsOf(page, part);
    // All that a theme changes is colours.
    await page.emulateMedia({ colorScheme: "dark" });
    const inDark = await violationsOf(page, part, ["color-contrast"]);
    await page.emulateMedia({ colorScheme: "light" });
    if (inLight.length > 0) found[name] = inLight;
    if (inDark.length > 0) found[`${name} in dark`] = inDark;
  };
  await page.evaluate(() => window.flowbook.graph());
  await look("first visit", "html");
  await openShowcase(page);
  await look("notebook", "html");
  for (const view of views) {
    await view.show(page);
    await look(view.name, view.part ?? "aside");
    await view.leave?.(page);
  }
  expect(found).toEqual({});
});
