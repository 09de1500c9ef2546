/** Results larger than this many bytes are left out of reports. */
export const reportLimit = 1_000_000;
