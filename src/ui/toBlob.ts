/** Bytes that were given to a call as a Blob. Undefined of anything else, which would become a file of its text, such as "[object Object]". */
export function toBlob(data: unknown): Blob | undefined {
  if (data instanceof Blob) return data;
  // Those of a frame are of its own classes.
  const kind = Object.prototype.toString.call(data).slice(8, -1);
  return ArrayBuffer.isView(data) || /^(?:ArrayBuffer|Blob|File)$/.test(kind)
    ? new Blob([data as BlobPart])
    : undefined;
}
