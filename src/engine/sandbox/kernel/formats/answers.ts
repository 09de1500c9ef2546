import { FlowError } from "../../../../core/errors.ts";
import type { Source } from "../sources.ts";

/** What a server answers, or any stream of bytes, as something to read while it comes in. */
export function openAnswer(given: Response | ReadableStream): Source {
  const url = given instanceof Response && given.url;
  const name = url || "the stream";
  if (given instanceof Response && !given.ok)
    throw new Error(
      `${name} answered ${`${given.status} ${given.statusText}`.trimEnd()}, so it has no rows. What it said is in response.text(); to read it as rows all the same, hand on response.body.`,
    );
  const body = given instanceof Response ? given.body : given;
  const type =
    given instanceof Response
      ? (given.headers.get("content-type") ?? undefined)
      : undefined;
  const source = (blob: Blob | undefined, pieces: Pieces): Source => ({
    name,
    type,
    blob,
    pieces: () => pieces,
  });
  if (!body) return source(new Blob(), nothing());
  if (body.locked) throw wasRead(name);
  const rest = isBegun(body) ? tellEnd(name, body as Pieces) : (body as Pieces);
  return source(undefined, url ? tellBreak(url, rest) : rest);
}

type Pieces = AsyncIterable<Uint8Array>;

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Whether something was taken of a stream that nobody holds now: no answer can be made of one. */
function isBegun(stream: ReadableStream): boolean {
  try {
    return new Response(stream).bodyUsed;
  } catch {
    return true;
  }
}

/** What is left of a stream that was begun; one that was read to its end is not taken for one without content. */
async function* tellEnd(
  name: string,
  pieces: Pieces,
): AsyncGenerator<Uint8Array> {
  let isOver = true;
  for await (const piece of pieces) {
    isOver = false;
    yield piece;
  }
  if (isOver) throw wasRead(name);
}

function wasRead(name: string): FlowError {
  return new FlowError(
    "invalid-argument",
    `${name} was read before, or is being read elsewhere, and it gives its content only once. Fetch it anew; or keep what it holds, const file = await response.blob(), and read that as often as you like.`,
  );
}

/** What is told where an answer of the network ends too early is a word or two, without what it was. */
async function* tellBreak(
  url: string,
  pieces: Pieces,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new Error(
      `${url} broke off its answer: ${thrown.message}. Try again, with retries for the task or with fetchCsv and its like.`,
      { cause: thrown },
    );
  }
}
