import { Command, CommanderError } from 'commander';
import { EXIT } from '../base/errors.ts';
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

  program
    .command('plan')
    .description('bind a script to a site, simulate it to the end, and print what will be done')
    .argument('<script>')
    .option('--site <file>', 'site binding; roster and authorization are taken from beside it')
    .option('--as-of <utc>', 'plan as of this time instead of now')
    .option('--json', 'print the plan as JSON')
    .action(async (script: string, options: { site?: string; asOf?: string; json?: boolean }) => {
      code = await (await import('./plan.ts')).planCommand(script, options);
    });

  program
    .command('verify')
    .description('verify an evidence pack: derive everything again and list all findings')
    .argument('<pack>')
    .requiredOption('--expect <mode>', 'rehearsal or production')
    .option('--roster <digest>', "the roster's SHA-256 in hex, or its words: the anchor from outside the pack")
    .option('--outcome <outcome>', 'complete, aborted or interrupted', 'complete')
    .option('--withheld <policy>', 'allowed: steps whose answers are withheld are no finding, and are not shown')
    .option('--no-report', 'do not render the report again, so that the PDF library is not loaded')
    .option('--json', 'print findings as JSON')
    .action(
      async (
        pack: string,
        options: {
          expect: string;
          roster?: string;
          outcome: string;
          withheld?: string;
          report: boolean;
          json?: boolean;
        },
      ) => {
        code = await (await import('./verify.ts')).verifyCommand(pack, options);
      },
    );

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

  program
    .command('doctor')
    .description('look at this computer, its HSMs and tokens, and say what would stop a ceremony; tries no PIN')
    .option('--site <file>', 'also hold what is here to that site binding and to what lies beside it')
    .option('--module <path...>', 'PKCS#11 modules to look at besides those that it finds')
    .option('--out <dir>', 'the folder in which the evidence pack is to be made')
    .option('--within <seconds>', 'how long a module may take for one answer', '30')
    .option('--json', 'print everything that was seen as JSON')
    .action(() => {
      throw new CommanderError(EXIT.usage, 'quorate.launcher', 'start it with bin/quorate');
    });

  program
    .command('rehearse')
    .description('rehearse a script with throw-away SoftHSM tokens and played people')
    .argument('<script>')
    .requiredOption('--out <dir>', 'a new folder for the evidence pack')
    .option('--json', 'print a summary as JSON')
    .action(() => {
      // The launcher hands this command to the supervisor; it is declared here for the help text.
      throw new CommanderError(EXIT.usage, 'quorate.launcher', 'start it with bin/quorate');
    });

  program
    .command('run')
    .description('run a ceremony with people at this terminal')
    .argument('<script>')
    .requiredOption('--site <file>', 'site binding; roster and authorization lie beside it')
    .requiredOption('--out <dir>', 'a new folder for the evidence pack')
    .option('--roster <sha256>', "the roster's digest, as the people carry it")
    .option('--resume', 'go on with the interrupted ceremony in the folder of --out')
    .action(() => {
      throw new CommanderError(EXIT.usage, 'quorate.launcher', 'start it with bin/quorate');
    });

  program
    .command('authorize')
    .description('make the authorization of a ceremony, and have the policy authority sign it at this terminal')
    .argument('<script>')
    .requiredOption('--site <file>', 'site binding; the roster lies beside it, and the authorization will')
    .option('--from <utc>', 'the ceremony is held not before this time')
    .option('--until <utc>', 'nor after this time, at most 92 days later')
    .option('--change <text>', 'the change record')
    .option('--ceremony <number>', 'number of this ceremony of the CA', '1')
    .option('--previous <sha256>', "of the manifest of the CA's previous pack; 64 zeros for none")
    .option('--reference <name=sha256...>', 'a digest that arrived another way than the files')
    .option('--sign', 'go on with an authorization that is there: add the signatures that it lacks')
    .action(() => {
      throw new CommanderError(EXIT.usage, 'quorate.launcher', 'start it with bin/quorate');
    });

  program
    .command('practice')
    .description('set a table to practise at: SoftHSM tokens, people, site and authorization for a script')
    .argument('<script>')
    .requiredOption('--in <dir>', 'a new folder for all of it')
    .action(() => {
      throw new CommanderError(EXIT.usage, 'quorate.launcher', 'start it with bin/quorate');
    });

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
    .command('site-facts', { hidden: true })
    .argument('<site>')
    .action(async (site: string) => {
      code = (await import('./site-facts.ts')).printSiteFacts(site);
    });

  program
    .command('cast', { hidden: true })
    .argument('<script>')
    .action(async (script: string) => {
      code = await (await import('./cast.ts')).printCast(script);
    });

  program
    .command('ceremony', { hidden: true })
    .argument('<script>')
    .requiredOption('--site <file>')
    .requiredOption('--out <dir>')
    .option('--stage-milliseconds <number>', 'what the tokens cost while the stage was set', Number, 0)
    .option('--columns <number>', 'width of the terminal that people sit at', Number)
    .option('--rows <number>', 'its height', Number)
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
