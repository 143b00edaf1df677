/** The host's own turn of the event loop, kept before anything stands in its place. */
export const realImmediate = globalThis.setImmediate;
