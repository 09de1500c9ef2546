/** Names that are in scope in every cell without being defined in one. */
import { wordSet } from "./wordSet.ts";

/** The values of the language: what `flowbook.d.ts` declares for `import ... from "flowbook"`. */
export const languageValues = /* @__PURE__ */ wordSet(`
  task unmapped flatten exponentialBackoff flow param every cron when choose
  merge triggers skip fail retry pause loop success approve ask resource log
  progress context db sql load readText readBytes readJson readCsv
  readParquet readExcel readSqlite fetchText fetchBytes fetchJson fetchCsv
  fetchParquet streamCsv toCsv readNdjson
  readGeoJson readHtmlTable fetchNdjson fetchGeoJson fetchHtmlTable
  fetchExcel fetchSqlite streamNdjson streamJson streamParquet toNdjson
  toParquet toExcel toSqlite fetchPages streamPages fetchChanged jsonPath
  checkRows querySql execSql copyTable snapshotTable notifyWebhook
  notifyBrowser showTable showMarkdown showLink showImage showFile showProgress display table html svg md Plot d3
`);

/** The types of the language that can be imported from "flowbook". */
export const languageTypes = /* @__PURE__ */ wordSet(`
  Ref Input Task Flow Duration DateText TaskOptions CallOptions FlowOptions
  ParamSpec Schedule Trigger Upstream State StateChange Rows Column SqlValue
  SqlRow FileRow BadLine BadRow Fetched StandardSchema
  RowStream LoadOptions Loaded Output
`);

/** Names that a cell counts on as being what they are everywhere: ES2023, and the best known of a worker. Hiding one is worth a warning. */
export const commonGlobals = /* @__PURE__ */ wordSet(`
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array
  BigUint64Array Boolean DataView Date decodeURI decodeURIComponent
  encodeURI encodeURIComponent Error escape eval EvalError
  FinalizationRegistry Float32Array Float64Array Function globalThis
  Infinity Int16Array Int32Array Int8Array Intl isFinite isNaN JSON Map Math
  NaN Number Object parseFloat parseInt Promise Proxy RangeError
  ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol
  SyntaxError TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray
  undefined unescape URIError WeakMap WeakRef WeakSet
  AbortController AbortSignal atob Blob btoa clearInterval clearTimeout
  console crypto fetch FormData Headers performance queueMicrotask Request
  Response self setInterval setTimeout structuredClone TextDecoder
  TextEncoder URL URLSearchParams
`);

/**
 * Further names of a dedicated worker. Left out are those by which a cell would meddle with the worker that it runs in
 * (`postMessage`, `close`, ...), and `name` and `origin`, which are forgotten definitions more often than they are meant.
 */
export const workerGlobals = /* @__PURE__ */ wordSet(`
  addEventListener BroadcastChannel Cache caches CacheStorage cookieStore ByteLengthQueuingStrategy
  cancelAnimationFrame CloseEvent CompressionStream CountQueuingStrategy
  createImageBitmap crossOriginIsolated Crypto CryptoKey CustomEvent
  DecompressionStream DedicatedWorkerGlobalScope dispatchEvent DOMException
  DOMMatrix DOMPoint DOMRect ErrorEvent Event EventSource EventTarget File
  FileList FileReader FileReaderSync FontFace fonts ImageBitmap
  ImageBitmapRenderingContext ImageData indexedDB isSecureContext location
  MessageChannel MessageEvent MessagePort navigator OffscreenCanvas
  OffscreenCanvasRenderingContext2D Path2D Performance PerformanceObserver
  ProgressEvent PromiseRejectionEvent ReadableStream
  ReadableStreamDefaultReader removeEventListener reportError
  requestAnimationFrame SubtleCrypto TextDecoderStream TextEncoderStream
  TransformStream WebAssembly WebGL2RenderingContext WebGLRenderingContext
  WebSocket Worker WebTransport WorkerGlobalScope WorkerLocation WorkerNavigator
  WritableStream WritableStreamDefaultWriter XMLHttpRequest
`);

/** Whether a name is there in every worker, as part of JavaScript or of the browser. */
export function isGlobal(name: string): boolean {
  return commonGlobals.has(name) || workerGlobals.has(name);
}

const elsewhere = /* @__PURE__ */ new Map([
  ["document", "pages"],
  ["window", "pages"],
  ["alert", "pages"],
  ["prompt", "pages"],
  ["confirm", "pages"],
  ["localStorage", "pages"],
  ["sessionStorage", "pages"],
  ["Image", "pages"],
  ["parent", "pages"],
  ["top", "pages"],
  ["opener", "pages"],
  ["frames", "pages"],
  ["RTCPeerConnection", "pages"],
  ["SharedWorker", "pages"],
  ["require", "Node"],
  ["module", "Node"],
  ["exports", "Node"],
  ["process", "Node"],
  ["Buffer", "Node"],
  ["global", "Node"],
  ["__dirname", "Node"],
  ["postMessage", "the worker"],
  ["importScripts", "the worker"],
  ["close", "the worker"],
  ["onmessage", "the worker"],
]);

/** What to do about a name that exists in other surroundings of JavaScript, or undefined for any other name. */
export function explainForeignGlobal(name: string): string | undefined {
  switch (elsewhere.get(name)) {
    case "pages":
      return `\`${name}\` belongs to web pages, and cells run in a worker that has none. To show something, use html\`...\`, svg\`...\`, table(...) or Plot.`;
    case "Node":
      return `\`${name}\` belongs to Node.js, and cells run in a browser. For files and the network, use the read and fetch functions, such as readText(...).`;
    case "the worker":
      return `\`${name}\` belongs to the worker that runs the cells and is not for cells to use. Tasks pass values on by returning them.`;
    default:
      return undefined;
  }
}
