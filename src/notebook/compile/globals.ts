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
