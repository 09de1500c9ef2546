/** Words of what stands where a part of the page could not be drawn. */

export const notShown = ({ name, error }: { name: string; error: string }) =>
  `${name} could not be shown, by a fault of Flowbook: ${error}. Nothing is lost, and everything else works. Try again; if it stays so, change what is shown here, or report it.`;
export const tryAgain = "Try again";
