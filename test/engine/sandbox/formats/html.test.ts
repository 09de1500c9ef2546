import { describe, expect, test } from "vitest";
import { readHtmlTable } from "../../../../src/engine/sandbox/kernel/formats/html.ts";

const read = (html: string, options: Record<string, unknown> = {}) =>
  readHtmlTable(html, options, "page.html");

describe("a table of an HTML page", () => {
  test("gives its rows, with names from its header cells and numbers as numbers", () => {
    expect(
      read(`<!doctype html><title>x</title><table class=wikitable>
        <thead><tr><th>City <sup>[a]</sup><th>People<th>&Uuml;ber</tr></thead>
        <tr><td> Köln &amp; <b>Bonn</b><td>12<td><script>var x = "<td>no"</script>
        <tr><td>New<br>York</td><td>7</td></tr></table>`),
    ).toEqual([
      { "City [a]": "Köln & Bonn", People: 12, Über: "" },
      { "City [a]": "New York", People: 7, Über: null },
    ]);
  });

  test("has numbers with the marks that it is told", () => {
    const table = `<table><tr><th>City<th>People<th>Share<tr><td>Köln<td>1,084,394<td>.5<tr><td>Ulm<td>953<td>1,000.25</table>`;
    expect(read(table, { thousands: "," })).toEqual([
      { City: "Köln", People: 1084394, Share: 0.5 },
      { City: "Ulm", People: 953, Share: 1000.25 },
    ]);
    expect(
      read("<table><th>a<tr><td>1.234,5</table>", { decimal: "," }),
    ).toEqual([{ a: 1234.5 }]);
    expect(read(table)[0]).toMatchObject({ People: "1,084,394" });
    expect(() => read(table, { decimal: ";" })).toThrow('decimal must be "."');
  });

  test("spreads cells over the rows and columns that they span", () => {
    expect(
      read(`<table><tr><th rowspan=2>a<th colspan=2>b<tr><th>x<th>y
        <tr><td rowspan=2>1<td>2<td>3<tr><td>4<td rowspan=9>5</table>`),
    ).toEqual([
      { a: 1, "b x": 2, "b y": 3 },
      { a: 1, "b x": 4, "b y": 5 },
    ]);
  });

  test("may have very many rows, of header cells too", () => {
    const count = 150_000;
    expect(read(`<table>${"<tr><td>1".repeat(count)}</table>`)).toHaveLength(
      count,
    );
    const heads = `<table>${"<tr><th>a".repeat(count)}</table>`;
    expect(read(heads)).toEqual([]);
  });

  test("has no rows of those without cells", () => {
    expect(
      read(`<table><tr></tr><tr><th>a<th>b<tr><tr><td rowspan=2>1<td>2
        <tr></tr><tr><td>3<td>4<tr></table>`),
    ).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]);
  });

  test("whose cells say to cover more than can be is refused", () => {
    for (const table of [
      "<tr><td rowspan=65534>a".repeat(3_000),
      `<tr>${"<td colspan=1000>a".repeat(3_000)}`,
    ])
      expect(() => read(`<table>${table}`)).toThrow(
        /^page\.html has a table of 3,000 cells that say to cover 1,15\d,000 places or more\. Correct its colspan/,
      );
    const wide = `<table><tr>${"<td>a".repeat(1_000)}${"<tr><td colspan=1000>b".repeat(900)}`;
    expect(read(wide, { header: false })).toHaveLength(901);
  });

  test("may be nested thousands of times", () => {
    const rows = read("<table><tr><td>a".repeat(5_000), { header: false });
    expect(rows).toEqual([{ column1: "a".repeat(50) }]);
  });

  test("is chosen by its place or its caption", () => {
    const html = `<table><tr><td>1</table><table><caption>Second
      one</caption><tr><td>2</table>`;
    expect(read(html)).toEqual([{ column1: 1 }]);
    expect(read(html, { table: 2 })).toEqual([{ column1: 2 }]);
    expect(read(html, { table: "Second one" })).toEqual([{ column1: 2 }]);
    expect(() => read(html, { table: "third" })).toThrow(
      'page.html holds no table "third". It holds table 1 and Second one: write a caption, or a place from 1 on.',
    );
    expect(() => read(html, { table: 0 })).toThrow(/no table 0/);
    expect(() => read("<p>none")).toThrow(/holds no table\. If the page/);
  });

  test("may name its columns in ordinary cells, or not at all", () => {
    const html = "<table><tr><td>a<tr><td>1</table>";
    expect(read(html, { header: true })).toEqual([{ a: 1 }]);
    expect(read(html)).toEqual([{ column1: "a" }, { column1: "1" }]);
    expect(
      read("<table><tr><th>a<tr><td>1</table>", { header: false }),
    ).toEqual([{ column1: "a" }, { column1: "1" }]);
  });

  test("inside another one is a table of its own, and text of the cell around it", () => {
    const html = "<table><tr><td>out <table><tr><td>in</table> end</table>";
    expect(read(html)).toEqual([{ column1: "out in end" }]);
    expect(read(html, { table: 2 })).toEqual([{ column1: "in" }]);
  });

  test("whose cells claim to span millions does not grow by it", () => {
    const html = `<table><tr><td rowspan=99999999 colspan=99999999>1<tr><td>2</table>`;
    expect(Object.keys(read(html)[0]!)).toHaveLength(1001);
  });
});
