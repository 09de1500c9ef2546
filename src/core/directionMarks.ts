const marks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name without the marks that turn the direction of writing round: none is seen, and with them one name looks like another. */
export function withoutDirectionMarks(name: string): string {
  return name.replace(marks, "");
}

/** A text with such marks written out, where they would turn round what stands about it too. */
export function showDirectionMarks(text: string): string {
  return text.replace(
    marks,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
