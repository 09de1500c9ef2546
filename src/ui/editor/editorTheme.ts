import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { colours } from "./colours.ts";

/** The look of all editors, from the page's own variables, so that it follows light and dark by itself. */
const look = EditorView.theme({
  "&": {
    color: "var(--ink)",
    backgroundColor: "transparent",
    fontSize: "var(--code-size)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-code)",
    lineHeight: "var(--code-line)",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-cursor": { borderLeft: "2px solid var(--accent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--code-selection)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-gutters": {
    boxSizing: "border-box",
    minWidth: "40px",
    // long lines scroll below it
    backgroundColor: "var(--paper)",
    color: "var(--ink-faint)",
    border: "0",
  },
  ".cm-lineNumbers": { width: "100%" },
  ".cm-lineNumbers .cm-gutterElement": {
    minWidth: "40px",
    padding: "0 8px 0 4px",
    fontSize: "0.6875rem",
  },
  ".cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--ink)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  "&.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "var(--bad-soft)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--code-match)" },
  ".cm-placeholder": { color: "var(--ink-faint)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad) 1px",
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--warn) 1px",
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".cm-lintPoint:after": { borderBottomColor: "var(--bad)" },
  ".cm-lintPoint-warning:after": { borderBottomColor: "var(--warn)" },
  ".cm-tooltip": {
    border: "0",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--shadow-float)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-hover": {
    maxWidth: "min(600px, 100vw)",
    overflow: "auto",
  },
  ".cm-tooltip-section:not(:first-child)": {
    borderTop: "1px solid var(--line)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-code)",
    fontSize: "var(--text-small)",
    maxHeight: "16em",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    padding: "3px 10px 3px 6px",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.7" },
  ".cm-completionMatchedText": {
    textDecoration: "none",
    fontWeight: "700",
  },
  ".cm-completionIcon": { opacity: "0.6", paddingRight: "16px" },
  ".cm-tooltip.cm-completionInfo": {
    padding: "0",
    marginInline: "4px",
    overflow: "hidden",
  },
  ".flow-doc": { maxWidth: "400px", padding: "8px 10px" },
  ".flow-doc code": {
    font: "var(--text-small)/1.4 var(--font-code)",
    color: "var(--code-function)",
    whiteSpace: "normal",
    overflowWrap: "anywhere",
  },
  ".flow-doc code + p": { whiteSpace: "pre-line" },
  ".flow-doc p code": { color: "inherit" },
  ".flow-call b": { color: "var(--accent)", fontWeight: "700" },
  ".flow-doc small, .flow-rename small": {
    display: "block",
    marginTop: "4px",
    color: "var(--ink-soft)",
    font: "var(--text-small)/1.4 var(--font-ui)",
  },
  ".flow-rename": { display: "block", padding: "8px" },
  ".flow-rename input": {
    width: "220px",
    padding: "3px 6px",
    border: "1px solid var(--accent)",
    borderRadius: "var(--radius-small)",
    background: "var(--ground)",
    color: "var(--ink)",
    font: "var(--text-small) var(--font-code)",
  },
  ".cm-searchMatch": { backgroundColor: "var(--code-match)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--accent)" },
  ".flow-doc p": {
    marginTop: "4px",
    font: "var(--text-base)/1.45 var(--font-ui)",
  },
  ".cm-diagnostic": {
    padding: "6px 10px",
    borderLeft: "3px solid var(--bad)",
    font: "var(--text-base)/1.45 var(--font-ui)",
  },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnosticText code": {
    padding: "0 0.25em",
    borderRadius: "var(--radius-small)",
    backgroundColor: "color-mix(in srgb, currentColor 9%, transparent)",
    font: "0.95em var(--font-code)",
    overflowWrap: "anywhere",
  },
  ".cm-diagnosticAction": {
    display: "block",
    margin: "4px 0 0",
    padding: "2px 8px",
    borderRadius: "var(--radius-small)",
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-strong)",
    font: "var(--text-small)/1.5 var(--font-ui)",
    cursor: "pointer",
  },
});

export const editorTheme = [
  look,
  syntaxHighlighting(HighlightStyle.define(colours)),
];
