/** The client sends DELETE and PATCH with the JSON type and sometimes without a body. */
export function parseJson(body: string, done: (error: Error | null, value?: unknown) => void): void {
  try {
    done(null, body === '' ? {} : JSON.parse(body));
  } catch {
    done(Object.assign(new Error('The body is not valid JSON.'), { statusCode: 400 }));
  }
}
