/** Words of an image among the outputs. */

/** What an image is called that has no name. */
export const image = "Image";
export const imageDamaged = (kind: string) =>
  `This image cannot be shown: its bytes begin as those of ${kind} do, and the rest is damaged or missing.`;
/** `size` is in pixels, `800 × 600`, and not known at first; `bytes` as `12 kB`. */
export const imageFacts = ({
  kind,
  size,
  bytes,
}: {
  kind: string;
  size: string | undefined;
  bytes: string;
}) => (size === undefined ? `${kind}, ${bytes}` : `${kind}, ${size}, ${bytes}`);
export const save = "Save";
export const saveImage = (alt: string) =>
  alt === "" ? "Save the image" : `Save ${alt}`;
