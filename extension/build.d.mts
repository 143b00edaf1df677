export function buildExtension(): Promise<void>;
export function packageVsix(options?: { target?: string; engineDir?: string }): Promise<string>;
