// What every host of this code has (Node, browsers, VS Code's extension host, workers) and the language's own library lacks.
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}
declare class URL {
  constructor(url: string, base?: string);
  href: string;
  protocol: string;
  host: string;
  pathname: string;
  hash: string;
  origin: string;
}
declare class URLSearchParams {
  constructor(query?: string);
  get(name: string): string | null;
}
declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function btoa(binary: string): string;
declare function atob(base64: string): string;
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
