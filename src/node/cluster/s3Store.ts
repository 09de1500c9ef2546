import type { AwsClient } from "aws4fetch";
import { UsageError } from "../arguments.ts";
import type { Shelf } from "./store.ts";

/** How often a request is made again that the store could not answer. */
const retries = 5;

/**
 * Objects of a bucket, in S3 or in what speaks its language (MinIO, R2, Ceph, Garage): `s3://bucket/folder`, with
 * `?endpoint=https://host:9000` for another store than Amazon's and `&region=eu-central-1`. Keys come from the environment.
 */
export class S3Store implements Shelf {
  readonly #client: Promise<AwsClient>;
  readonly #bucket: URL;
  readonly #folder: string;

  constructor(address: string, environment = process.env) {
    const url = new URL(address);
    const bucket = url.hostname;
    const folder = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
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

  async write(run: string, name: string, text: string): Promise<void> {
    await this.#request("PUT", this.#keyOf(run, name), text);
  }

  async read(run: string, name: string): Promise<string> {
    return (await this.#request("GET", this.#keyOf(run, name))).text();
  }

  async drop(run: string): Promise<void> {
    let token: string | undefined;
    do {
      const page = await this.#list(`${this.#folder}${run}/`, token);
      await Promise.all(page.keys.map((key) => this.#request("DELETE", key)));
      token = page.next;
    } while (token !== undefined);
  }

  async #list(prefix: string, token: string | undefined) {
    const search = new URLSearchParams({ "list-type": "2", prefix });
    if (token !== undefined) search.set("continuation-token", token);
    const answer = await this.#request("GET", "", undefined, search);
    const text = await answer.text();
    return {
      keys: textsOf(text, "Key"),
      next: textsOf(text, "NextContinuationToken")[0],
    };
  }

  async #request(
    method: string,
    key: string,
    body?: string,
    search?: URLSearchParams,
  ): Promise<Response> {
    const url = new URL(this.#bucket);
    if (key !== "") {
      const path = key.split("/").map(encodeURIComponent).join("/");
      url.pathname = `${url.pathname.replace(/\/$/, "")}/${path}`;
    }
    if (search) url.search = String(search);
    const client = await this.#client;
    let answer: Response;
    try {
      answer = await client.fetch(url, {
        method,
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      const { message } = ((cause as Error).cause ?? cause) as Error;
      throw new Error(`${url.origin} does not answer: ${message}`, { cause });
    }
    if (answer.ok) return answer;
    const [code] = textsOf(await answer.text(), "Code");
    throw new Error(
      `${method} ${url.origin}${url.pathname}: ${answer.status} ${code ?? answer.statusText}`,
    );
  }

  #keyOf(run: string, name: string): string {
    return `${this.#folder}${run}/sha256/${name.slice(0, 2)}/${name}`;
  }
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
