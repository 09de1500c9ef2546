/** Text as it stands in HTML and XML, between tags and in quoted attributes. Characters that XML cannot hold become signs. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}
