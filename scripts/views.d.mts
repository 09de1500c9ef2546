import type { Page } from "@playwright/test";

/** A view of the app. */
export interface View {
  name: string;
  /** Selects the part of the page that it is; missing: the pane beside the notebook. */
  part?: string;
  /** Goes there from the view before it. */
  show(page: Page): Promise<unknown>;
  /** Takes back what would be in the way of the next. */
  leave?(page: Page): Promise<unknown>;
}

/** Opens a notebook whose last runs are a success and a failure, with outputs of every kind and an attached file. */
export function openShowcase(page: Page): Promise<void>;

/** Every view, in the order in which they are visited on a page where the showcase is open. */
export const views: readonly View[];
