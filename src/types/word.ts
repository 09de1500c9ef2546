/** The names and keywords in a text of code. */
export const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
