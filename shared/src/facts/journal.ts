/**
 * Changes of maps, arrays and objects, with how to take them back, step by step from the last. Only the last steps are
 * kept; with `keeps` 0 it costs nothing.
 */
export class Journal {
  readonly #keeps: number;
  #steps: (() => void)[][] = [];
  #first = 0;
  #open: (() => void)[] | null = null;
  #skips = 0;

  constructor(keeps = 0) {
    this.#keeps = keeps;
  }

  /** How many of the last steps can be taken back. */
  get depth(): number {
    return this.#steps.length - this.#first;
  }

  /** What follows belongs to one more step. */
  begin(): void {
    if (this.#keeps === 0) return;
    if (this.#skips > 0) {
      this.#skips--;
      return;
    }
    this.#steps.push((this.#open = []));
    if (this.depth > this.#keeps) this.#first++;
    if (this.#first < this.#keeps) return;
    this.#steps = this.#steps.slice(this.#first);
    this.#first = 0;
  }

  /** Of so many more steps, those that would not be kept at their end are not noted at all, which costs nothing. */
  expect(steps: number): void {
    if (steps <= this.#keeps) return;
    this.#skips = steps - this.#keeps;
    this.#steps = [];
    this.#first = 0;
    this.#open = null;
  }

  /** Takes the last step back. */
  undo(): void {
    const step = this.#steps.pop() ?? [];
    while (step.length > 0) step.pop()!();
    this.#open = null;
  }

  /** `undo` takes back what is done right after this call. */
  undoes(undo: () => void): void {
    this.#open?.push(undo);
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    if (this.#open) {
      const before = map.get(key);
      this.#open.push(map.has(key) ? () => void map.set(key, before as V) : () => void map.delete(key));
    }
    map.set(key, value);
  }

  /** Taken back, the key comes last: for maps whose order says nothing. */
  delete<K, V>(map: Map<K, V>, key: K): void {
    if (!map.has(key)) return;
    const before = map.get(key) as V;
    this.#open?.push(() => void map.set(key, before));
    map.delete(key);
  }

  push<T>(array: T[], value: T): void {
    this.#open?.push(() => void array.pop());
    array.push(value);
  }

  assign<T extends object>(target: T, change: Partial<T>): void {
    if (this.#open) {
      const before: Partial<T> = {};
      for (const key of Object.keys(change) as (keyof T)[]) before[key] = target[key];
      this.#open.push(() => void Object.assign(target, before));
    }
    Object.assign(target, change);
  }
}
