import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { hexGroups } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { wordRows } from '../base/words.ts';
import { allActs, type Plan, planDigest } from '../plan/plan.ts';
import { onlyIf, unlockedFor } from '../plan/step-words.ts';
import { isRefused, printProblems } from '../script/problem.ts';
import { STEP_TYPES } from '../steps/registry.ts';
import { listsAtDesk } from './lists-at-desk.ts';
import { planFiles } from './planning.ts';
import { workLines, workOfPeople } from './work-of-people.ts';

/** Prints a plan, or all problems; exit 2 when one refuses it. */
export async function planCommand(
  script: string,
  options: {
    readonly site?: string;
    readonly asOf?: string;
    readonly json?: boolean;
    readonly pdf?: string;
    readonly paper?: string;
  },
): Promise<number> {
  if (options.pdf !== undefined || options.paper !== undefined)
    throw new CeremonyError('USAGE', '"--paper" says on what "--pdf" is printed: it wants that option beside it', {
      hint: 'quorate plan SCRIPT --site FILE --pdf FILE --paper letter',
    });
  const at = options.asOf ?? systemClock.now();
  const planned = await planFiles({
    script,
    ...(options.site === undefined ? {} : { site: options.site }),
    at,
    issue: lazyIssue,
  });
  process.stderr.write(planned.printed);
  const { plan } = planned.planning;
  if (!plan) return EXIT.refused;
  const lists = listsAtDesk(plan, planned.script, planned.previous?.files ?? new Map(), at);
  process.stderr.write(printProblems(lists.problems, planned.script.source));
  if (isRefused(lists.problems)) return EXIT.refused;
  const lines = options.json ? [JSON.stringify(plan)] : [...printPlan(plan), ...listed(lists.said)];
  process.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.done;
}

function printPlan(plan: Plan): string[] {
  const lines = [
    plan.title,
    `${plan.policy}; ${plan.place}; ${plan.mode}`,
    '',
    ...digest('script', plan.script),
    ...digest('plan', planDigest(plan)),
    '',
    ...Object.entries(plan.seats).map(([role, seats]) => `${role}: ${seats.join(', ')}`),
    ...Object.entries(plan.quorums).map(([name, need]) => `${name}: ${need} people`),
    ...(plan.evidence.length > 0 ? [`promised after the close: ${plan.evidence.join(', ')}`] : []),
  ];
  lines.push(...materialLines(plan), ...workLines(workOfPeople(plan)));
  for (const act of allActs(plan)) {
    const notes = [plan.paper.includes(act) ? 'on paper' : '', act.always ? 'done on abort too' : ''].filter(Boolean);
    lines.push('', act.title + (notes.length > 0 ? ` (${notes.join('; ')})` : ''));
    if (act.activation) lines.push(`  ${unlockedFor(act.activation)}`);
    for (const step of act.steps) {
      const people = [
        step.by.length > 0 ? `by ${step.by.join(', ')}` : '',
        step.check.length > 0 ? `checked by ${step.check.join(', ')}` : '',
      ]
        .filter(Boolean)
        .join('; ');
      lines.push(`  ${step.number.padStart(5)}  ${step.id} (${step.type})${people ? `  ${people}` : ''}`);
      if (step.say !== '') lines.push(`         "${step.say}"`);
      for (const text of STEP_TYPES.get(step.type)?.describe(step.params, step, plan) ?? [])
        lines.push(`         ${text}`);
      if (step.when) lines.push(`         ${onlyIf(step.when)}`);
    }
  }
  return lines;
}

function listed(said: readonly string[]): string[] {
  return said.length === 0
    ? []
    : ['', 'Revocation lists, as they lie on their media now', ...said.map((one) => `  ${one}`)];
}

/** Every thing in the room, as it arrives, and the bags to bring. */
function materialLines({ materials, bags }: Plan): string[] {
  if (materials.length === 0) return [];
  const things = materials.flatMap(({ kind, arrives, units }) =>
    units.map(({ unit, make, serial, bag, place }) => {
      const what = [kind, make, serial === null ? null : `serial ${serial}`].filter((part) => part !== null).join(', ');
      const where = bag === null ? arrives : `sealed in bag ${bag}${place === null ? '' : `, from ${place}`}`;
      return `  ${unit} (${what}): ${where}`;
    }),
  );
  return ['', 'Things in the room', ...things, `  bags: ${bags.needed} to be used, ${bags.spare} to spare`];
}

function digest(what: string, hex: string): string[] {
  return [
    ...hexGroups(hex).map((line, index) => `${(index === 0 ? what : '').padEnd(8)}${line}`),
    ...wordRows(hex).map((row) => `        ${row.number}  ${row.words.join('  ')}`),
  ];
}
