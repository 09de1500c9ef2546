import type { Current } from "./current.ts";
import type { Job } from "./job.ts";
import { request } from "./network.ts";
import type { Options } from "./readerOptions.ts";

/** A file on a server, of which parts can be read. */
export interface RemoteFile {
  /** What messages call it. */
  name: string;
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** Opens a file of which only parts are wanted. A server that does not give parts, or does not say how large the file is, is asked for all of it once. */
export async function openRemote(
  current: Current,
  job: Job,
  url: unknown,
  options: Options,
): Promise<RemoteFile> {
  const ask = (method: "GET" | "HEAD", range?: string) =>
    request(current, url, {
      ...options,
      method,
      ...(range ? { headers: { ...(options.headers ?? {}), range } } : {}),
    });
  let whole: Promise<Blob> | undefined;
  const fetchWhole = () =>
    (whole ??= ask("GET").then(({ response }) => job.guard(response.blob())));

  const head = await ask("HEAD").catch(() => undefined);
  const length = head?.response.headers.get("content-length");
  // What is packed for the way has another length there than the file.
  const isPlain = !head?.response.headers.get("content-encoding");
  const byteLength =
    length && isPlain ? Number(length) : (await fetchWhole()).size;
  return {
    name: `The answer to GET ${String(url)}`,
    byteLength,
    async slice(start, end = byteLength) {
      if (!whole) {
        const { response } = await ask("GET", `bytes=${start}-${end - 1}`);
        if (response.status === 206) return job.guard(response.arrayBuffer());
        whole = job.guard(response.blob());
      }
      return (await whole).slice(start, end).arrayBuffer();
    },
  };
}
