/** The first bytes of kinds of images. Those of SVG are text, which may begin with a declaration and comments. */
const starts = {
  "image/png": /^\x89PNG/,
  "image/jpeg": /^\xff\xd8\xff/,
  "image/gif": /^GIF8/,
  "image/webp": /^RIFF[^]{4}WEBP/,
  "image/svg+xml":
    /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s/>]/i,
};

/** A kind of image that every browser shows. */
export type ImageType = keyof typeof starts;

/** Which kind of image some bytes are, by how they begin; undefined if they are none. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 1000));
  return (Object.keys(starts) as ImageType[]).find((type) =>
    starts[type].test(start),
  );
}
