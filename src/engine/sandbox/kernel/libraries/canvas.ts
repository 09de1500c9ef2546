import { rgb } from "d3";
import { writePng } from "./png.ts";

/** The part of a 2D canvas context that Plot paints legends and rasters with. */
export interface CanvasContext {
  fillStyle: string;
  filter: string;
  imageSmoothingEnabled: boolean;
  fillRect(x: number, y: number, width: number, height: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  createImageData(width: number, height: number): PixelImage;
  getImageData(x: number, y: number, width: number, height: number): PixelImage;
  putImageData(image: PixelImage, x: number, y: number): void;
  drawImage(): void;
  toUrl(): string;
}

/** Pixels as red, green, blue and alpha, row by row. */
interface PixelImage {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** A context over pixels of its own. */
export function makeCanvasContext(
  width: number,
  height: number,
): CanvasContext {
  const pixels = new Uint8ClampedArray(width * height * 4);
  const forEachPixel = (
    x: number,
    y: number,
    w: number,
    h: number,
    visit: (at: number) => void,
  ) => {
    const right = Math.min(width, Math.round(x + w));
    const bottom = Math.min(height, Math.round(y + h));
    for (let row = Math.max(0, Math.round(y)); row < bottom; row++)
      for (let column = Math.max(0, Math.round(x)); column < right; column++)
        visit((row * width + column) * 4);
  };
  const context: CanvasContext = {
    fillStyle: "black",
    filter: "none",
    imageSmoothingEnabled: true,
    fillRect(x, y, w, h) {
      const { r, g, b, opacity } = rgb(context.fillStyle);
      forEachPixel(x, y, w, h, (at) => {
        pixels.set([r, g, b, opacity * 255], at);
      });
    },
    clearRect(x, y, w, h) {
      forEachPixel(x, y, w, h, (at) => pixels.fill(0, at, at + 4));
    },
    createImageData: (w, h) => ({
      width: w,
      height: h,
      data: new Uint8ClampedArray(w * h * 4),
    }),
    getImageData(x, y, w, h) {
      const image = context.createImageData(w, h);
      let to = 0;
      forEachPixel(x, y, w, h, (at) => {
        image.data.set(pixels.subarray(at, at + 4), to);
        to += 4;
      });
      return image;
    },
    putImageData(image, x, y) {
      let from = 0;
      forEachPixel(x, y, image.width, image.height, (at) => {
        pixels.set(image.data.subarray(from, from + 4), at);
        from += 4;
      });
    },
    drawImage() {
      throw new Error("Images cannot be drawn into a canvas in a worker.");
    },
    toUrl: () => `data:image/png;base64,${writePng(width, height, pixels)}`,
  };
  return context;
}
