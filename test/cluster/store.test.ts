import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openStore } from "../../src/node/cluster/store.ts";
import { keyId, openS3Server, type S3Server } from "./s3Server.ts";

describe("a store that all machines reach", () => {
  let s3: S3Server;
  let folder: string;
  beforeEach(async () => {
    s3 = await openS3Server();
    folder = mkdtempSync(join(tmpdir(), "flowbook-store-"));
    vi.stubEnv("AWS_ACCESS_KEY_ID", keyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    rmSync(folder, { recursive: true });
    await s3.close();
  });

  test.for(["file", "s3"])(
    "in %s: what was put is found by its name until its run is dropped",
    async (kind) => {
      const store = openStore(kind === "s3" ? s3.url : `file://${folder}`);
      const texts = ["", "one", "two <&> drei ☃", "x".repeat(100_000), "five"];
      const names = await Promise.all(
        texts.map((text) => store.put("run", text)),
      );
      const other = await store.put("other", "kept");
      expect(await store.put("run", "one")).toBe(names[1]);
      expect(
        await Promise.all(names.map((name) => store.get("run", name))),
      ).toEqual(texts);
      await store.drop("run");
      await expect(store.get("run", names[1]!)).rejects.toThrow();
      expect(await store.get("other", other)).toBe("kept");
      await store.drop("run");
    },
  );

  test("objects are in the folder of the bucket, and what is damaged is not taken", async () => {
    const store = openStore(s3.url);
    const name = await store.put("run", "text");
    const [place] = s3.objects.keys();
    expect(place).toBe(
      `bucket/some folder/run/sha256/${name.slice(0, 2)}/${name}`,
    );
    s3.objects.set(place!, "other");
    await expect(store.get("run", name)).rejects.toThrow(/is damaged/);
  });

  test("a file that is damaged is not taken", async () => {
    const store = openStore(`file://${folder}`);
    const name = await store.put("run", "text");
    const [file] = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(name))
      .map((path) => join(folder, path));
    writeFileSync(file!, "other");
    await expect(store.get("run", name)).rejects.toThrow(/is damaged/);
  });

  test("a store that refuses says why", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "STRANGER");
    await expect(openStore(s3.url).put("run", "text")).rejects.toThrow(
      /PUT http:\/\/127\.0\.0\.1:\d+\/bucket\/some%20folder\/.*: 403 AccessDenied/,
    );
  });

  test("a store that cannot be reached says why, whether or not there is a cause below", async () => {
    await s3.close();
    await expect(openStore(s3.url).put("run", "text")).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+ does not answer: connect ECONNREFUSED/,
    );
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await expect(openStore(s3.url).put("run", "text")).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+ does not answer: no network$/,
    );
  });

  test("a folder with a % that stands for nothing is refused with what to write", () => {
    for (const url of ["s3://bucket/100%/", "file:///mnt/100%/"])
      expect(() => openStore(url)).toThrow(
        `--store ${url} cannot be read as an address. Write %25 for %`,
      );
  });

  test("without keys, or with an address that is none, it says what to give", () => {
    expect(() => openStore("https://host/folder")).toThrow(
      /file:\/\/\/mnt\/shared, or a place in S3/,
    );
    expect(() => openStore("s3:///folder")).toThrow(/names no bucket/);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "");
    expect(() => openStore(s3.url)).toThrow(
      /Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
    );
  });
});
