import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stateIcon, stateLabel, states } from "../../src/views/states.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../src/${path}`, import.meta.url), "utf8");

/** The pairs of colours that a style sheet defines, by variable. */
function pairs(css: string): Map<string, readonly [string, string]> {
  const found = css.matchAll(
    /(--[\w-]+):\s*light-dark\(\s*(#[\da-f]{6})\s*,\s*(#[\da-f]{6})\s*\)/gi,
  );
  return new Map(
    [...found].map(([, name, light, dark]) => [
      name!,
      [light!, dark!] as const,
    ]),
  );
}

type Colour = [number, number, number];

function parse(hex: string): Colour {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Colour;
}

function mix(a: Colour, b: Colour, share: number): Colour {
  return a.map((value, i) => value * share + b[i]! * (1 - share)) as Colour;
}

/** As the accessibility guidelines define it, from 1 to 21. */
function contrast(a: Colour, b: Colour): number {
  const luminance = (colour: Colour): number => {
    const [r, g, b] = colour.map((value) => {
      const c = value / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as Colour;
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

const colours = pairs(read("views/states.css"));
const page = pairs(read("ui/theme.css"));

test.each(states)(
  "%s can be read on a panel, on the ground and on its own tint, in light and in dark",
  (state) => {
    const name = `--state-${state.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`;
    const colour = colours.get(name);
    expect(colour, name).toBeDefined();
    for (const theme of [0, 1] as const) {
      const ink = parse(colour![theme]);
      const paper = parse(page.get("--paper")![theme]);
      const ground = parse(page.get("--ground")![theme]);
      for (const surface of [paper, ground, mix(ink, paper, 0.07)])
        expect(contrast(ink, surface)).toBeGreaterThanOrEqual(4.5);
    }
  },
);

test("every state has a name, a sign of its own and a rule that gives its colour", () => {
  const css = read("views/states.css");
  expect(new Set(states.map(stateIcon)).size).toBe(states.length);
  for (const state of states) {
    expect(stateLabel(state)).not.toBe("");
    expect(css).toContain(`[data-state="${state}"]`);
  }
});
