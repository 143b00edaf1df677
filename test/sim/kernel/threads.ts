/** Ends the address of a thread's program where it is wanted as a function. */
export const threadSuffix = '?thread';
