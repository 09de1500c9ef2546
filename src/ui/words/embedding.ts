/** What is said to the page around an embedded notebook. */

export const idMissing = "A call needs an id, a text or a number.";
/** `method` is undefined if the call names none. */
export const unknownMethod = ({
  method = "That",
  methods,
}: {
  method: string | undefined;
  methods: string;
}) => `${method} cannot be called from the page around. There are ${methods}.`;
export const argsNotList = "The args of a call are a list.";
export const embeddedOnly =
  "Inside another page Flowbook shows only the notebook of the link that it was embedded with.";
