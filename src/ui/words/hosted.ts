/** Words of what is read from a host: a notebook by its address, and the files beside it. */

const reasons: Readonly<Record<number, string>> = {
  401: " (it wants you to log in, and a notebook is opened without that)",
  403: " (it does not let you have it)",
  404: " (not found)",
  410: " (it was deleted)",
  429: " (too many requests; wait a little)",
};

/** `status` is that of HTTP, with what it means to the reader where that is known. */
export const hostAnswered = ({
  host,
  status,
  path,
}: {
  host: string;
  status: number;
  path: string;
}) =>
  `${host} answered ${status}${reasons[status] ?? ""} when asked for ${path}. Check the address, or ask whoever sent it.`;
export const noAnswer = ({
  host,
  seconds,
}: {
  host: string;
  seconds: number;
}) => `${host} did not answer within ${seconds} s. Try again later.`;
export const offline = (host: string) =>
  `This device is offline, so ${host} cannot be asked. Go online and try again.`;
export const connectionBrokeOff = (host: string) =>
  `The connection to ${host} broke off. Try again.`;
/** `most` is a size such as `256 MB`. */
export const fileTooLarge = ({
  address,
  most,
}: {
  address: string;
  most: string;
}) =>
  `${address} is larger than ${most}, so it was not read to its end. Download it, and choose it here.`;
export const fileUnreadable = (address: string) =>
  `${address} could not be read. Either nothing answers there, or it leads on to another address, or the host does not let other pages read it (CORS). Download the file, and choose it here.`;
