/** Which part of a text has which colour, for editors and for the texts that stand in their place; the classes are in colours.css. */
import { tags } from "@lezer/highlight";
import "./colours.css";
import "../print.css";

export const colours = [
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self],
    class: "code-keyword",
  },
  {
    tag: [tags.string, tags.special(tags.string), tags.regexp],
    class: "code-string",
  },
  {
    tag: [tags.number, tags.bool, tags.null, tags.atom],
    class: "code-number",
  },
  { tag: tags.comment, class: "code-comment" },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.function(tags.definition(tags.variableName)),
    ],
    class: "code-function",
  },
  {
    tag: [tags.typeName, tags.className, tags.namespace],
    class: "code-type",
  },
  { tag: tags.propertyName, class: "code-property" },
  { tag: tags.invalid, class: "code-invalid" },
  { tag: tags.heading, class: "code-heading" },
  { tag: tags.strong, class: "code-strong" },
  { tag: tags.emphasis, class: "code-emphasis" },
  { tag: tags.link, class: "code-link" },
  { tag: [tags.url, tags.monospace], class: "code-url" },
  { tag: tags.processingInstruction, class: "code-mark" },
];
