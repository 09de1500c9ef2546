/** Where tasks of any machine can be counted and held: each `fetch` of a name comes in, and is answered when that is allowed. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Turnstile {
  url: string;
  /** How many have come by that name so far. */
  count(name: string): number;
  /** Resolves when so many have come by that name. */
  came(name: string, count: number): Promise<void>;
  /** Lets those go that came by that name and are held, and all that will come. */
  open(name: string): void;
  close(): Promise<void>;
}

export async function openTurnstile(): Promise<Turnstile> {
  const counts = new Map<string, number>();
  const held = new Map<string, ServerResponse[]>();
  const isOpen = new Set<string>();
  const waiting = new Set<() => void>();
  const count = (name: string) => counts.get(name) ?? 0;
  const server = createServer(({ url }, response) => {
    const name = url!.slice(1);
    counts.set(name, count(name) + 1);
    for (const look of waiting) look();
    if (isOpen.has(name)) response.end();
    else held.set(name, [...(held.get(name) ?? []), response]);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count,
    came: (name, wanted) =>
      new Promise((done) => {
        const look = () => {
          if (count(name) < wanted) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
      }),
    open(name) {
      isOpen.add(name);
      for (const response of held.get(name) ?? []) response.end();
      held.delete(name);
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => void server.close(() => done()));
    },
  };
}
