/** Other server processes that serve the same documents from the same storage. Telling them is quick and may fail: they catch up. */
export interface Peers {
  /** An update was committed here. */
  tell(document: string, number: number, update: Uint8Array): void;
  /** Awareness, which nobody stores. */
  spread(document: string, frame: Uint8Array): void;
  /** Somebody here has opened, or nobody here has open any more, this document. */
  listen(document: string): void;
  ignore(document: string): void;
}
