import { parseArgs } from 'node:util';
import { CeremonyError } from '../base/errors.ts';
import { COMMANDS, type CommandName } from '../usage/commands.ts';

type Parsed<Name extends CommandName> = ReturnType<
  typeof parseArgs<{ options: (typeof COMMANDS)[Name]['options']; allowPositionals: true }>
>;

/** @param hint how the command is called @throws CeremonyError USAGE */
export function parseOptions<Name extends CommandName>(
  name: Name,
  args: readonly string[],
  hint: string,
): Parsed<Name> {
  const { options } = COMMANDS[name];
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as Parsed<Name>;
  } catch (cause) {
    throw new CeremonyError('USAGE', (cause as Error).message, { hint, cause });
  }
}
