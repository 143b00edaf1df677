/**
 * Which parts of an answer are out of date. Announcements and answers take different ways, so an answer that was under
 * way when something was announced may be older than the announcement: shown last, it would stay, because nothing is
 * announced twice.
 */
export class Overtaking {
  #count = 0;
  readonly #last = new Map<string, number>();

  /** `id` was announced. */
  heard(id: string): void {
    this.#last.set(id, ++this.#count);
  }

  /** To be called before asking; the result says whether `id` has been announced since. */
  begin(): (id: string) => boolean {
    const begun = this.#count;
    return id => (this.#last.get(id) ?? 0) > begun;
  }
}
