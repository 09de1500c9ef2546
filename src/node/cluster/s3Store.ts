import type { AwsClient } from "aws4fetch";
import { formatDuration } from "../../core/duration.ts";
import { UsageError } from "../arguments.ts";
import type { Shelf } from "./store.ts";
import { StoreError, type StoreTrouble } from "./storeError.ts";

/** How often a request is made again that the store could not answer. */
const retries = 5;

/** How long the store may take to begin with an answer, in milliseconds, and how many bytes have to come in each. */
const longestSilence = 20_000;
const slowest = 100;

/** The same where something ends, or begins, and somebody waits for it. */
const longestFarewell = 5_000;

/** How many objects are deleted at the same time. */
const deletedTogether = 50;

/** What an address may say of its store. */
const settings = ["endpoint", "region"];

/** A request to the store. */
interface Wish {
  method: "GET" | "PUT" | "DELETE";
  /** Of the object; else it is the bucket that is asked. */
  key?: string;
  body?: string;
  search?: URLSearchParams;
  /** How long it may take until there is an answer, in milliseconds. */
  patience?: number;
}

/**
 * Objects of a bucket, in S3 or in what speaks its language (MinIO, R2, Ceph, Garage): `s3://bucket/folder`, with
 * `?endpoint=https://host:9000` for another store than Amazon's and `&region=eu-central-1`. Keys come from the environment.
 */
export class S3Store implements Shelf {
  readonly #client: Promise<AwsClient>;
  readonly #bucket: URL;
  readonly #folder: string;
  readonly #ended = new AbortController();

  constructor(address: string, environment = process.env) {
    const url = new URL(address);
    const bucket = url.hostname;
    const folder = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
    const unknown = [...url.searchParams.keys()].find(
      (name) => !settings.includes(name),
    );
    if (unknown !== undefined)
      throw new UsageError(
        `--store ${address} has ${unknown}, which is no option of a store. There is ${settings.join(" and ")}: s3://bucket/folder?endpoint=https://host:9000&region=eu-central-1.`,
      );
    const region =
      url.searchParams.get("region") ??
      environment["AWS_REGION"] ??
      "us-east-1";
    const endpoint =
      url.searchParams.get("endpoint") ??
      environment["AWS_ENDPOINT_URL_S3"] ??
      environment["AWS_ENDPOINT_URL"];
    const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
    const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
    const sessionToken = environment["AWS_SESSION_TOKEN"];
    if (bucket === "")
      throw new UsageError(
        `--store ${address} names no bucket. Write s3://bucket/folder.`,
      );
    if (!accessKeyId || !secretAccessKey)
      throw new UsageError(
        `--store ${address} needs keys. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, for the run and for each worker.`,
      );
    this.#bucket = toBucket(bucket, region, endpoint);
    this.#folder = folder && `${folder}/`;
    this.#client = import("aws4fetch").then(
      (aws) =>
        new aws.AwsClient({
          accessKeyId,
          secretAccessKey,
          ...(sessionToken ? { sessionToken } : {}),
          service: "s3",
          region,
          retries,
        }),
    );
  }

  async check(): Promise<void> {
    await this.#list(this.#folder, undefined, 1);
  }

  async write(run: string, name: string, text: string): Promise<void> {
    const key = this.#keyOf(run, name);
    await this.#request({ method: "PUT", key, body: text });
  }

  read(run: string, name: string): Promise<string> {
    return this.#request({ method: "GET", key: this.#keyOf(run, name) });
  }

  async drop(run: string): Promise<void> {
    let token: string | undefined;
    do {
      const page = await this.#list(`${this.#folder}${run}/`, token);
      for (let at = 0; at < page.keys.length; at += deletedTogether)
        await Promise.all(
          page.keys.slice(at, at + deletedTogether).map((key) =>
            this.#request({
              method: "DELETE",
              key,
              patience: longestFarewell,
            }),
          ),
        );
      token = page.next;
    } while (token !== undefined);
  }

  close(): void {
    this.#ended.abort();
  }

  async #list(prefix: string, token: string | undefined, most?: number) {
    const search = new URLSearchParams({ "list-type": "2", prefix });
    if (token !== undefined) search.set("continuation-token", token);
    if (most !== undefined) search.set("max-keys", String(most));
    const text = await this.#request({
      method: "GET",
      search,
      patience: longestFarewell,
    });
    return {
      keys: textsOf(text, "Key"),
      next: textsOf(text, "NextContinuationToken")[0],
    };
  }

  /** Gives the text of the answer. */
  async #request(wish: Wish): Promise<string> {
    const { method, key, body, search, patience = longestSilence } = wish;
    const url = new URL(this.#bucket);
    if (key !== undefined) {
      const path = key.split("/").map(encodeURIComponent).join("/");
      url.pathname = `${url.pathname.replace(/\/$/, "")}/${path}`;
    }
    if (search) url.search = String(search);
    const client = await this.#client;
    const limit = new Limit(patience);
    try {
      limit.begin(body?.length);
      const answer = await client.fetch(url, {
        method,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([limit.signal, this.#ended.signal]),
      });
      const text = await readText(answer, () => limit.begin());
      if (answer.ok) return text;
      throw refusal(
        `${method} ${url.origin}${url.pathname}`,
        answer,
        textsOf(text, "Code")[0],
        key !== undefined && method === "GET",
      );
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      const { message } = ((cause as Error).cause ?? cause) as Error;
      const why = limit.signal.aborted
        ? `nothing came within ${formatDuration(limit.length)}`
        : message;
      throw new StoreError(
        "failing",
        `${url.origin} does not answer: ${why}`,
        cause,
      );
    } finally {
      limit.end();
    }
  }

  #keyOf(run: string, name: string): string {
    return `${this.#folder}${run}/sha256/${name.slice(0, 2)}/${name}`;
  }
}

/** How long a step of a request may take; it begins again with the next one. */
class Limit {
  readonly #patience: number;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** In milliseconds. */
  length = 0;

  constructor(patience: number) {
    this.#patience = patience;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A step in which so many bytes are sent. */
  begin(bytes = 0): void {
    clearTimeout(this.#timer);
    this.length = this.#patience + Math.ceil(bytes / slowest);
    this.#timer = setTimeout(() => this.#controller.abort(), this.length);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** The text of an answer; `came` is called with each part of it. */
async function readText({ body }: Response, came: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  came();
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    came();
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** Why a request was answered with a status that is no success. */
function refusal(
  what: string,
  { status, statusText }: Response,
  code: string | undefined,
  isRead: boolean,
): StoreError {
  const told = `${what}: ${status} ${code ?? statusText}`;
  const remedy = remedyFor(status, code);
  return new StoreError(
    troubleOf(status, isRead && code !== "NoSuchBucket"),
    remedy === undefined ? told : `${told}. ${remedy}`,
  );
}

function troubleOf(status: number, mayBeOnItsWay: boolean): StoreTrouble {
  if (status === 404 && mayBeOnItsWay) return "missing";
  const mayPass = status === 408 || status === 429 || status >= 500;
  return mayPass ? "failing" : "refused";
}

function remedyFor(
  status: number,
  code: string | undefined,
): string | undefined {
  if (code === "NoSuchBucket") return "Make the bucket, or correct --store.";
  if (code === "RequestTimeTooSkewed") return "Set the clock of this machine.";
  if (code === "AuthorizationHeaderMalformed" || code === "PermanentRedirect")
    return "Give the bucket's region with --store: region=eu-central-1.";
  if (status === 401 || status === 403)
    return "Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or let them list, read, write and delete there.";
  return undefined;
}

function toBucket(bucket: string, region: string, endpoint?: string): URL {
  if (endpoint === undefined)
    return new URL(`https://${bucket}.s3.${region}.amazonaws.com/`);
  try {
    return new URL(`${endpoint.replace(/\/+$/, "")}/${bucket}`);
  } catch {
    throw new UsageError(
      `${endpoint} is no address of a store. Write endpoint=https://host:9000.`,
    );
  }
}

/** What stands in the elements of that name; S3's answers have neither attributes nor comments there. */
function textsOf(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"));
  return [...found].map(([, text]) =>
    text!
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&quot;/g, '"')
      .replace(/&apos;|&#39;/g, "'")
      .replace(/&amp;/g, "&"),
  );
}
