/** What APIs are like, in a real browser with its rules for other origins: busy, in pages, in parts, unchanged. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, openApp, test } from "./fixture.ts";
import { openCode, run } from "./notebooks.ts";

const file = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      {
        name: "id",
        data: Array.from({ length: 200_000 }, (_, id) => BigInt(id)),
        type: "INT64",
      },
      {
        name: "name",
        data: Array.from({ length: 200_000 }, (_, id) => `n${id * 7919}`),
        type: "STRING",
      },
    ],
  }),
);

let server: Server;
let origin: string;
/** Bytes of the file that were sent. */
let sent: number;
let busy: number;

function answer(request: IncomingMessage): {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
} {
  const { pathname, searchParams } = new URL(request.url!, origin);
  switch (pathname) {
    case "/busy":
      busy -= 1;
      return busy >= 0
        ? { status: 503, headers: { "retry-after": "0" }, body: "busy" }
        : { body: '"at last"' };
    case "/pages": {
      const page = Number(searchParams.get("page") ?? 1);
      return {
        headers:
          page < 3 ? { link: `</pages?page=${page + 1}>; rel="next"` } : {},
        body: JSON.stringify([page]),
      };
    }
    case "/tagged":
      return request.headers["if-none-match"] === '"1"'
        ? { status: 304 }
        : { headers: { etag: '"1"' }, body: "a\n1" };
    case "/file": {
      const [, from, to] =
        /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
      if (from === undefined)
        return { headers: { "content-length": String(file.length) } };
      const part = file.subarray(Number(from), Number(to) + 1);
      sent += part.length;
      return { status: 206, body: part };
    }
    default:
      return { status: 404 };
  }
}

test.beforeEach(async ({ page }) => {
  sent = 0;
  busy = 2;
  server = createServer((request, response) => {
    const { status = 200, headers = {}, body } = answer(request);
    response.writeHead(request.method === "OPTIONS" ? 204 : status, {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
      "access-control-expose-headers": "link, etag, retry-after",
      ...headers,
    });
    response.end(request.method === "OPTIONS" ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await openApp(page);
});

test.afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("a busy API is tried again, followed through its pages, asked for what is new, and for parts of a file", async ({
  page,
  complaints,
}) => {
  complaints.allow(/503/);
  await openCode(
    page,
    `const api = "${origin}"
     const again = task(async () => {
       const first = await fetchChanged(api + "/tagged")
       const second = await fetchChanged(api + "/tagged", { previous: first })
       return { changed: [first.changed, second.changed], rows: await readCsv(second.bytes) }
     })
     flow("F", () => ({
       busy: fetchJson(api + "/busy", { retries: 2, retryDelay: "1h", timeout: "30s" }),
       pages: fetchPages(api + "/pages"),
       again: again(),
       end: fetchParquet(api + "/file", { columns: ["id"], rowStart: 199_999 }),
     }))`,
  );
  await page.evaluate((host) => window.flowbook.allow(host), origin);
  const report = await run(page);
  expect(report.state, report.message).toBe("Success");
  expect(report.result).toEqual({
    busy: "at last",
    pages: [1, 2, 3],
    again: { changed: [true, false], rows: [{ a: 1 }] },
    end: [{ id: 199_999 }],
  });
  expect(sent).toBeLessThan(file.length * 0.8);
});
