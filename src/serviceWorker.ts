/**
 * Keeps the whole app for when there is no network. Each version has a cache of its own and is served from it as a whole;
 * files with a hash in their name are also found in the cache of an older version, as long as a tab still runs that one, and
 * so are those for which a tab says in the query which version it is.
 */
/// <reference lib="webworker" />
import { heldVersions, versionOf } from "./pwa/version.ts";
import { keepShared, sharePath } from "./pwa/shared.ts";

declare const self: ServiceWorkerGlobalScope & {
  /** Put in by the build: every file of the app; `revision` is null for those whose name says it. */
  __WB_MANIFEST: readonly { url: string; revision: string | null }[];
};

const files = self.__WB_MANIFEST;
const prefix = "flowbook:app:";
const version = versionOf(files.map(({ url }) => url)) ?? "";
const cacheName = prefix + version;
/** Where there are files that are too large to be fetched for everyone: they are kept when they are first used. */
const keptWhenUsed = "examples/";
/** So that a slow line is left to what a reader waits for. */
const together = 4;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(dropOld));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname))
    return;
  const path = url.pathname.slice(scope.pathname.length);
  if (request.method === "POST" && path === sharePath)
    event.respondWith(keepShared(request, scope.href));
  if (request.method !== "GET") return;
  const isPage = request.mode === "navigate" && /^(?:index\.html)?$/.test(path);
  event.respondWith(
    answer(request, isPage ? "index.html" : path, (used) => {
      if (path.startsWith(keptWhenUsed)) event.waitUntil(keep(path, used()));
    }),
  );
  if (isPage) event.waitUntil(dropOld());
});

/** Answers from what is kept, or else from the network; `fetched` may then take a copy. */
async function answer(
  request: Request,
  path: string,
  fetched: (copy: () => Response) => void,
): Promise<Response> {
  const address = new URL(path, self.registration.scope).href;
  // What a host says of its answers (Vary) is of no matter here.
  const exact = { ignoreVary: true };
  const ofTab = prefix + new URL(request.url).search.slice(1);
  const kept =
    (await caches.match(address, { ...exact, cacheName: ofTab })) ??
    (await caches.match(address, { ...exact, cacheName })) ??
    (await caches.match(address, exact));
  if (kept) return kept;
  const response = await fetch(request);
  if (response.status === 200) fetched(() => response.clone());
  return response;
}

async function keep(path: string, response: Response): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.put(new URL(path, self.registration.scope), response);
}

/** Fetches all files; what an older version has under the same hashed name is taken from there. */
async function keepAll(): Promise<void> {
  // On a first visit nothing can be there, and to look for each file is work beside what the reader waits for.
  const mayBeKnown = (await caches.keys()).some((name) =>
    name.startsWith(prefix),
  );
  const cache = await caches.open(cacheName);
  const queue = [...files];
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const address = new URL(file.url, self.registration.scope).href;
      const isFixed = file.revision === null;
      const known =
        mayBeKnown && isFixed ? await caches.match(address) : undefined;
      await cache.put(address, known ?? (await load(address, isFixed)));
    }
  };
  await Promise.all(Array.from({ length: together }, work));
}

/** Fetches a file; one that is fixed, as its name says, may be one that the page has just been given. */
async function load(address: string, isFixed: boolean): Promise<Response> {
  const cache = isFixed ? "default" : "no-cache";
  const response = await fetch(address, { cache });
  if (!response.ok) throw new Error(`${address}: HTTP ${response.status}`);
  if (!response.redirected) return response;
  // Hosts lead from index.html to the folder, and a browser takes no redirected answer for a page.
  return new Response(response.body, { headers: response.headers });
}

/** Deletes the caches of versions that no tab runs any more. */
async function dropOld(): Promise<void> {
  const held = await heldVersions();
  for (const name of await caches.keys())
    if (
      name.startsWith(prefix) &&
      name !== cacheName &&
      !held.has(name.slice(prefix.length))
    )
      await caches.delete(name);
}
