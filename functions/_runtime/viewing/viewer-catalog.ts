import type { Recording } from '@afterimage/contracts';
import type { MayView, Page, RecordingCatalog } from '@afterimage/core';

/** Bounds the work of one page for a viewer who may see few of many; a page that ends early has a cursor. */
const maxReadsPerPage = 10;

/** The catalog as one call's viewer may see it. */
export class ViewerCatalog implements RecordingCatalog {
  readonly #catalog: RecordingCatalog;
  readonly #rights: () => Promise<MayView>;

  constructor(catalog: RecordingCatalog, rights: () => Promise<MayView>) {
    this.#catalog = catalog;
    this.#rights = rights;
  }

  async listLive(): Promise<Recording[]> {
    const [live, mayView] = await Promise.all([this.#catalog.listLive(), this.#rights()]);
    return live.filter(mayView);
  }

  /** Reads on until the page is full, never more than fits it: the cursor is the catalog's own. */
  async listByTime({
    limit,
    cursor,
    ...filter
  }: Parameters<RecordingCatalog['listByTime']>[0]): Promise<Page<Recording>> {
    const mayView = await this.#rights();
    const items: Recording[] = [];
    let place = cursor;
    for (let reads = 0; reads < maxReadsPerPage && items.length < limit; reads++) {
      const wanted = { limit: limit - items.length, ...filter };
      const page = await this.#catalog.listByTime({ ...wanted, ...(place === undefined ? {} : { cursor: place }) });
      items.push(...page.items.filter(mayView));
      place = page.cursor;
      if (place === undefined) return { items };
    }
    return place === undefined ? { items } : { items, cursor: place };
  }
}
