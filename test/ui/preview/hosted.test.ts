import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { checkNotebook } from "../../../src/ui/preview/checkNotebook.ts";
import { fetchHosted } from "../../../src/ui/preview/fetchHosted.ts";
import {
  fetchHostedFile,
  hostedFileAddress,
} from "../../../src/ui/preview/hostedFiles.ts";
import { hostedAddress } from "../../../src/ui/preview/hostedAddress.ts";

const base = "https://flowbook.example/app/";
const raw = (address: string) => hostedAddress(address, base).href;

test("pages that show a file are read as the file", () => {
  expect(raw("https://gist.github.com/ann/0123abc")).toBe(
    "https://gist.githubusercontent.com/ann/0123abc/raw/",
  );
  const revision = "0".repeat(40);
  expect(raw(`https://gist.github.com/ann/0123abc/${revision}`)).toBe(
    `https://gist.githubusercontent.com/ann/0123abc/raw/${revision}`,
  );
  expect(raw("https://gist.github.com/ann/0123abc#file-b-flow-md")).toBe(
    "https://gist.githubusercontent.com/ann/0123abc/raw/",
  );
  for (const rest of ["", `${revision}/b.flow.md`, "b%20c.flow.md"])
    expect(raw(`https://gist.github.com/ann/0123abc/raw/${rest}`)).toBe(
      `https://gist.githubusercontent.com/ann/0123abc/raw/${rest}`,
    );
  for (const kind of ["blob", "raw"])
    expect(
      raw(`https://github.com/ann/etl/${kind}/refs/heads/main/b.flow.md#L3`),
    ).toBe(
      "https://raw.githubusercontent.com/ann/etl/refs/heads/main/b.flow.md",
    );
  expect(raw("https://github.com/ann/etl/blob/main/a/b.flow.md?plain=1")).toBe(
    "https://raw.githubusercontent.com/ann/etl/main/a/b.flow.md",
  );
  expect(raw("https://gitlab.com/ann/etl/-/blob/main/b.flow.md")).toBe(
    "https://gitlab.com/ann/etl/-/raw/main/b.flow.md",
  );
});

test("other addresses stay as they are, and relative ones begin at the app", () => {
  expect(raw("https://a.example/b.md?c=1")).toBe("https://a.example/b.md?c=1");
  expect(raw("examples/x.flow.md")).toBe(`${base}examples/x.flow.md`);
  expect(raw("https://me:secret@a.example/b")).toBe("https://a.example/b");
});

test("what is no https address is refused", () => {
  for (const address of [
    ...["http://a.example/b.md", "javascript:alert(1)", "data:text/plain,a"],
    ...["blob:https://a.example/1", "file:///etc/passwd", "https://"],
  ])
    expect(() => raw(address), address).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
});

const beside = (notebook: string, place: string) =>
  hostedFileAddress(notebook, place, base)?.href;

test("a file of a hosted notebook lies beside it, as people see it or as it is", () => {
  const gist = "https://gist.github.com/ann/0123abc";
  const revision = "0".repeat(40);
  for (const [from, place, address] of [
    ["https://a.example/b/c.md?d=1", "e.csv", "https://a.example/b/e.csv"],
    [
      "https://a.example/b/c.md",
      "f/e é.csv",
      "https://a.example/b/f/e%20%C3%A9.csv",
    ],
    ["https://a.example/b/c.md", "./e.csv#x", "https://a.example/b/e.csv"],
    [
      "https://a.example/c.md",
      "https://a.example/e.csv",
      "https://a.example/e.csv",
    ],
    [
      "https://github.com/ann/etl/blob/main/a/b.md",
      "e.csv",
      "https://raw.githubusercontent.com/ann/etl/main/a/e.csv",
    ],
    [gist, "e.csv", "https://gist.githubusercontent.com/ann/0123abc/raw/e.csv"],
    [
      `${gist}/${revision}`,
      "e.csv",
      `https://gist.githubusercontent.com/ann/0123abc/raw/${revision}/e.csv`,
    ],
    ["examples/x.flow.md", "e.csv", `${base}examples/e.csv`],
  ] as const)
    expect(beside(from, place), place).toBe(address);
});

test("a notebook has nobody asked but its own host, and nothing outside of its folder", () => {
  for (const place of [
    ...[
      "https://evil.example/e.csv",
      "//evil.example/e.csv",
      "\\\\evil.example/e",
    ],
    ...["http://a.example/b/e.csv", "https://a.example:8443/b/e.csv"],
    ...["https://me:secret@a.example/b/e.csv", "http://localhost/b/e.csv"],
    ...["../e.csv", "/e.csv", "%2e%2e/e.csv", "f/../../e.csv", "..%2fe.csv"],
    ...["..%5Ce.csv", "javascript:alert(1)", "data:text/plain,e", "https://["],
  ])
    expect(beside("https://a.example/b/c.md", place), place).toBeUndefined();
});

const notebook = "---\nflowbook: 1\n---\n\n```ts a\n1\n```\n";
const answers: Record<string, [number, string | Buffer]> = {
  "/good.md": [200, notebook],
  "/moved.csv": [302, ""],
  "/gone.md": [404, "not here"],
  "/page.html": [200, "<!doctype html><p>A page</p>"],
  "/text.txt": [200, "just some text"],
  "/empty": [200, ""],
  "/picture.png": [200, Buffer.from([0x89, 0x50, 0xff, 0xfe])],
  "/large.md": [200, Buffer.alloc(5 * 1024 * 1024, 97)],
};
const server = createServer((request, response) => {
  const [status, body] = answers[request.url ?? ""] ?? [500, ""];
  response.writeHead(status, status === 302 ? { location: "/good.md" } : {});
  response.write(body);
  response.end();
});
let origin = "";
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
afterEach(() => void vi.unstubAllGlobals());

const refusal = (path: string) =>
  fetchHosted(origin + path, base).then(
    () => ({ code: "read", message: "" }),
    (error: { code: string; message: string }) => error,
  );

test("a notebook on some host is read", async () => {
  expect(await fetchHosted(`${origin}/good.md`, base)).toBe(notebook);
  // Also where its host leads on, as many do to where files are.
  expect(await fetchHosted(`${origin}/moved.csv`, base)).toBe(notebook);
});

test("each way to fail has its own words", async () => {
  expect(await refusal("/gone.md")).toMatchObject({
    code: "notebook-unreachable",
    message: expect.stringContaining("404 (not found)") as string,
  });
  expect(await refusal("/other")).toMatchObject({
    message: expect.stringContaining("answered 500") as string,
  });
  const words = {
    "/page.html": "a web page",
    "/text.txt": "text without a cell",
    "/empty": "empty",
    "/picture.png": "not text",
  };
  for (const [path, word] of Object.entries(words))
    expect(await refusal(path)).toMatchObject({
      code: "notebook-syntax",
      message: expect.stringContaining(word) as string,
    });
});

test("a file beside a notebook is read, and not where it leads on to another address", async () => {
  vi.stubGlobal("navigator", { onLine: true });
  const file = await fetchHostedFile(new URL("/text.txt", origin));
  expect(await file.text()).toBe("just some text");
  await expect(
    fetchHostedFile(new URL("/moved.csv", origin)),
  ).rejects.toMatchObject({
    code: "notebook-unreachable",
    message: expect.stringContaining("leads on to another address") as string,
  });
  await expect(fetchHostedFile(new URL("/gone.md", origin))).rejects.toThrow(
    "404 (not found)",
  );
});

test("more than a notebook needs is not read to its end", async () => {
  expect(await refusal("/large.md")).toMatchObject({ code: "link-too-large" });
});

test("that a host does not answer, or not to us, is told, and that the device is offline", async () => {
  origin = "http://127.0.0.1:1";
  for (const [onLine, word] of [
    [true, "CORS"],
    [false, "offline"],
  ] as const) {
    vi.stubGlobal("navigator", { onLine });
    expect(await refusal("/a.md")).toMatchObject({
      code: "notebook-unreachable",
      message: expect.stringContaining(word) as string,
    });
  }
});

test("a notebook is told by its head or by a cell", () => {
  checkNotebook(notebook);
  checkNotebook("# Only words\n\n```sql a\nSELECT 1\n```\n");
  expect(() => checkNotebook("```ts\nnot a cell\n```\n")).toThrow(
    "What you pasted is no notebook",
  );
});
