export const shells = ['sh', 'bash', 'zsh', 'fish', 'powershell', 'cmd'] as const;
export type Shell = (typeof shells)[number];

export const isShell = (name: string): name is Shell => (shells as readonly string[]).includes(name);

/** The shell that the person most likely types in. */
export function usualShell(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Shell {
  const own = (env['SHELL'] ?? '').split('/').at(-1) ?? '';
  if (isShell(own)) return own;
  return platform === 'win32' ? 'powershell' : 'sh';
}

/** A line that sets an environment variable, quoted so that the shell reads nothing into the value. */
export function exportLine(shell: Shell, name: string, value: string): string {
  const plain = value.replaceAll(/[\r\n\0]/g, ' ');
  switch (shell) {
    case 'fish':
      return `set -gx ${name} '${plain.replaceAll(/['\\]/g, match => `\\${match}`)}'`;
    case 'powershell':
      return `$env:${name} = '${plain.replaceAll(/['‘’‚‛]/g, match => match + match)}'`;
    case 'cmd':
      // cmd has no quoting that holds % and ": they are left out rather than read as something else.
      return `set "${name}=${plain.replaceAll(/[%"]/g, '')}"`;
    default:
      return `export ${name}='${plain.replaceAll("'", `'\\''`)}'`;
  }
}
