import { imageTypeOf, type ImageType } from "../../core/imageType.ts";

/** An image as the page shows it. */
export interface ValueImage {
  mime: ImageType;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The image that a value is: its bytes, a Blob of them, or pixels that were drawn. Undefined if it is none. */
export function valueImage(
  value: unknown,
): ValueImage | Promise<ValueImage | undefined> | undefined {
  if (value instanceof Uint8Array) return fromBytes(value);
  if (value instanceof Blob) return fromBlob(value);
  const paint = painterOf(value);
  if (!paint) return undefined;
  const { width, height } = value as ImageData | ImageBitmap;
  const canvas = new OffscreenCanvas(width, height);
  paint(canvas.getContext("2d")!);
  return canvas.convertToBlob().then(fromBlob);
}

function painterOf(
  value: unknown,
): ((context: OffscreenCanvasRenderingContext2D) => void) | undefined {
  if (typeof ImageData !== "undefined" && value instanceof ImageData)
    return (context) => context.putImageData(value, 0, 0);
  if (typeof ImageBitmap !== "undefined" && value instanceof ImageBitmap)
    return (context) => context.drawImage(value, 0, 0);
  return undefined;
}

function fromBytes(bytes: Uint8Array): ValueImage | undefined {
  const mime = imageTypeOf(bytes);
  return mime && { mime, bytes: new Uint8Array(bytes) };
}

async function fromBlob(blob: Blob): Promise<ValueImage | undefined> {
  const start = await blob.slice(0, 1000).arrayBuffer();
  return imageTypeOf(new Uint8Array(start))
    ? fromBytes(new Uint8Array(await blob.arrayBuffer()))
    : undefined;
}
