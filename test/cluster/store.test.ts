import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FolderStore } from "../../src/node/cluster/folderStore.ts";
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
      const url = kind === "s3" ? s3.url : `file://${folder}`;
      const store = openStore(url, []);
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
    const store = openStore(s3.url, []);
    const name = await store.put("run", "text");
    const [place] = s3.objects.keys();
    expect(place).toBe(
      `bucket/some folder/run/sha256/${name.slice(0, 2)}/${name}`,
    );
    s3.objects.set(place!, "other");
    await expect(store.get("run", name)).rejects.toThrow(/is damaged/);
  });

  test("a folder that does not answer is given up, is asked nothing more meanwhile, and is used again when it has answered", async () => {
    const shelf = new FolderStore(folder, 200);
    await shelf.write("run", "there", "text");
    // Whoever reads that waits until somebody writes.
    const pipe = join(folder, "run/sha256/mu/mute");
    mkdirSync(dirname(pipe));
    execFileSync("mkfifo", [pipe]);
    const silent = /does not answer\. Look whether/;
    await expect(shelf.read("run", "mute")).rejects.toThrow(silent);
    await expect(shelf.read("run", "there")).rejects.toThrow(silent);
    await expect(shelf.drop("run")).rejects.toThrow(silent);
    writeFileSync(pipe, "");
    await vi.waitFor(async () =>
      expect(await shelf.read("run", "there")).toBe("text"),
    );
  });

  test("a file that is damaged is not taken", async () => {
    const store = openStore(`file://${folder}`, []);
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
    await expect(openStore(s3.url, []).put("run", "text")).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+ does not answer: connect ECONNREFUSED/,
    );
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await expect(openStore(s3.url, []).put("run", "text")).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+ does not answer: no network$/,
    );
  });

  test("a store that takes a request and never answers is given up, also where something has to end", async () => {
    const name = await openStore(s3.url).put("run", "text");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      for (const method of ["GET", "PUT"]) {
        const store = openStore(s3.url, []);
        const wish = () =>
          method === "GET" ? store.get("run", name) : store.put("run", "text");
        let arrived = s3.answer(method);
        let failed = expect(wish()).rejects.toThrow(
          /does not answer: nothing came within 20 s$/,
        );
        await arrived;
        vi.advanceTimersByTime(20_001);
        await failed;

        arrived = s3.answer(method);
        failed = expect(wish()).rejects.toThrow(/does not answer/);
        await arrived;
        store.close();
        await failed;
      }
      const arrived = s3.answer("GET");
      const failed = expect(openStore(s3.url, []).drop("run")).rejects.toThrow(
        /nothing came within 5 s$/,
      );
      await arrived;
      vi.advanceTimersByTime(5_001);
      await failed;
    } finally {
      vi.useRealTimers();
    }
  });

  test("what may pass is tried again, and what was cut short on its way is not taken", async () => {
    const store = openStore(s3.url, [0, 0]);
    let puts = 0;
    void s3.answer("PUT", (_, response) => {
      puts += 1;
      if (puts < 2) response.destroy();
      else response.writeHead(200).end();
    });
    const name = await store.put("run", "text");
    expect(puts).toBe(2);
    let gets = 0;
    void s3.answer("GET", (_, response) => {
      gets += 1;
      response.writeHead(200, { "content-length": "4" });
      if (gets < 3) response.write("te", () => response.destroy());
      else response.end("text");
    });
    expect(await store.get("run", name)).toBe("text");
    expect(gets).toBe(3);
  });

  test("a store that cannot be used says so when it is checked, with what to do, and is asked once", async () => {
    const check = (url: string) => openStore(url, [0, 0]).check();
    await check(s3.url);
    await check(`file://${folder}`);
    await expect(check(`file://${folder}/not there`)).rejects.toThrow(
      /^--store file:.* cannot be used: There is no folder .*not there on this machine\. Make or mount it, or correct --store\.$/,
    );
    await expect(
      openStore(`file://${folder}/not there`).put("run", "text"),
    ).rejects.toThrow(/There is no folder/);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, "file"), "");
    await expect(check(`file://${folder}/file`)).rejects.toThrow(
      /There is no folder .*file on this machine/,
    );
    let asked = 0;
    void s3.answer("GET", (_, response) => {
      asked += 1;
      response.writeHead(404).end("<Error><Code>NoSuchBucket</Code></Error>");
    });
    await expect(check(s3.url)).rejects.toThrow(
      /404 NoSuchBucket\. Make the bucket, or correct --store\.$/,
    );
    expect(asked).toBe(1);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "STRANGER");
    s3.refuse("PUT");
    await expect(openStore(s3.url).put("run", "text")).rejects.toThrow(
      /403 AccessDenied\. Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
    );
  });

  test("an address with an option that no store has is refused", () => {
    expect(() => openStore(`${s3.url}&endpont=https://host`)).toThrow(
      /has endpont, which is no option of a store\. There is endpoint and region/,
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
