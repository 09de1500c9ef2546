export function partsOf(dist: string): {
  firstPaint: string[];
  usable: string[];
  rest: string[];
};
export function nameOf(file: string): string;
export function compressedSize(folder: string, file: string): number;
export function sumOf(folder: string, files: readonly string[]): number;
