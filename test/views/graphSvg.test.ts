import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Parser } from "htmlparser2";
import { expect, test } from "vitest";
import { states } from "../../src/views/states.ts";
import type {
  GraphModel,
  GraphModelNode,
} from "../../src/views/graph/graphModel.ts";
import { graphSvg } from "../../src/views/graph/graphSvg.ts";
import { mix, palettes } from "../../src/views/graph/palette.ts";

const plain: GraphModelNode = {
  id: "a",
  name: "a",
  kind: "task",
  role: "task",
  state: "Pending",
  attempt: 0,
  attempts: 1,
  mapped: false,
};

/** The names and attributes of all elements, and all text; throws where one is not closed. */
function read(svg: string) {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const open: string[] = [];
  let text = "";
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        elements.push({ name, attributes });
        open.push(name);
      },
      onclosetag(name, isImplied) {
        if (open.pop() !== name) throw new Error(`${name} is closed`);
        if (isImplied && !["rect", "path", "circle"].includes(name))
          throw new Error(`${name} is not closed`);
      },
      ontext: (data) => (text += data),
    },
    { xmlMode: true },
  );
  parser.end(svg);
  return { elements, text };
}

test("a picture of a flow shows every node with its state, its words and its duration, without a page", () => {
  const model: GraphModel = {
    nodes: [
      { ...plain, id: "p", name: "radius", kind: "parameter", value: 200 },
      {
        ...plain,
        name: "extract",
        state: "Success",
        attempt: 2,
        attempts: 4,
        startedAt: 1_000,
        endedAt: 4_200,
      },
      {
        ...plain,
        id: "b",
        name: "load",
        state: "Retrying",
        attempt: 1,
        attempts: 3,
        retryAt: 9_000,
      },
    ],
    edges: [
      { from: "p", to: "a", input: "radius" },
      { from: "a", to: "b" },
    ],
  };
  const { elements, text } = read(graphSvg(model, { now: 5_000 }));
  expect(text).toContain("radius  200");
  expect(text).toContain("extract");
  expect(text).toContain("Success · attempt 2 of 4");
  expect(text).toContain("3.2 s");
  expect(text).toContain("Retry in 4 s · attempt 2 of 3");
  const discs = elements.filter(({ name }) => name === "circle");
  expect(discs.map(({ attributes }) => attributes["fill"])).toEqual([
    palettes.light.states.Success,
    palettes.light.states.Retrying,
  ]);
});

test("the frame of an open sub-flow lies around what is in it", () => {
  const model: GraphModel = {
    nodes: [
      {
        ...plain,
        name: "Sub",
        role: "flow",
        flow: { isOpen: true, done: 0, total: 1 },
      },
      { ...plain, id: "b", name: "inner", inside: "a" },
    ],
    edges: [],
  };
  const { elements } = read(graphSvg(model, { scheme: "dark" }));
  const frame = elements.find(
    ({ attributes }) =>
      attributes["fill"] ===
      mix(palettes.dark.inkFaint, palettes.dark.paper, 0.05),
  )!;
  const place = elements
    .filter(({ name }) => name === "g")
    .at(-1)!
    .attributes["transform"]!.match(/-?[\d.]+/g)!
    .map(Number);
  const { x, y, width, height } = frame.attributes;
  expect(place[0]).toBeGreaterThan(Number(x));
  expect(place[0]).toBeLessThan(Number(x) + Number(width));
  expect(place[1]).toBeGreaterThan(Number(y));
  expect(place[1]).toBeLessThan(Number(y) + Number(height));
});

test("whatever a node is called, the file is well formed and says so", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
      fc.constantFrom(...states),
      (name, state) => {
        const svg = graphSvg({
          nodes: [{ ...plain, name, state, message: name }],
          edges: [],
        });
        const { text } = read(svg);
        expect(text).toContain(
          name.replace(
            /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/gu,
            "",
          ),
        );
      },
    ),
  );
});

test("pictures have the colours of the page", () => {
  const css = ["ui/theme.css", "views/states.css"]
    .map((path) =>
      readFileSync(new URL(`../../src/${path}`, import.meta.url), "utf8"),
    )
    .join("\n");
  const pairs = new Map(
    [
      ...css.matchAll(
        /--([\w-]+):\s*light-dark\(\s*(#[\da-f]{6})\s*,\s*(#[\da-f]{6})\s*\)/gi,
      ),
    ].map(([, name, light, dark]) => [name, { light, dark }]),
  );
  const kebab = (name: string) =>
    name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  for (const scheme of ["light", "dark"] as const) {
    const { states: ofStates, ...others } = palettes[scheme];
    for (const [name, colour] of Object.entries(others))
      expect(pairs.get(kebab(name))?.[scheme], name).toBe(colour);
    for (const [state, colour] of Object.entries(ofStates))
      expect(pairs.get(`state-${kebab(state)}`)?.[scheme], state).toBe(colour);
  }
});
