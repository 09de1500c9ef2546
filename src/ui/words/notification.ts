/** Words of notices outside of the page. */

export const allowNotices = "Notify me outside of this page";
