const most = 250_000;
/** Below this a body cannot hold so much that parsing it would keep others waiting. */
const harmless = 256 * 1024;

/**
 * The client sends DELETE and PATCH with the JSON type and sometimes without a body. No call of it has a hundredth of the
 * values that are refused here; a million of them would stop everybody for seconds.
 */
export function parseJson(body: string, done: (error: Error | null, value?: unknown) => void): void {
  if (body.length > harmless && holdsMoreThan(most, body))
    return done(refused(`The body holds more than ${most} values.`));
  try {
    done(null, body === '' ? {} : JSON.parse(body));
  } catch {
    done(refused('The body is not valid JSON.'));
  }
}

/** Counts what begins or separates values, outside of texts. */
function holdsMoreThan(limit: number, body: string): boolean {
  let values = 0;
  for (let at = 0; at < body.length; at++) {
    const character = body.charCodeAt(at);
    if (character === quote) at = endOfText(body, at);
    else if (character === comma || character === bracket || character === brace) if (++values > limit) return true;
  }
  return false;
}

const [quote, comma, bracket, brace, backslash] = [34, 44, 91, 123, 92];

/** The place of the closing quote, or the end. */
function endOfText(body: string, start: number): number {
  for (let end = body.indexOf('"', start + 1); end >= 0; end = body.indexOf('"', end + 1)) {
    let before = end - 1;
    while (body.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return body.length;
}

const refused = (message: string) => Object.assign(new Error(message), { statusCode: 400 });
