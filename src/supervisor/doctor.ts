import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { CeremonyError, EXIT } from '../base/errors.ts';
import type { ModuleSeen, Seen, SiteSeen } from '../doctor/facts.ts';
import { judge, modeOf } from '../doctor/judge.ts';
import { countOf, type Verdict } from '../doctor/line.ts';
import { printSections } from '../doctor/print.ts';
import { askReader } from './ask-reader.ts';
import { findModules, realPath } from './find-modules.ts';
import { lookAtMedium, lookAtOutput, lookAtProgram } from './look-at-folders.ts';
import { lookAtMachine, lookAtTerminal, utc } from './look-at-machine.ts';
import { lookAtModule, type WantedModule } from './look-at-modules.ts';
import { parseOptions } from './parse-options.ts';

interface DoctorArguments {
  readonly site: string | undefined;
  readonly modules: readonly string[];
  readonly out: string | undefined;
  /** Milliseconds for each answer of a module. */
  readonly within: number;
  readonly json: boolean;
}

/**
 * Says what would stop a ceremony, before the day. It looks, and changes nothing: no PIN is tried, nothing is written.
 * @returns exit code 0 when nothing would stop one, else 1
 */
export async function doctor(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args);
  const site = wanted.site === undefined ? null : await readSite(wanted.site);
  if (typeof site === 'number') return site;
  const seen: Seen = {
    at: utc(Date.now()),
    machine: lookAtMachine(),
    terminal: lookAtTerminal(),
    program: lookAtProgram(),
    output: lookAtOutput(wanted.out),
    modules: await lookAtModules(modulesToLookAt(wanted.modules, site), wanted.within),
    site,
    media: site?.binding?.media.map(({ name, at }) => lookAtMedium(name, at)) ?? [],
  };
  const sections = judge(seen);
  const stopping = countOf(sections, 'stops');
  process.stdout.write(
    wanted.json
      ? `${JSON.stringify({ mode: modeOf(seen), stops: stopping, warns: countOf(sections, 'warns'), sections, seen })}\n`
      : `${printSections(sections, paint).join('\n')}\n`,
  );
  return stopping === 0 ? EXIT.done : EXIT.findings;
}

const COLOURS: Readonly<Record<Verdict, 'green' | 'yellow' | 'red'>> = { ok: 'green', warns: 'yellow', stops: 'red' };

/** Colour adds to the words, on a terminal that has it and unless NO_COLOR says otherwise. */
function paint(verdict: Verdict, text: string): string {
  return styleText(COLOURS[verdict], text, { stream: process.stdout });
}

/** YAML is read by the core alone, read-only, with all that lies beside the site. */
async function readSite(path: string): Promise<SiteSeen | number> {
  const answer = await askReader(['site-facts', path]);
  return typeof answer === 'number' ? answer : (answer as unknown as SiteSeen);
}

/** Those of the site with their own environment, those that were named, and those that lie about; no file twice. */
function modulesToLookAt(named: readonly string[], site: SiteSeen | null): WantedModule[] {
  const wanted: WantedModule[] = (site?.binding?.modules ?? []).map(
    ({ name, library, sha256, environment, initArgs }) => ({
      library,
      origin: { by: 'site', name },
      environment,
      initArgs,
      sha256,
    }),
  );
  const known = new Set(wanted.map(({ library }) => realPath(library)));
  for (const [by, paths] of [
    ['named', named],
    ['found', findModules()],
  ] as const) {
    for (const library of paths) {
      const real = realPath(library);
      if (real !== undefined && known.has(real)) continue;
      known.add(real);
      wanted.push({ library, origin: { by }, environment: {}, initArgs: null, sha256: null });
    }
  }
  return wanted;
}

/** One after another: two modules may want the same reader. */
async function lookAtModules(wanted: readonly WantedModule[], within: number): Promise<ModuleSeen[]> {
  const seen: ModuleSeen[] = [];
  for (const one of wanted) {
    process.stderr.write(`quorate: looking at ${one.library}\n`);
    seen.push(await lookAtModule(one, within));
  }
  return seen;
}

function readArguments(args: readonly string[]): DoctorArguments {
  const hint = 'quorate doctor [--site SITE] [--module PATH ...] [--out DIR] [--within SECONDS] [--json]';
  const parsed = parseOptions('doctor', args, hint);
  const { site, out, within = '30', json = false } = parsed.values;
  const modules = [...(parsed.values.module ?? []), ...parsed.positionals];
  if (parsed.positionals.length > 0 && !parsed.values.module)
    throw new CeremonyError('USAGE', `doctor takes no "${parsed.positionals[0]}"`, { hint });
  if (!/^[1-9][0-9]{0,3}$/.test(within))
    throw new CeremonyError('USAGE', `--within is "${within}", expected a number of seconds from 1 to 9999`, { hint });
  return {
    site: site === undefined ? undefined : resolve(site),
    modules: modules.map((path) => resolve(path)),
    out: out === undefined ? undefined : resolve(out),
    within: Number(within) * 1000,
    json,
  };
}
