export function buildExtension(): Promise<void>;
export function packageVsix(options?: { target?: string; engineDir?: string }): Promise<string>;
/** Package names that stand for React's in the packed extension, for esbuild's `alias`. */
export const smallReact: Record<string, string>;
