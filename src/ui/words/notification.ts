/** Words of notices outside of the page. */

export const notifyMeOutsideOfThis = "Notify me outside of this page";
export const notification = "Notification";
