import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  Plot as plotLibrary,
  d3 as d3Library,
} from "../../../src/engine/sandbox/kernel/libraries/charts.ts";
import { MiniDocument } from "../../../src/engine/sandbox/kernel/libraries/miniDocument.ts";
import { namespaces } from "../../../src/engine/sandbox/kernel/libraries/namespaces.ts";
import { writePng } from "../../../src/engine/sandbox/kernel/libraries/png.ts";
import { toOutput } from "../../../src/engine/sandbox/kernel/outputs.ts";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the libraries are untyped in cells, too
type Untyped = any;
const Plot: Untyped = plotLibrary;
const d3: Untyped = d3Library;

const points = [
  { x: 1, y: 2, kind: "a" },
  { x: 2, y: 5, kind: "b" },
  { x: 4, y: 3, kind: "a" },
];

function markup(node: unknown): string {
  const output = toOutput(node);
  if (output.type !== "svg" && output.type !== "html")
    throw new Error(`a ${output.type} output`);
  return output.text;
}

const count = (text: string, part: string) => text.split(part).length - 1;

describe("Plot without a browser", () => {
  test("dots become circles of an SVG that is 640 wide and takes the colour around it", () => {
    const node = Plot.plot({
      marks: [Plot.dot(points, { x: "x", y: "y" })],
    });
    expect(toOutput(node).type).toBe("svg");
    const svg = markup(node);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('width="640"');
    expect(svg).toContain('fill="currentColor"');
    expect(count(svg, "<circle")).toBe(3);
  });

  test("a mark can draw itself", () => {
    expect(
      count(markup(Plot.dot(points, { x: "x", y: "y" }).plot()), "<circle"),
    ).toBe(3);
  });

  test("a mark that is shown by itself is a chart of it, also where it is several as one", () => {
    const dots = Plot.dot(points, { x: "x", y: "y" });
    expect(markup(dots)).toBe(markup(dots.plot()));
    expect(markup(Plot.marks(dots, Plot.ruleY([0])))).toContain(
      'aria-label="rule"',
    );
    expect(toOutput([dots]).type).not.toBe("svg");
  });

  test("what has a plot of its own is shown as what it is", () => {
    const value = { plot: () => "a plan of land" };
    expect(toOutput(value).type).toBe("json");
    expect(toOutput({ plot: { drawsMark: true } }).type).toBe("json");
  });

  test("lines, bars, rules, bins and texts are drawn", () => {
    const svg = markup(
      Plot.plot({
        grid: true,
        marks: [
          Plot.line(points, { x: "x", y: "y", stroke: "kind" }),
          Plot.ruleX([1, 2]),
          Plot.text(points, { x: "x", y: "y", text: () => "<b>&" }),
        ],
      }),
    );
    expect(svg).toContain('aria-label="line"');
    expect(svg).toContain('aria-label="rule"');
    expect(count(svg, "&lt;b&gt;&amp;")).toBe(3);
    const bars = markup(
      Plot.plot({ marks: [Plot.barX(points, { x: "y", y: "kind" })] }),
    );
    expect(count(bars, "<rect")).toBe(3);
    const bins = markup(
      Plot.rectY(points, Plot.binX({ y: "count" }, { x: "x" })).plot(),
    );
    expect(count(bins, "<rect")).toBeGreaterThan(1);
  });

  test("titles, captions and facets are drawn", () => {
    const html = markup(
      Plot.plot({
        title: "Points & more",
        caption: "three",
        marks: [Plot.dot(points, { x: "x", y: "y", fx: "kind" })],
      }),
    );
    expect(html).toMatch(/^<figure/);
    expect(html).toContain("<h2>Points &amp; more</h2>");
    expect(html).toContain("<figcaption>three</figcaption>");
    expect(count(html, "<circle")).toBe(3);
  });

  test("a legend of categories has a swatch for each", () => {
    const html = markup(
      Plot.plot({
        color: { legend: true },
        marks: [Plot.dot(points, { x: "x", y: "y", fill: "kind" })],
      }),
    );
    expect(html).toMatch(/^<figure/);
    expect(count(html, '<rect width="100%"')).toBe(2);
    // The inside of an HTML style is not escaped.
    expect(html).toContain("-swatch > svg)");
  });

  test("a legend of numbers is a ramp painted as a PNG", () => {
    const html = markup(
      Plot.plot({
        color: { legend: true },
        marks: [Plot.dot(points, { x: "x", y: "y", fill: "y" })],
      }),
    );
    expect(html).toContain('xlink:href="data:image/png;base64,iVBOR');
    expect(markup(Plot.legend({ color: { domain: [0, 10] } }))).toMatch(
      /^<svg/,
    );
  });

  test("a map with a projection is drawn", () => {
    const svg = markup(
      Plot.plot({
        projection: "equirectangular",
        marks: [
          Plot.graticule(),
          Plot.sphere(),
          Plot.dot([{ lon: 8.5, lat: 50 }], { x: "lon", y: "lat" }),
        ],
      }),
    );
    expect(count(svg, 'aria-label="geo"')).toBe(2);
    expect(count(svg, "<circle")).toBe(1);
  });

  test("tips on hover are left out, tips that stand are drawn with a box", () => {
    const hover = markup(
      Plot.plot({ marks: [Plot.dot(points, { x: "x", y: "y", tip: true })] }),
    );
    expect(count(hover, "<circle")).toBe(3);
    const standing = markup(
      Plot.plot({ marks: [Plot.tip(points.slice(0, 1), { x: "x", y: "y" })] }),
    );
    expect(standing).toMatch(/<path [^>]*d="M0,0/);
    expect(standing).not.toContain('visibility="hidden"');
    expect("requestAnimationFrame" in globalThis).toBe(false);
  });

  test("a raster is painted", () => {
    const svg = markup(
      Plot.plot({
        marks: [
          Plot.raster({
            fill: (x: number, y: number) => x * y,
            x1: 0,
            y1: 0,
            x2: 1,
            y2: 1,
            pixelSize: 20,
          }),
        ],
      }),
    );
    expect(svg).toContain("data:image/png;base64,");
  });
});

describe("D3 without a browser", () => {
  test("a selection makes, joins, styles and finds elements", () => {
    const svg = d3.create("svg").attr("viewBox", "0 0 10 10");
    svg
      .selectAll("circle")
      .data([1, 2, 3])
      .join("circle")
      .attr("r", (value: number) => value)
      .classed("big", (value: number) => value > 2)
      .style("fill", "red");
    svg.selectAll("circle").data([5]).join("circle").attr("r", 5);
    svg.append("g").attr("class", "axis").call(d3.axisBottom(d3.scaleLinear()));
    expect(svg.select(".axis .tick text").text()).toBe("0.0");
    expect(svg.selectAll("circle").size()).toBe(1);
    expect(markup(svg.node())).toContain('<circle r="5" style="fill: red"/>');
  });

  test("a selector that is not understood is refused with what is", () => {
    expect(() => d3.create("svg").select("g:first-child")).toThrow(
      /"g:first-child" is beyond what charts in a worker understand/,
    );
  });
});

describe("the small document", () => {
  test("nodes move, and are found and copied", () => {
    const document = new MiniDocument();
    const list = document.createElement("ul");
    const [a, b] = ["a", "b"].map((id) => {
      const item = document.createElement("li");
      item.id = id;
      item.textContent = id;
      list.append(item);
      return item;
    });
    list.insertBefore(b!, a!);
    expect(list.textContent).toBe("ba");
    expect(a!.compareDocumentPosition(b!)).toBe(2);
    expect(list.querySelector("ul > li#a") === a).toBe(true);
    expect(list.querySelector("ol li#a") === null).toBe(true);
    expect(list.matches("ul")).toBe(true);
    const clone = list.cloneNode(true);
    a!.remove();
    expect(clone.outerHTML).toBe('<ul><li id="b">b</li><li id="a">a</li></ul>');
    expect(() => a!.appendChild(a!)).toThrow();
  });

  test("attributes and names that could end a tag are not written", () => {
    const document = new MiniDocument();
    const node = document.createElementNS(namespaces.svg, "g");
    node.setAttribute('x"><script>', "1");
    node.setAttribute("title", '"<&');
    node.appendChild(document.createElement("a><script>"));
    expect(node.outerHTML).toBe('<g title="&quot;&lt;&amp;"></g>');
  });

  test("styles can be set in both spellings", () => {
    const div = new MiniDocument().createElement("div");
    div.style.maxWidth = "10px";
    div.style.setProperty("color", "red");
    expect(div.getAttribute("style")).toBe("max-width: 10px; color: red");
    div.style.maxWidth = "";
    expect(div.style.color).toBe("red");
    div.style = "top: 0";
    expect(div.outerHTML).toBe('<div style="top: 0"></div>');
  });
});

test("a PNG holds the pixels that were written", () => {
  const pixels = new Uint8ClampedArray([1, 2, 3, 255, 4, 5, 6, 128]);
  const file = Buffer.from(writePng(2, 1, pixels), "base64");
  const start = file.indexOf("IDAT") + 4;
  const length = file.readUInt32BE(start - 8);
  const lines = inflateSync(file.subarray(start, start + length));
  expect([...lines]).toEqual([0, ...pixels]);
});
