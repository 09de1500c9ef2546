/** Where rows wait that are too many for memory: gives for bytes what it finds them by. */
export interface Shelf<Place extends object = object> {
  keep(bytes: Uint8Array): Place;
  read(place: Place): Uint8Array;
}

/** Browsers move Blobs to the disk when they become many. They can be read at once only in a worker of a browser. */
export const makeBlobShelf: (() => Shelf<Blob>) | undefined =
  typeof FileReaderSync === "undefined"
    ? undefined
    : () => ({
        keep: (bytes) => new Blob([bytes as BlobPart]),
        read: (kept) =>
          new Uint8Array(new FileReaderSync().readAsArrayBuffer(kept)),
      });
