import { imageTypeOf, type ImageType } from "../../core/imageType.ts";
import { readPicture } from "../../core/readPicture.ts";

/** An image as the page shows it. */
export interface ValueImage {
  mime: ImageType;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The image that a value is: its bytes, a Blob of them, or pixels that were drawn. Undefined if it is none. */
export function valueImage(
  value: unknown,
): ValueImage | Promise<ValueImage | undefined> | undefined {
  const picture = readPicture(value);
  return picture ? picture.then(fromBytes) : fromBytes(value);
}

function fromBytes(value: unknown): ValueImage | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  const mime = imageTypeOf(value);
  return mime && { mime, bytes: new Uint8Array(value) };
}
