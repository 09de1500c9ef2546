import { expect, test } from "vitest";
import { makeParameter } from "../../src/core/parameter.ts";
import { printAddress, readAddress } from "../../src/ui/address.ts";
import { fillForm, fillGiven } from "../../src/ui/preview/fillForm.ts";
import { embedSnippet, shareAddress } from "../../src/ui/share/shareAddress.ts";
import { makeGraph } from "./runs.ts";

const opens = (search: string, hash: string) => readAddress(search, hash).opens;

test("an address names a notebook of this device, a link, or a notebook on some host", () => {
  expect(opens("?view=app", "#n.abc")).toEqual({ type: "notebook", id: "abc" });
  expect(opens("", "#F1.2.X.Y").type).toBe("link");
  expect(opens("", "#%2523f1%252E2").type).toBe("link");
  expect(opens("", "#f1.2.x.y")).toEqual({
    type: "link",
    fragment: "#f1.2.x.y",
  });
  expect(opens("?from=https%3A%2F%2Fa.org%2Fb.md", "")).toEqual({
    type: "hosted",
    url: "https://a.org/b.md",
  });
  expect(opens("?airport=IAD", "")).toEqual({ type: "home" });
});

test("what else is in the fragment is taken for a link that was damaged, and nothing else is opened in its place", () => {
  for (const hash of ["#1.603.a1b2c3d4.x", "#zzz"])
    expect(opens("", hash)).toEqual({ type: "link", fragment: hash });
  expect(opens("", "#")).toEqual({ type: "home" });
  expect(opens("?from=https://a.org", "#zzz").type).toBe("hosted");
});

test("an empty ?from= names nothing", () => {
  for (const search of ["?from=", "?from=%20"])
    expect(readAddress(search, "").opens).toEqual({ type: "home" });
});

test("what is in the fragment counts before what is in the query", () => {
  expect(opens("?from=https://a.org", "#n.abc").type).toBe("notebook");
  expect(opens("?from=https://a.org", "#f1.2.x.y").type).toBe("link");
});

test("an address in a query stays readable, and comes back", () => {
  const url = "https://a.org/b.md?x=1&y=ä#z";
  const address = printAddress(new URLSearchParams({ from: url }), "");
  expect(address).toContain("?from=https://a.org/b.md");
  expect(opens(address, "")).toEqual({ type: "hosted", url });
});

const parameters = [
  makeParameter("airport", "IAD"),
  makeParameter("from", "today"),
  makeParameter("radius", 200),
  makeParameter("since", new Date("2026-01-01T00:00:00Z")),
  makeParameter("deep", true),
  makeParameter("list", [1, {}]),
  makeParameter("note", { type: "string", default: null }),
];

function fill(query: string): {
  flow: string;
  values: Record<string, unknown>;
  told: string[];
} {
  const told: string[] = [];
  const values: Record<string, unknown> = {};
  const view = (name: string) => ({
    name,
    cell: undefined,
    error: undefined,
    graph: {
      flow: name,
      nodes: parameters.map((parameter) => ({
        kind: "parameter",
        id: parameter.name,
        parameter,
      })),
    },
  });
  const session = {
    flows: [view("A"), view("B & C")],
    flowName: "A",
    desk: { last: () => undefined },
    selectFlow: (name: string) => (session.flowName = name),
    setParameter: (name: string, value: unknown) => (values[name] = value),
    notify: (_: string, message: string) => told.push(message),
  };
  fillForm(
    session as unknown as Parameters<typeof fillForm>[0],
    new URLSearchParams(query),
  );
  return { flow: session.flowName, values, told };
}

test("flow and values that are shared come back, whatever their names and types", () => {
  const values = {
    airport: "A & B=#1",
    from: "2026",
    radius: 0.5,
    since: new Date("2026-05-31T12:30:00Z"),
    deep: false,
    list: [1, { a: "ü" }],
    note: null,
  };
  const address = shareAddress(
    "https://a.org/",
    { fragment: "#f1.x" },
    { isReading: true, flow: "B & C", parameters, values },
  );
  const { search, hash } = new URL(address);
  expect(hash).toBe("#f1.x");
  expect(new URLSearchParams(search).get("view")).toBe("app");
  expect(fill(search)).toEqual({ flow: "B & C", values, told: [] });
});

test("a name in the query that is no parameter belongs to somebody else", () => {
  expect(fill("fbclid=1&from=https://a.org")).toEqual({
    flow: "A",
    values: {},
    told: [],
  });
});

test("a value that cannot be used is told, and the others are taken", () => {
  const { values, told } = fill("radius=wide&airport=JFK");
  expect(values).toEqual({ airport: "JFK" });
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("radius");
});

test("a flow that is not there is told", () => {
  expect(fill("flow=Z").told[0]).toContain("Z");
});

test("a snippet holds any address and title as one attribute each", () => {
  const snippet = embedSnippet('https://a.org/?a=1&b="', '"><script>');
  expect(snippet).toContain('src="https://a.org/?a=1&amp;b=&quot;"');
  expect(snippet).not.toContain("<script");
});

test("a form takes what each run was given, and keeps what was typed since the one before", () => {
  const [city, n] = [makeParameter("city", "Oslo"), makeParameter("n", 1)];
  const graph = {
    ...makeGraph({}),
    nodes: [city, n].map((parameter) => ({
      kind: "parameter" as const,
      id: parameter.name,
      name: parameter.name,
      parameter,
    })),
  };
  const session = {
    id: "a",
    flows: [{ name: graph.flow, cell: undefined, error: undefined, graph }],
    flowName: graph.flow,
    parameters: {} as Readonly<Record<string, unknown>>,
    setParameters(values: Readonly<Record<string, unknown>>) {
      session.parameters = values;
    },
  };
  const given = (parameters: Record<string, unknown>) => {
    fillGiven(session, { graph, parameters });
    return session.parameters;
  };
  expect(given({ city: "Rome", n: 1 })).toEqual({ city: "Rome" });
  expect(given({ city: "Bern", n: 2 })).toEqual({ city: "Bern", n: 2 });
  session.parameters = { ...session.parameters, n: 3 };
  expect(given({ city: "Oslo", n: 4 })).toEqual({ n: 3 });
  // Run as it was typed, it is what a run was given.
  expect(given({ city: "Oslo", n: 3 })).toEqual({ n: 3 });
  expect(given({ city: "Oslo", n: 1 })).toEqual({});
  // What was typed in another form is no value of the run before.
  given({ city: "Bern", n: 2 });
  session.id = "b";
  expect(given({ city: "Oslo", n: 4 })).toEqual({ city: "Bern", n: 2 });
});
