/** Words of the code that a camera reads. */

export const qrCodeOfTheLink = "QR code of the link";
