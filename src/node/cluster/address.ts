import { UsageError } from "../arguments.ts";

/** Where the queue is. */
export interface ClusterAddress {
  host: string;
  port: number;
  username: string | undefined;
  password: string | undefined;
  /** The number of Redis' database. */
  database: number;
  isEncrypted: boolean;
}

const schemes: Readonly<Record<string, boolean>> = {
  "bullmq:": false,
  "redis:": false,
  "bullmqs:": true,
  "rediss:": true,
};

/** Reads `bullmq://[user:password@]host[:port][/database]`; with `bullmqs` or `rediss` the connection is encrypted. */
export function parseAddress(text: string): ClusterAddress {
  let url: URL;
  let username: string;
  let password: string;
  try {
    url = new URL(text);
    username = decodeURIComponent(url.username);
    password = decodeURIComponent(url.password);
  } catch {
    throw misfit(text);
  }
  const isEncrypted = schemes[url.protocol];
  const database = Number(url.pathname.replace(/^\//, "") || "0");
  const hasMore = /[?#@]/.test(url.pathname + url.search + url.hash);
  if (isEncrypted === undefined || url.hostname === "" || hasMore)
    throw misfit(text);
  if (!Number.isInteger(database) || database < 0)
    throw new UsageError(
      `The number of Redis' database comes last, as in bullmq://host:6379/1, not ${url.pathname.slice(1)}.`,
    );
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || "6379"),
    username: username || undefined,
    password: password || undefined,
    database,
    isEncrypted,
  };
}

/** An address as it may be shown: without the password. */
export function showAddress({ host, port }: ClusterAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function misfit(text: string): UsageError {
  const shown = text.replace(/\/\/.*@/, "//");
  const signs =
    shown === text
      ? ""
      : " In a password write %40 for @, %2F for /, %23 for #, %3F for ? and %25 for %.";
  return new UsageError(
    `${shown} is no address of a queue. Write bullmq://host:6379, or rediss://user:password@host:6379 for an encrypted connection.${signs}`,
  );
}
