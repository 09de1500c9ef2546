/**
 * Markdown into tokens, in a time that grows with its length. `marked` looks through the rest of a paragraph for each sign that may
 * begin an address of mail or an emphasis, so that a few hundred kilobytes of `a*` took hours, and the page waits for it.
 */
import { Lexer, Tokenizer, type Token, type Tokens } from "marked";

/** A longer text is not read, pictures that are in it aside. */
const mostCharacters = 100_000;

/** How many characters are looked through in a text for the ends of emphases; later signs of emphasis are text. */
const mostSearched = 5_000_000;

/** How deep quotes are nested; further marks are text. */
const mostNested = 50;

/** Reads Markdown. Throws if it is too long, or nested too deeply. */
export function lex(markdown: string): readonly Token[] {
  if (lengthOf(markdown) > mostCharacters)
    throw new RangeError("The text is too long to be read as Markdown.");
  const tokenizer = new ProseTokenizer();
  const lexer = new Lexer({ gfm: true, tokenizer });
  const { rules } = tokenizer;
  const { text, url, autolink } = rules.inline;
  tokenizer.rules = {
    ...rules,
    inline: {
      ...rules.inline,
      text: withShortNames(text),
      url: withShortNames(url),
      autolink: withShortNames(autolink),
    },
  };
  return lexer.lex(markdown);
}

/** The length of a text without the data of its pictures, each of which is read at once. */
function lengthOf(markdown: string): number {
  if (markdown.length <= mostCharacters) return markdown.length;
  return markdown.replace(/\bdata:image\/[\w.+-]{1,99}[;,][^\s()<>]*/gi, "")
    .length;
}

/** A rule for which the name before the @ of an address is as long as such a name can be, by RFC 5321. */
function withShortNames(rule: RegExp): RegExp {
  const source = rule.source.replace(/\]\+(?=@|\(@\))/g, "]{1,64}");
  return new RegExp(source, rule.flags);
}

class ProseTokenizer extends Tokenizer {
  #searched = 0;
  #nested = 0;

  override blockquote(rest: string): Tokens.Blockquote | undefined {
    if (this.#nested >= mostNested) return undefined;
    this.#nested += 1;
    const found = super.blockquote(rest);
    this.#nested -= 1;
    return found;
  }

  override emStrong(
    rest: string,
    masked: string,
    before?: string,
  ): Tokens.Em | Tokens.Strong | undefined {
    if (!/^[*_]/.test(rest) || this.#searched > mostSearched) return undefined;
    const found = super.emStrong(rest, masked, before);
    this.#searched += found?.raw.length ?? rest.length;
    return found;
  }
}
