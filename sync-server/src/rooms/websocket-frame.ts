/**
 * A binary message as a server sends it on a WebSocket (RFC 6455, section 5.2). What many connections are given is made once: `ws` would
 * make its head for each of them again, and hand over two pieces instead of one.
 */
export function websocketFrame(message: Uint8Array): Uint8Array {
  const { length } = message;
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = 0x82;
  if (headBytes === 2) frame[1] = length;
  else if (headBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(message, headBytes);
  return frame;
}
