import type { Options } from "../readerOptions.ts";
import { request, type Requesting } from "./requests.ts";

/** A file on a server, of which parts can be read. */
export interface RemoteFile {
  /** What messages call it. */
  name: string;
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** Opens a file of which only parts are wanted. A server that does not give parts, or does not say how large the file is, is asked for all of it once. */
export async function openRemote(
  requesting: Requesting,
  address: URL,
  options: Options,
): Promise<RemoteFile> {
  const ask = <Value>(
    method: "GET" | "HEAD",
    take: (response: Response) => Promise<Value>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    request(
      requesting,
      address,
      {
        ...options,
        method,
        headers: { ...(options.headers ?? {}), ...headers },
      },
      take,
    );
  let whole: Promise<Blob> | undefined;
  const fetchWhole = () =>
    (whole ??= ask("GET", (response) => response.blob()).then(
      ({ value }) => value,
    ));

  const head = await ask("HEAD", () => Promise.resolve()).catch(
    () => undefined,
  );
  const length = head?.response.headers.get("content-length");
  // What is packed for the way has another length there than the file.
  const isPlain = !head?.response.headers.get("content-encoding");
  const byteLength =
    length && isPlain ? Number(length) : (await fetchWhole()).size;
  return {
    name: `The answer to GET ${address.href}`,
    byteLength,
    async slice(start, end = byteLength) {
      if (!whole) {
        const { value, response } = await ask(
          "GET",
          (answer) => answer.blob(),
          { range: `bytes=${start}-${end - 1}` },
        );
        if (response.status === 206) return value.arrayBuffer();
        whole = Promise.resolve(value);
      }
      return (await whole).slice(start, end).arrayBuffer();
    },
  };
}
