import { readFileSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeLink, readLink } from "../../src/notebook/link.ts";

async function refusalOf(
  fragment: string,
): Promise<{ code: string; message: string }> {
  return readLink(fragment).then(
    (text) => ({ code: "read", message: text }),
    (error: { code: string; message: string }) => error,
  );
}

/** A link by Node's own zlib, of whatever bytes. */
function linkOf(bytes: Uint8Array): string {
  const data = Buffer.from(bytes).toString("base64url");
  return `#f1.${data.length}.${crc32(data).toString(16).padStart(8, "0")}.${data}`;
}

test("a link of the first kind opens for ever", async () => {
  const link = readFileSync("test/fixtures/link-f1.txt", "utf8").trim();
  expect(await readLink(link)).toBe(
    readFileSync("test/fixtures/link-f1.flow.md", "utf8"),
  );
});

test("any text comes back from its link, with or without the #", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", maxLength: 500 }),
      async (text) => {
        const link = await makeLink(text);
        expect(link).toMatch(/^#f1\.\d+\.[0-9a-f]{8}\.[\w-]*$/);
        expect(await readLink(link)).toBe(text);
        expect(await readLink(link.slice(1))).toBe(text);
      },
    ),
  );
});

test("text begins with a byte order mark if it did before", async () => {
  expect(await readLink(await makeLink("\ufeffa"))).toBe("\ufeffa");
});

test("the checksum is the CRC-32 that everyone has", async () => {
  const text = "hello ".repeat(100);
  expect(await readLink(linkOf(deflateRawSync(text)))).toBe(text);
});

test("line breaks in a link, also as codes, and a full stop or bracket after it do no harm", async () => {
  const link = await makeLink("some text that is long enough");
  expect(await readLink(`${link.slice(0, 30)}\r\n ${link.slice(30)}).`)).toBe(
    "some text that is long enough",
  );
  const coded = `<${link}>`.replaceAll(".", "%2E").slice(1);
  expect(
    await readLink(`${coded.slice(0, 50)}%0D%0A%20${coded.slice(50)}`),
  ).toBe("some text that is long enough");
});

test("a link that several mail programs wrote as codes, or broke with signs that nobody sees, opens", async () => {
  const text = Array.from({ length: 99 }, (_, at) => at * 7919).join();
  const link = await makeLink(text);
  expect(link).toMatch(/-.*_|_.*-/);
  const half = [link.slice(0, 40), link.slice(40)];
  const coded = link.replace(
    /[#.\-_]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  for (const arrived of [
    coded,
    `#${coded.replaceAll("%", "%25")}`,
    coded.replaceAll("%", "%2525"),
    half.join("%250D%250A"),
    half.join("%E2%80%8B"),
    half.join("\u00ad"),
  ])
    expect(await readLink(arrived), arrived).toBe(text);
});

test("a cut link says how much of it arrived and how to get the rest", async () => {
  const link = await makeLink(
    Array.from({ length: 400 }, (_, index) => index * 7919).join(),
  );
  const total = Number(link.split(".")[1]);
  const { code, message } = await refusalOf(link.slice(0, -100));
  expect(code).toBe("link-damaged");
  expect(message).toContain(
    `${(total - 100).toLocaleString("en")} of ${total.toLocaleString("en")} characters arrived`,
  );
  expect(message).toContain("as a file");
});

test("a link cut anywhere is refused as damaged", async () => {
  const link = await makeLink("# Title\n\nsome text");
  for (let length = 0; length < link.length; length += 1)
    expect(await refusalOf(link.slice(0, length))).toMatchObject({
      code: "link-damaged",
    });
});

test("a link with one character changed is refused as damaged", async () => {
  const link = await makeLink("# Title\n\nsome text");
  for (let index = 1; index < link.length; index += 1) {
    const other = link[index] === "0" ? "1" : "0";
    expect(
      await refusalOf(link.slice(0, index) + other + link.slice(index + 1)),
    ).toMatchObject({ code: "link-damaged" });
  }
});

test("any cut and any changed character of any link is named for what it is", async () => {
  const characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.#%é ";
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.nat(),
      fc.constantFrom(...characters),
      async (text, place, other) => {
        const link = await makeLink(text);
        const at = place % link.length;
        const cut = await refusalOf(link.slice(0, at));
        expect(cut.code).toBe("link-damaged");
        expect(cut.message).toMatch(
          at < 3 ? /not a link to a notebook/ : /was cut on the way/,
        );
        const data = link.lastIndexOf(".") + 1;
        const where = data + (place % Math.max(1, link.length - data));
        fc.pre(where < link.length && link[where] !== other);
        const changed = await refusalOf(
          link.slice(0, where) + other + link.slice(where + 1),
        );
        expect(changed.code).toBe("link-damaged");
        expect(changed.message).toMatch(/was (changed|cut) on the way/);
        expect(changed.message).toContain("as a file");
      },
    ),
  );
});

test("a link of a newer kind says to update", async () => {
  expect((await refusalOf("#f2.abc")).message).toContain("newer version");
  expect((await refusalOf("#section")).code).toBe("link-damaged");
});

test("a whole link that holds nothing readable is damaged", async () => {
  expect(await refusalOf(linkOf(Uint8Array.of(255, 255, 255)))).toMatchObject({
    code: "link-damaged",
  });
  expect(
    await refusalOf(linkOf(deflateRawSync(Uint8Array.of(0xff, 0xfe)))),
  ).toMatchObject({ code: "link-damaged" });
});

test("a small link that unpacks to very much is given up on the way", async () => {
  const link = linkOf(deflateRawSync(Buffer.alloc(64 * 1024 * 1024)));
  expect(link.length).toBeLessThan(500_000);
  expect(await refusalOf(link)).toMatchObject({ code: "link-too-large" });
});

test("a notebook that no link can hold is refused when the link is made", async () => {
  await expect(makeLink("x".repeat(5_000_000))).rejects.toMatchObject({
    code: "link-too-large",
  });
});
