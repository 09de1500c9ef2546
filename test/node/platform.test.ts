import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { nodePlatform } from "../../src/node/platform.ts";

const { fetch } = nodePlatform(
  {},
  () => {},
  () => {},
  (text) => text,
);

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a request without an answer says why there is none", async () => {
  const port = await freePort();
  const thrown = await fetch(`http://127.0.0.1:${port}/`).catch(
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TypeError);
  expect(thrown).toMatchObject({
    message: `fetch failed (connect ECONNREFUSED 127.0.0.1:${port})`,
    cause: expect.any(Error) as unknown,
  });
  // Two addresses are tried of that name, or one: where both are, there is a code and no message.
  await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow(
    /^fetch failed \(.*ECONNREFUSED.*\)$/,
  );
});

test("a request that is given up with an error of somebody's own fails with that", async () => {
  const reason = new RangeError("enough", { cause: new Error("why") });
  await expect(
    fetch("http://127.0.0.1:1/", { signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});

test("a request that is given up says so as ever", async () => {
  await expect(
    fetch("http://127.0.0.1:1/", { signal: AbortSignal.abort() }),
  ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
});
