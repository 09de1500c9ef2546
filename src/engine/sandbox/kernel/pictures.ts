import { readPicture } from "../../../core/readPicture.ts";
import type { Job } from "./job.ts";
import { toOutput } from "./outputs.ts";

/** Shows a value with a job. `title` is that of a table, or what stands for an image. */
export function show(
  job: Job,
  value: unknown,
  { key, title }: { key?: string | undefined; title?: string | undefined } = {},
): void {
  const picture = readPicture(value);
  job.display(
    picture
      ? picture.then((read) => toOutput(read, title))
      : toOutput(value, title),
    key,
  );
}
