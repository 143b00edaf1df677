import { Option, type Command } from 'commander';
import { Context, type CommonOptions } from './context.ts';

export interface Leaf<O> {
  /** Command and its arguments in commander's notation: `show <run>`. */
  spec: string;
  description: string;
  /** Shown at the end of the help; real lines that can be typed. */
  examples: readonly string[];
  options?: readonly Option[];
  /** `args` are the arguments of `spec` in order; one that is variadic is an array. */
  run: (context: Context, args: readonly (string | string[] | undefined)[], options: O) => Promise<number | void>;
}

/** Adds a command with the options that all have, and an example in its help. `run` may return an exit code. */
export function addLeaf<O extends object>(parent: Command, leaf: Leaf<O>): Command {
  const command = parent
    .command(leaf.spec)
    .description(leaf.description)
    .option('--json', 'print one JSON document, for scripts')
    .option('--data-dir <dir>', 'folder of the engine (default: BENCHMATE_DATA_DIR, else the usual place)')
    .addHelpText('after', `\nExample:\n${leaf.examples.map(line => `  ${line}`).join('\n')}`);
  for (const option of leaf.options ?? []) command.addOption(option);
  command.action(async () => {
    const context = new Context(command.opts<CommonOptions>());
    const interrupt = () => context.interrupt();
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    try {
      process.exitCode =
        (await leaf.run(context, command.processedArgs as (string | undefined)[], command.opts<O>())) ?? 0;
    } finally {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      context.close();
    }
  });
  return command;
}

/** A command that only groups others. */
export function addGroup(parent: Command, name: string, description: string, example: string): Command {
  return parent.command(name).description(description).addHelpText('after', `\nExample:\n  ${example}`);
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description);
}

/** An option that may be given more than once. */
export function repeatedOption(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be repeated`).argParser(
    (value: string, before: string[] | undefined) => [...(before ?? []), value],
  );
}

export function numberOption(flags: string, description: string, fallback?: number): Option {
  return new Option(flags, description).argParser(Number).default(fallback);
}
