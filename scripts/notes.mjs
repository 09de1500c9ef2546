// The notes of a release are what the changelog says under its number or, before it has one, under Unreleased.

/** The section of a changelog that is about a version. */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  // A title may go on, with the day of the release.
  const titled = (title) =>
    sections.find((section) => section.split(/\s/, 1)[0] === title);
  const section = titled(version) ?? titled("Unreleased");
  if (!section)
    throw new Error(
      `CHANGELOG.md says nothing about ${version}. Write a section "## ${version}".`,
    );
  const body = section.slice(section.indexOf("\n")).trim();
  return `# Flowbook ${version}\n\n${body}\n`;
}
