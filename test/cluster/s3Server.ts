/** A store that speaks as much of S3's language as is needed here, on this machine. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface S3Server {
  /** For `--store`: a folder of a bucket. */
  url: string;
  /** By bucket and key. */
  objects: Map<string, string>;
  /** How many were put so far. */
  readonly puts: number;
  /** Requests with that method are refused from now on. */
  refuse(method: string): void;
  /** Has requests with that method answered so from now on; without one, they are not answered. Resolves when the first has come. */
  answer(method: string, listener?: RequestListener): Promise<void>;
  close(): Promise<void>;
}

export const keyId = "AKIDTEST";

/** Lists that few objects at once, so that reading all takes several requests. */
const pageSize = 2;

export async function openS3Server(): Promise<S3Server> {
  const objects = new Map<string, string>();
  let puts = 0;
  let refused: string | undefined;
  const others = new Map<string, RequestListener>();
  const server = createServer((request, response) => {
    if (request.method === "PUT") puts += 1;
    const other = others.get(request.method!);
    if (other) return other(request, response);
    const answering =
      request.method === refused
        ? Promise.resolve({ status: 403, body: problem("AccessDenied") })
        : answer(objects, request);
    void answering.then(({ status, body }) => {
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `s3://bucket/some%20folder?endpoint=http://127.0.0.1:${port}&region=eu-central-1`,
    objects,
    get puts() {
      return puts;
    },
    refuse(method) {
      refused = method;
    },
    answer: (method, listener) =>
      new Promise((done) => {
        others.set(method, (...given) => {
          done();
          listener?.(...given);
        });
      }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(objects: Map<string, string>, request: IncomingMessage) {
  const { pathname, searchParams } = new URL(request.url!, "http://store");
  const place = decodeURIComponent(pathname.slice(1));
  const body = await text(request);
  const isSigned = request.headers.authorization?.includes(
    `Credential=${keyId}/`,
  );
  if (!isSigned) return { status: 403, body: problem("AccessDenied") };
  if (searchParams.has("list-type"))
    return { status: 200, body: list(objects, place, searchParams) };
  switch (request.method) {
    case "PUT":
      objects.set(place, body);
      return { status: 200, body: "" };
    case "DELETE":
      objects.delete(place);
      return { status: 204, body: "" };
    default: {
      const found = objects.get(place);
      return found === undefined
        ? { status: 404, body: problem("NoSuchKey") }
        : { status: 200, body: found };
    }
  }
}

/** A page of the bucket's keys that begin with a prefix, from the one on that the token names. */
function list(
  objects: Map<string, string>,
  bucket: string,
  search: URLSearchParams,
): string {
  const from = search.get("continuation-token") ?? "";
  const keys = [...objects.keys()]
    .map((place) => place.slice(bucket.length + 1))
    .filter((key) => key.startsWith(search.get("prefix")!) && key >= from)
    .sort();
  const next = keys[pageSize];
  return `<?xml version="1.0"?><ListBucketResult>${keys
    .slice(0, pageSize)
    .map((key) => `<Contents><Key>${key}</Key></Contents>`)
    .join(
      "",
    )}${next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`;
}

function problem(code: string): string {
  return `<Error><Code>${code}</Code></Error>`;
}
