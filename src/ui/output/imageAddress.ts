import { toDataUrl } from "../../core/base64.ts";
import type { ImageType } from "../../core/imageType.ts";

/**
 * An address for the bytes of an image, and what frees it. SVG may hold scripts: they do not run in an image, but would in a tab
 * in which the image is opened by itself, with the page's origin if its address were a blob's. Browsers open no data address.
 */
export function imageAddress(
  mime: ImageType,
  bytes: Uint8Array<ArrayBuffer>,
): { url: string; free: () => void } {
  if (mime === "image/svg+xml")
    return { url: toDataUrl(mime, bytes), free: () => undefined };
  const url = URL.createObjectURL(new Blob([bytes], { type: mime }));
  return { url, free: () => URL.revokeObjectURL(url) };
}
