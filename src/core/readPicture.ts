import { imageTypeOf } from "./imageType.ts";

/** What draws pictures, taken before the code of any cell can change it; Node has none of it. */
const { OffscreenCanvas } = globalThis;

/**
 * The bytes of an image that has to be read or encoded first: a Blob, pixels, a canvas. They are what comes of it, or the value
 * itself if that turns out to be no image. Undefined for every other value.
 */
export function readPicture(value: unknown): Promise<unknown> | undefined {
  switch (Object.prototype.toString.call(value)) {
    case "[object Blob]":
    case "[object File]":
      return readBlob(value as Blob);
    case "[object OffscreenCanvas]":
      return encode(value as OffscreenCanvas);
    case "[object ImageData]": {
      const pixels = value as ImageData;
      return draw(pixels, (context) => context.putImageData(pixels, 0, 0));
    }
    case "[object ImageBitmap]": {
      const bitmap = value as ImageBitmap;
      return draw(bitmap, (context) => context.drawImage(bitmap, 0, 0));
    }
    default:
      return undefined;
  }
}

function draw(
  { width, height }: { width: number; height: number },
  paint: (context: OffscreenCanvasRenderingContext2D) => void,
): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  paint(canvas.getContext("2d")!);
  return encode(canvas);
}

async function encode(canvas: OffscreenCanvas): Promise<Uint8Array> {
  return bytesOf(await canvas.convertToBlob());
}

async function readBlob(blob: Blob): Promise<unknown> {
  const start = await bytesOf(blob.slice(0, 1000));
  return imageTypeOf(start) ? bytesOf(blob) : blob;
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
