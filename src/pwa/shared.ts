/** What another program shares with the app: the service worker puts it here, and the page that opens takes it. */
const cacheName = "flowbook:shared";

/** Where the manifest's share target sends its form, below the app's own address. */
export const sharePath = "share";
/** What the address of the page says then. */
export const sharedQuery = "?shared";

/** Keeps the files and texts of a form, and leads to the page. */
export async function keepShared(
  request: Request,
  scope: string,
): Promise<Response> {
  const form = await request.formData();
  const cache = await caches.open(cacheName);
  let number = 0;
  for (const value of form.values()) {
    if (typeof value === "string" || value.size === 0) continue;
    const headers = { "x-name": encodeURIComponent(value.name) };
    await cache.put(
      new URL(`${sharePath}/${Date.now()}-${number++}`, scope),
      new Response(value, { headers }),
    );
  }
  return Response.redirect(new URL(sharedQuery, scope), 303);
}

/** The files that were shared, each given once. */
export async function takeShared(): Promise<File[]> {
  const cache = await caches.open(cacheName);
  const files: File[] = [];
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    await cache.delete(request);
    if (!response) continue;
    const name = decodeURIComponent(response.headers.get("x-name") ?? "file");
    files.push(new File([await response.blob()], name));
  }
  return files;
}
