import { parseArgs } from 'node:util';
import { CeremonyError } from '../base/errors.ts';
import { COMMANDS, type CommandName, type CommandUsage } from '../usage/commands.ts';

type Parsed<Usage extends CommandUsage> = ReturnType<
  typeof parseArgs<{ options: Usage['options']; allowPositionals: true }>
>;

/** @param hint how the command is called @throws CeremonyError USAGE */
export function parseOptions<Name extends CommandName>(
  name: Name,
  args: readonly string[],
  hint: string,
): Parsed<(typeof COMMANDS)[Name]> {
  return parseUsage(COMMANDS[name], args, hint);
}

/** The same for a command that is not the supervisor's alone. */
export function parseUsage<Usage extends CommandUsage>(
  { options }: Usage,
  args: readonly string[],
  hint: string,
): Parsed<Usage> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as Parsed<Usage>;
  } catch (cause) {
    throw new CeremonyError('USAGE', (cause as Error).message, { hint, cause });
  }
}
