import { Command, CommanderError } from 'commander';
import { EXIT } from '../base/errors.ts';
import { COMMANDS, type CommandUsage, PLAN } from '../usage/commands.ts';
import type { CalendarFlags } from './calendar.ts';
import type { PublishedFlags } from './check-published.ts';
import type { LedgerFlags } from './ledger.ts';
import type { VerifyFlags } from './verify.ts';
import { programVersion } from './version.ts';

/** The command line. Each command's code is loaded when it is called, and returns its exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command('quorate')
    .description(
      'Offline root-CA key ceremonies: scripts, a cryptographic quorum, and evidence that stock tools can check.',
    )
    .version(programVersion())
    .exitOverride();

  program
    .command('lint')
    .description('list all problems of a ceremony script')
    .argument('<script>')
    .option('--as-of <utc>', 'judge rules and dates as of this time instead of now')
    .option('--json', 'print problems as JSON')
    .action(async (script: string, options: { asOf?: string; json?: boolean }) => {
      code = await (await import('./lint.ts')).lintCommand(script, options);
    });

  declare(program, 'plan', PLAN).action(
    async (script: string, options: { site?: string; asOf?: string; json?: boolean; pdf?: string; paper?: string }) => {
      code = await (await import('./plan.ts')).planCommand(script, options);
    },
  );

  verifying(
    program
      .command('verify')
      .description(
        'verify an evidence pack: derive everything again and list all findings; several: also that each starts from the one before',
      )
      .argument('<pack...>'),
  )
    .option('--json', 'print findings as JSON')
    .action(async (packs: string[], options: VerifyFlags) => {
      code = await (await import('./verify.ts')).verifyCommand(packs, options);
    });

  verifying(
    program
      .command('calendar')
      .description(
        'verify evidence packs of one CA, and list what falls due by the newest ledger: CRLs, certificates, drills',
      )
      .argument('<pack...>'),
  )
    .option('--as-of <utc>', 'count days from this time or day instead of now')
    .option(
      '--lead <duration>',
      'from the last safe day of the next CRL ceremony to the end of the CRL, P30D if not said',
    )
    .option('--delta-lead <duration>', 'the same of a delta CRL, P7D if not said')
    .option('--reissue <duration>', 'at least this long before its end a certificate is issued again, P1Y if not said')
    .option('--drill <duration>', 'from one proof of a copy, or opening of a share set, to the next, P1Y if not said')
    .option('--backup-drill <duration>', 'from one restoration of a wrapped key to the next drill, P3M if not said')
    .option('--custody <duration>', 'from one look at what lies sealed to the next, P1Y if not said')
    .option('--ics', 'print an iCalendar file')
    .option('--metrics', 'print metrics for Prometheus')
    .option('--json', 'print the dates as JSON')
    .action(async (packs: string[], options: CalendarFlags) => {
      code = await (await import('./calendar.ts')).calendarCommand(packs, options);
    });

  verifying(
    program
      .command('ledger')
      .description(
        'verify evidence packs of one CA, and show what it has by the newest ledger: keys, copies, shares, and thin margins',
      )
      .argument('<pack...>'),
  )
    .option('--as-of <utc>', 'what falls due before this time or day is past, instead of now')
    .option('--json', 'print it as JSON')
    .action(async (packs: string[], options: LedgerFlags) => {
      code = await (await import('./ledger.ts')).ledgerCommand(packs, options);
    });

  verifying(
    program
      .command('check-published')
      .description(
        'verify an evidence pack, and hold to it files as they were fetched from where the CA publishes them',
      )
      .argument('<pack>', "the CA's newest")
      .argument(
        '<file...>',
        'certificates, CRLs and OCSP responses under the names that they have on the server; - for standard input',
      ),
  )
    .option(
      '--earlier <pack>',
      'another pack of the CA, for the OCSP responses in it, which no ledger carries; again for each',
      listed,
    )
    .option('--as <url>', 'where the one file was fetched from: a CRL of a partition is held to it')
    .option('--as-of <utc>', 'judge dates as of this time or day instead of now')
    .option('--json', 'print what each file is, and findings, as JSON')
    .action(async (pack: string, files: string[], options: PublishedFlags) => {
      code = await (await import('./check-published.ts')).checkPublishedCommand(pack, files, options);
    });

  program
    .command('report')
    .description('render the report of an evidence pack again, as PDF')
    .argument('<pack>')
    .requiredOption('--stdout', 'write the PDF to standard output; the program writes no file here')
    .action(async (pack: string) => {
      code = await (await import('./report.ts')).reportCommand(pack);
    });

  program
    .command('show')
    .description('show, on another computer, what people are asked to approve: a file, or a proposal of a pack')
    .argument('<file>', 'to-be-signed bytes, certificate, CRL, or a JSON document that people sign; or a pack')
    .option('--proposal <seq>', 'the argument is a pack: show the proposal of that event, as the guard does')
    .action(async (file: string, options: { proposal?: string }) => {
      code = await (await import('./show.ts')).showCommand(file, options);
    });

  program
    .command('version')
    .description("print the version, or the SHA-256 of each of the program's files")
    .option(
      '--sums',
      'a listing for "sha256sum -c"; its own SHA-256, the digest of the program, goes to standard error',
    )
    .action(async (options: { sums?: boolean }) => {
      code = (await import('./program-sums.ts')).versionCommand(options);
    });

  // The launcher hands these to the supervisor, unless help is asked for: they are declared here for that alone.
  for (const [name, usage] of Object.entries<CommandUsage>(COMMANDS)) {
    const command = declare(program, name, usage);
    command.action(() => command.help({ error: true }));
  }

  program
    .command('binding', { hidden: true })
    .argument('<script>')
    .requiredOption('--site <file>')
    .action(async (script: string, options: { site: string }) => {
      code = await (await import('./binding.ts')).printBinding(script, options.site);
    });

  program
    .command('authorization-binding', { hidden: true })
    .argument('<script>')
    .requiredOption('--site <file>')
    .requiredOption('--from <utc>')
    .requiredOption('--until <utc>')
    .requiredOption('--previous <sha256>')
    .action(async (script: string, options: { site: string; from: string; until: string; previous: string }) => {
      code = await (await import('./authorization-binding.ts')).printAuthorizationBinding(script, options);
    });

  program
    .command('printed-script', { hidden: true })
    .argument('<script>')
    .option('--site <file>')
    .option('--as-of <utc>')
    .option('--paper <size>')
    .action(async (script: string, options: { site?: string; asOf?: string; paper?: string }) => {
      code = await (await import('./printed-script.ts')).printedScriptCommand(script, options);
    });

  program
    .command('site-facts', { hidden: true })
    .argument('<site>')
    .action(async (site: string) => {
      code = (await import('./site-facts.ts')).printSiteFacts(site);
    });

  program
    .command('cast', { hidden: true })
    .argument('<script...>')
    .option('--site <file>')
    .option('--pack <dir>')
    .action(async (scripts: string[], options: { site?: string; pack?: string }) => {
      code = await (await import('./cast.ts')).printCasts(scripts, options);
    });

  program
    .command('ceremony', { hidden: true })
    .argument('<script>')
    .requiredOption('--site <file>')
    .requiredOption('--out <dir>')
    .option('--stage-milliseconds <number>', 'what the tokens cost while the stage was set', Number, 0)
    .option('--columns <number>', 'width of the terminal that people sit at', Number)
    .option('--rows <number>', 'its height', Number)
    .option('--mirror <dir>')
    .option('--resume')
    .option('--json')
    .action(
      async (
        script: string,
        options: {
          site: string;
          out: string;
          stageMilliseconds: number;
          columns?: number;
          rows?: number;
          mirror?: string;
          resume?: boolean;
          json?: boolean;
        },
      ) => {
        code = await (await import('./ceremony.ts')).runCeremonyCommand(script, options);
      },
    );

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed its message; help and version are not errors.
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

/** A command with the options that its usage lists, which the supervisor reads too. */
function declare(program: Command, name: string, { says, takes, takesMore, options }: CommandUsage): Command {
  const command = program.command(name).description(says);
  if (takes !== undefined) command.argument(`<${takes}>`);
  if (takesMore !== undefined) command.argument(`<${takesMore}...>`);
  for (const [option, { value, multiple, required, says: text }] of Object.entries(options)) {
    const flags = value === undefined ? `--${option}` : `--${option} <${value}${multiple ? '...' : ''}>`;
    if (required) command.requiredOption(flags, text);
    else command.option(flags, text);
  }
  return command;
}

/** The options by which packs are verified, of each command that takes something from packs. */
function verifying(command: Command): Command {
  return command
    .requiredOption('--expect <mode>', 'rehearsal or production')
    .option(
      '--roster <digest>',
      "the roster's SHA-256 in hex, or its words: the anchor from outside the pack; again for each roster of several packs",
      listed,
    )
    .option(
      '--outcome <outcome>',
      'complete (if not said), aborted or interrupted; again where several are right',
      listed,
    )
    .option('--withheld <policy>', 'allowed: steps whose answers are withheld are no finding, and are not shown')
    .option('--no-report', 'do not render the report again, so that the PDF library is not loaded');
}

/** Collects an option that may be given more than once, and takes no argument that follows. */
function listed(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
