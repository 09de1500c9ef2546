/** What another program shares with the app: the service worker puts it here, and the page that opens takes it. */
const cacheName = "flowbook:shared";

/** Where the manifest's share target sends its form, below the app's own address. */
export const sharePath = "share";
/** What the address of the page says then. */
export const sharedQuery = "?shared";

/** A page of any site can send such a form: what is kept of one until the page takes it has so many files and bytes at most. */
const most = { files: 20, bytes: 500_000_000 };
const leftOutName = "left-out";

/** What was shared, and how many files were too many or too large. */
export interface Shared {
  files: File[];
  leftOut: number;
}

/** Keeps the files of a form in place of those that nobody has taken, and leads to the page. */
export async function keepShared(
  request: Request,
  scope: string,
): Promise<Response> {
  const form = await request.formData();
  const cache = await caches.open(cacheName);
  for (const old of await cache.keys()) await cache.delete(old);
  const put = (name: string | number, content: Response) =>
    cache.put(new URL(`${sharePath}/${name}`, scope), content);
  let number = 0;
  let bytes = 0;
  let leftOut = 0;
  for (const value of form.values()) {
    if (typeof value === "string" || value.size === 0) continue;
    if (number === most.files || bytes + value.size > most.bytes) {
      leftOut += 1;
      continue;
    }
    bytes += value.size;
    const headers = {
      "x-name": encodeURIComponent(value.name.slice(0, 1000).toWellFormed()),
    };
    await put(number++, new Response(value, { headers }));
  }
  if (leftOut > 0) await put(leftOutName, new Response(String(leftOut)));
  return Response.redirect(new URL(sharedQuery, scope), 303);
}

/** The files that were shared, each given once. */
export async function takeShared(): Promise<Shared> {
  const cache = await caches.open(cacheName);
  const files: File[] = [];
  let leftOut = 0;
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    await cache.delete(request);
    if (!response) continue;
    if (request.url.endsWith(`/${leftOutName}`)) {
      leftOut = Number(await response.text());
      continue;
    }
    const name = decodeURIComponent(response.headers.get("x-name") ?? "file");
    files.push(new File([await response.blob()], name));
  }
  return { files, leftOut };
}
