/** Something this machine lacks: the message is one sentence that says what, why and what to do. */
export class SetupError extends Error {
  override name = 'SetupError';
}
