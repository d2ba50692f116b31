import type { Plan, PlannedStep } from '../plan/plan.ts';
import { CLASS_OF } from '../quorum/operation.ts';
import { ANSWERING } from '../verify/withheld.ts';

/*
 * What a ceremony asks of people, as its plan has it: a ceremony takes as long as they do, and the program a few seconds of that.
 */

/** Counted where nothing goes wrong; a step with a condition is counted as done. */
export interface WorkOfPeople {
  /** Steps that the program leads through, and how many of them have a condition. */
  readonly steps: number;
  readonly conditional: number;
  /** Steps on paper, before and after. */
  readonly onPaper: number;
  /** Answers that are typed from paper, once. */
  readonly typed: number;
  readonly answers: number;
  readonly comparisons: number;
  /** Presence, what people saw, sign-off: each is signed, with a token or on paper. */
  readonly statements: number;
  /** In each so many officers approve, all of its operations in one presentation. */
  readonly sittings: readonly { readonly step: string; readonly need: number }[];
  /** Presentations of officers' tokens, each with its PIN; other people sign on paper, or once more with theirs. */
  readonly presentations: number;
  /** Of an officer who is there throughout and approves each time. */
  readonly ofOne: number;
}

/** Who has a token: the others sign on paper, unless the roster says otherwise. */
const OFFICER = 'crypto-officer';

const [CALLS, SIGNS_OFF, APPROVES] = ['roll-call', 'sign-off', 'approve'];
const STATES: readonly string[] = [CALLS, SIGNS_OFF, 'attest'];

export function workOfPeople(plan: Pick<Plan, 'acts' | 'paper' | 'seats' | 'quorums'>): WorkOfPeople {
  const steps = plan.acts.flatMap((act) => act.steps);
  const onPaper = plan.paper.flatMap((act) => act.steps);
  const isAnswering = ({ type }: PlannedStep) =>
    ANSWERING.includes(type) && type !== 'transcribe' && type !== 'compare';
  const officers = new Set(plan.seats[OFFICER] ?? []);
  const sittings = sittingsOf(steps, plan);
  const byOfficers = (types: readonly string[]) =>
    steps.filter(({ type, by }) => types.includes(type) && officers.has(by[0] ?? ''));
  const own = byOfficers([CALLS, SIGNS_OFF]);
  const most = Math.max(0, ...[...officers].map((seat) => own.filter(({ by }) => by[0] === seat).length));
  return {
    steps: steps.length,
    conditional: steps.filter(({ when }) => when !== null).length,
    onPaper: onPaper.length,
    typed: steps
      .filter(({ type }) => type === 'transcribe')
      .flatMap((step) => transcribed(step, plan))
      .filter(isAnswering).length,
    answers: steps.filter(isAnswering).length,
    comparisons: steps.filter(({ type }) => type === 'compare').length,
    statements: steps.filter(({ type }) => STATES.includes(type)).length,
    sittings,
    presentations: own.length + sittings.reduce((sum, { need }) => sum + need, 0),
    ofOne: most + sittings.length,
  };
}

/** The steps of the act on paper that it takes up. */
function transcribed({ params }: PlannedStep, { paper }: Pick<Plan, 'paper'>): readonly PlannedStep[] {
  return paper.filter(({ title }) => title === params['act']).flatMap((act) => act.steps);
}

/** What is approved together, and each operation that is approved alone, at its own step. */
function sittingsOf(
  steps: readonly PlannedStep[],
  { quorums, seats }: Pick<Plan, 'quorums' | 'seats'>,
): WorkOfPeople['sittings'] {
  const needOf = ({ operation, params }: PlannedStep) => {
    if (operation === null) return 0;
    // Whoever gets a share opens it before anything is done with the token.
    const holders = typeof params['holders'] === 'string' ? (seats[params['holders']]?.length ?? 0) : 0;
    return Math.max(quorums[CLASS_OF[operation]] ?? 0, holders);
  };
  const together = new Map<string, readonly PlannedStep[]>();
  for (const { key, type, params } of steps) {
    if (type !== APPROVES) continue;
    const named = params['operations'] as readonly string[];
    together.set(
      key,
      steps.filter(({ id, operation }) => operation !== null && named.includes(id)),
    );
  }
  const taken = new Set([...together.values()].flat());
  return steps.flatMap((step) => {
    const of = together.get(step.key) ?? (step.operation === null || taken.has(step) ? [] : [step]);
    const need = Math.max(0, ...of.map(needOf));
    return need === 0 ? [] : [{ step: step.key, need }];
  });
}

/** In a few rows, for who asks how long it will take. */
export function workLines(work: WorkOfPeople): string[] {
  const { steps, conditional, onPaper, typed, answers, comparisons, statements, sittings, presentations, ofOne } = work;
  const condition = conditional === 0 ? '' : `, ${conditional} of them only if a condition holds`;
  const needs = sittings.map(({ step, need }) => `${step} (${need})`).join(', ');
  return [
    '',
    'What people do, where nothing goes wrong',
    `  steps at the screen   ${steps}${condition}; on paper ${onPaper}`,
    `  answers               ${answers}, comparisons ${comparisons}, typed from paper ${typed}`,
    `  statements            ${statements}`,
    `  sittings to approve   ${sittings.length}${needs === '' ? '' : `: ${needs}`}`,
    `  officers' tokens      presented ${presentations} times, each with its PIN; ${ofOne} by one who is there throughout`,
  ];
}
