/**
 * A handler of clicks for what a double click should do once: its second press would do it again, or meet another button that has
 * come to that place.
 */
export const firstPress =
  (press: () => unknown) =>
  ({ detail }: MouseEvent): void => {
    if (detail < 2) void press();
  };
