import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { Output } from "../../src/node/output.ts";

/** A stream that keeps what is written, or that throws, or tells of, an error instead. */
function stream(code?: string, isThrown = false) {
  let text = "";
  const writable = new Writable({
    write(part, _, done) {
      const error =
        code && Object.assign(new Error(`${code}: it is so`), { code });
      if (error && isThrown) throw error;
      if (!error) text += String(part);
      done(error || null);
    },
  });
  return { writable, text: () => text };
}

test.each([
  ["thrown", true],
  ["told later", false],
])(
  "what cannot be written ends nothing, and is said on the other stream: %s",
  async (_, isThrown) => {
    const full = stream("ENOSPC", isThrown);
    for (const [name, out, error] of [
      ["Standard error", stream(), full],
      ["Standard output", stream("ENOSPC", isThrown), stream()],
    ] as const) {
      const output = new Output(out.writable, error.writable);
      (name === "Standard error" ? error : out).writable.write("line\n");
      await setImmediate();
      expect(output.tellLost()).toBe(true);
      expect(out.text() + error.text()).toBe(
        `${name} could not be written as a whole: ENOSPC: it is so. Make room for it, or send it elsewhere.\n`,
      );
    }
  },
);

test("nothing is added to output that a program may read", async () => {
  const [out, error] = [stream(), stream("ENOSPC")];
  const output = new Output(out.writable, error.writable);
  out.writable.write("{}");
  error.writable.write("line\n");
  await setImmediate();
  expect(output.tellLost()).toBe(true);
  expect(out.text()).toBe("{}");
});

test("whoever reads no further has lost nothing", async () => {
  const [out, error] = [stream("EPIPE"), stream()];
  const output = new Output(out.writable, error.writable);
  out.writable.write("{}");
  await setImmediate();
  expect(output.tellLost()).toBe(false);
  expect(error.text()).toBe("");
});
