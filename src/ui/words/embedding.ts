/** What is said to the page around an embedded notebook. */

export const aCallNeedsAnId = "A call needs an id, a text or a number.";
export const that = "That";
export const cannotBeCalledFromThe = ({
  method,
  join,
}: {
  method: string;
  join: string;
}) => `${method} cannot be called from the page around. There are ${join}.`;
export const theArgsOfACall = "The args of a call are a list.";
