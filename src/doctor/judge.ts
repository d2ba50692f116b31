import type { Mode, Seen } from './facts.ts';
import { judgeClock, judgeMachine, judgeOutput, judgeTerminal } from './judge-machine.ts';
import { judgeMedia } from './judge-media.ts';
import { judgeModules } from './judge-modules.ts';
import { judgeProgram } from './judge-program.ts';
import { judgeDocuments } from './judge-site-documents.ts';
import { judgeTokens } from './judge-site-tokens.ts';
import { ok, type Section } from './line.ts';

/** Without a site nothing says that a rehearsal is meant. */
export function modeOf({ site }: Pick<Seen, 'site'>): Mode {
  return site?.binding?.mode ?? 'production';
}

/** What was seen, judged: the same facts give the same lines. */
export function judge(seen: Seen): Section[] {
  const mode = modeOf(seen);
  const { site, modules } = seen;
  const sections: Section[] = [
    {
      title: 'THIS COMPUTER',
      lines: [
        ...judgeMachine(seen.machine, mode, modules),
        ...judgeClock(seen),
        ...judgeTerminal(seen.terminal),
        ...judgeOutput(seen.output),
      ],
    },
    { title: 'THE PROGRAM', lines: judgeProgram(seen.program) },
    { title: 'MODULES AND TOKENS', lines: judgeModules(modules, mode, site?.binding !== null && site !== null) },
  ];
  if (!site) {
    const says = 'none was named: all of this is judged as for a production';
    return [
      ...sections,
      { title: 'THE SITE', lines: [ok('site', says, ['with --site SITE it is held to that binding'])] },
    ];
  }
  return [
    ...sections,
    {
      title: 'THE SITE',
      lines: [...judgeDocuments(site, seen), ...judgeTokens(site, modules), ...judgeMedia(seen.media, mode)],
    },
  ];
}
