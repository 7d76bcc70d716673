import { RepeatedCursorError } from "./errors.js";

/** A page of a client. The method is no field: JSON and copies have the data alone. */
export type Linked<Page> = Page & {
  /**
   * Returns the page after this one; undefined after the last one.
   *
   * It is asked for with the limit and the options of this page. Rejects as the call that returned this page.
   */
  nextPage(): Promise<Linked<Page> | undefined>;
};

/** Returns `page`, which gets the page after it by `fetch(cursor)`. */
export function linked<Page extends { next_cursor?: string }>(
  page: Page,
  fetch: (cursor: string) => Promise<Linked<Page>>,
): Linked<Page> {
  const value = async () => (page.next_cursor ? fetch(page.next_cursor) : undefined);
  return Object.defineProperty(page, "nextPage", { value }) as Linked<Page>;
}

/** Iterates over the items of all pages, or with `pages()` over the pages; each iteration starts over. */
export class Pager<Page extends { next_cursor?: string }, Item> implements AsyncIterable<Item> {
  /** Cursor of the page that is being read; undefined for the first page. Saved, it resumes there later. */
  cursor: string | undefined;
  readonly #fetch: (cursor: string | undefined) => Promise<Page>;
  readonly #items: (page: Page) => readonly Item[];
  readonly #start: string | undefined;

  constructor(
    fetch: (cursor: string | undefined) => Promise<Page>,
    items: (page: Page) => readonly Item[],
    start?: string | null,
  ) {
    this.#fetch = fetch;
    this.#items = items;
    this.#start = start ?? undefined;
    this.cursor = this.#start;
  }

  /** Yields the pages; throws RepeatedCursorError, or the errors of a single call. */
  async *pages(): AsyncGenerator<Page, void, undefined> {
    this.cursor = this.#start;
    const seen = new Set([this.#start]);
    for (;;) {
      const page = await this.#fetch(this.cursor);
      yield page;
      const following = page.next_cursor ?? undefined;
      if (following === undefined) return;
      if (seen.has(following)) {
        throw new RepeatedCursorError("the service returned the same cursor twice: its pages would never end");
      }
      seen.add(following);
      this.cursor = following;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* this.#items(page);
  }
}
