import { expect, test } from "vitest";
import { parseAddress } from "../../src/node/cluster/address.ts";

test("an address has host, port, database, user and password", () => {
  expect(parseAddress("rediss://me:p%40ss@[::1]:7000/2")).toEqual({
    host: "::1",
    port: 7000,
    username: "me",
    password: "p@ss",
    database: 2,
    isEncrypted: true,
  });
  expect(parseAddress("bullmq://host")).toMatchObject({
    port: 6379,
    username: undefined,
    database: 0,
    isEncrypted: false,
  });
});

test("a password with signs of addresses is said to need others for them, and is not shown", () => {
  for (const password of ["100%", "a/b", "a@b/c", "a#b", "a?b"]) {
    const read = () => parseAddress(`bullmq://me:${password}@host:6379`);
    expect(read).toThrow(/is no address of a queue\. .*%25 for %/);
    expect(read).not.toThrow(password);
  }
});
