import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";

/** The bytes of an attachment. */
export async function readAttachment(
  current: Current,
  name: unknown,
): Promise<ArrayBuffer> {
  const job = jobOutside(current, "Reading an attachment");
  if (typeof name === "string" && name !== "") return await job.readFile(name);
  throw new FlowError(
    "invalid-argument",
    `An attachment is read by its name, such as "airlines.csv", not ${showValue(name)}.`,
  );
}
