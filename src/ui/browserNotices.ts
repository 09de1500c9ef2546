/**
 * What tasks tell by `notifyBrowser`: a notice on the page, and a notification of the browser once the reader has allowed those. They
 * are asked for by a button of the page, never by a notebook; they begin with the notebook's title, so that nobody takes them for
 * those of another; and there are only so many, as a notebook of somebody else's could tell without end.
 */
import { showDirectionMarks } from "../core/words.ts";
import type { Output } from "../engine/protocol.ts";
import * as words from "./words/notification.ts";

/** One more is told every so many milliseconds, and at most so many at once. */
const interval = 10_000;
const most = 3;

/** What the browser has for it; undefined where it has nothing. */
export interface BrowserNotifications {
  readonly permission: NotificationPermission;
  requestPermission(): Promise<NotificationPermission>;
  show(title: string, body: string): void;
}

interface Host {
  /** The open notebook. */
  title(): string;
  now(): number;
  notify(message: string, action?: { label: string; run: () => void }): void;
}

export class BrowserNotices {
  readonly #browser: BrowserNotifications | undefined;
  readonly #host: Host;
  #left = most;
  #at = -Infinity;

  constructor(browser: BrowserNotifications | undefined, host: Host) {
    this.#browser = browser;
    this.#host = host;
  }

  /** Tasks have displayed something: tells what is to be told of it. */
  take(outputs: readonly Output[]): void {
    for (const output of outputs)
      if (output.type === "notification" && this.#mayTell())
        this.#tell(output.text, output.body);
  }

  #mayTell(): boolean {
    const now = this.#host.now();
    const more = Math.floor((now - this.#at) / interval);
    if (more > 0) {
      this.#left = Math.min(most, this.#left + more);
      this.#at = now;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  #tell(text: string, more: string): void {
    const browser = this.#browser;
    const title = showDirectionMarks(`${this.#host.title()}: ${text}`);
    const body = showDirectionMarks(more);
    const message = body === "" ? title : `${title}. ${body}`;
    if (browser?.permission === "granted")
      try {
        browser.show(title, body);
        return;
      } catch {
        // Some browsers have them for installed apps only.
      }
    this.#host.notify(
      message,
      browser?.permission === "default"
        ? {
            label: words.allowNotices,
            run: () => void browser.requestPermission().catch(() => undefined),
          }
        : undefined,
    );
  }
}

/** The notifications of this browser. */
export function browserNotifications(): BrowserNotifications | undefined {
  if (!("Notification" in globalThis)) return undefined;
  return {
    get permission() {
      return Notification.permission;
    },
    requestPermission: () => Notification.requestPermission(),
    show(title, body) {
      const shown = new Notification(title, { body });
      shown.onclick = () => {
        focus();
        shown.close();
      };
    },
  };
}
