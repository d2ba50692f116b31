import type { Positions } from '../script/positions.ts';
import type { Plan, PlannedAct, PlannedStep } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import type { World } from './world.ts';

/** The script as far as it is bound, and the world at its end. */
interface Judged {
  readonly plan: Plan;
  readonly world: World;
  readonly steps: readonly PlannedStep[];
  readonly paper: readonly PlannedStep[];
}

/** What is missing, in words, and the step that would be it; undefined where nothing is. */
type Missing = { readonly what: string; readonly add: string } | undefined;

interface Demand {
  /** Objectives that demand it. */
  readonly of: readonly string[] | typeof ANY;
  readonly missing: (judged: Judged) => Missing;
}

/** Types of the steps that show a copy of a key: on another HSM, or wrapped on media. */
const PROVES: readonly string[] = ['prove-copy', 'back-up-key'];

const MAKES_KEY = ['root-key-generation'];
const ANY = 'any';

/**
 * What no simulation would miss, and what an auditor asks for first. Each is one step of a script; without it the
 * ceremony would run to its end and prove less. WebTrust 2.2 §4.1, TLS BR §6.1.1.1.
 */
const DEMANDS: readonly Demand[] = [
  {
    of: MAKES_KEY,
    missing: ({ steps }) =>
      steps.some((step) => step.type === 'compare' && valuesOf(step).includes('authorization'))
        ? undefined
        : { what: 'the authorization is compared with print', add: 'a "compare" step of it' },
  },
  {
    of: MAKES_KEY,
    missing: ({ steps, world }) => {
      const keys = [...world.keys.values()].filter(({ step }) => step !== null);
      const unread = keys.find(
        ({ step }) => !steps.some((one) => one.type === 'compare' && valuesOf(one).includes(`${step}.spki`)),
      );
      return (
        unread && {
          what: `the public key "${unread.name}" is read and compared`,
          add: `a "compare" step of ${unread.step}.spki`,
        }
      );
    },
  },
  {
    of: MAKES_KEY,
    missing: ({ steps, world }) => {
      const keys = [...world.keys.values()].filter(({ step }) => step !== null);
      const made = new Set(keys.map(({ token }) => token));
      const unseen = [...made].find((token) => !sees(steps, token, 'public'));
      if (unseen === undefined) return undefined;
      return {
        what: `the HSM "${unseen}" is looked at before it is prepared`,
        add: '"inspect-token" with level: public',
      };
    },
  },
  {
    of: MAKES_KEY,
    missing: ({ plan, steps }) => {
      const roles = ['witness', 'auditor'].filter((role) => (plan.seats[role] ?? []).length > 0);
      const silent = roles.find((role) => !(plan.seats[role] ?? []).every((seat) => does(steps, 'attest', seat)));
      return silent === undefined
        ? undefined
        : { what: `each "${silent}" says what they saw`, add: `an "attest" step, each: ${silent}` };
    },
  },
  {
    of: MAKES_KEY,
    missing: ({ plan, steps }) =>
      everybody(plan).every((seat) => does(steps, 'sign-off', seat))
        ? undefined
        : { what: 'everybody signs off', add: 'a "sign-off" step, each: all' },
  },
  {
    of: ['backup'],
    missing: ({ plan, steps, world }) => {
      const alone = [...world.keys.values()].find(
        ({ name }) => !steps.some(({ type, params }) => PROVES.includes(type) && params['key'] === name),
      );
      if (!alone) return undefined;
      const others = plan.tokens.flatMap(({ name }) => (name === alone.token ? [] : [`"${name}"`]));
      return {
        what: `the key "${alone.name}" is shown to be on another HSM too, or is wrapped`,
        add: `a "prove-copy" or a "back-up-key" step of it${others.length === 0 ? '' : `, with tokens that have ${others.join(' or ')}`}`,
      };
    },
  },
  // Where custody is kept, the room is part of the record.
  room(({ plan, steps, paper }) =>
    everybody(plan).every((seat) => does([...steps, ...paper], 'sign-in', seat))
      ? undefined
      : { what: 'everybody signs in', add: 'a "sign-in" step, each: all' },
  ),
  room(({ plan, steps, paper }) =>
    everybody(plan).every((seat) => does([...steps, ...paper], 'sign-out', seat))
      ? undefined
      : { what: 'everybody signs out', add: 'a "sign-out" step, each: all' },
  ),
  room(({ plan }) => {
    const kept = new Set(plan.materials.map(({ token }) => token));
    const token = plan.tokens.find(({ name }) => !kept.has(name));
    return token && { what: `custody is kept of the HSM "${token.name}"`, add: `{ kind: hsm, token: ${token.name} }` };
  }),
  room(({ plan, steps }) => {
    const holders = new Set(
      plan.materials.flatMap(({ kind, units }) => (kind === 'quorum-token' ? units : [])).map(({ seat }) => seat),
    );
    const called = steps.filter(({ type }) => type === 'roll-call').flatMap(({ by }) => by);
    const seat = called.find((one) => !holders.has(one));
    if (seat === undefined) return undefined;
    return { what: `custody is kept of the token of "${seat}"`, add: '{ kind: quorum-token, each: … }' };
  }),
  room(({ plan }) =>
    plan.materials.some(({ kind }) => kind === 'computer')
      ? undefined
      : { what: 'custody is kept of the computer', add: '{ kind: computer, arrives: sealed }' },
  ),
  room(({ steps }) =>
    steps.some(({ type }) => type === 'check-materials')
      ? undefined
      : { what: 'everything on the table is compared with the list', add: 'a "check-materials" step' },
  ),
  room(({ plan, paper, world }) => {
    const first = Math.min(...plan.acts.map(({ index }) => index));
    const untold = plan.paper.find(({ index, title }) => index < first && !world.transcribed.has(title));
    return untold && paper.length > 0
      ? {
          what: `what was done on paper in "${untold.title}" is typed into the record`,
          add: 'a "transcribe" step of it',
        }
      : undefined;
  }),
  room(({ plan, steps, paper }) => {
    // A key is made once, and what the computer ran then is asked for years later; the yearly use of it has the digest of
    // the program in the authorization.
    if (!plan.objectives.some((objective) => MAKES_KEY.includes(objective))) return undefined;
    const unread = plan.materials.find(({ holds }) => holds === 'system-image');
    const compares = [...steps, ...paper].some(
      (step) => step.type === 'compare' && valuesOf(step).includes('system-image'),
    );
    return unread && !compares
      ? {
          what: `the image on "${unread.name}" is compared with the authorization`,
          add: 'a "compare" step of system-image',
        }
      : undefined;
  }),
  room(({ plan, steps }) => {
    const wanted = { pack: 'pack', publish: 'publish' } as const;
    for (const [holds, files] of Object.entries(wanted)) {
      const medium = plan.materials.find((material) => material.holds === holds);
      const written = steps.some(
        ({ type, params }) => type === 'write-media' && params['item'] === medium?.name && params['files'] === files,
      );
      if (medium && !written)
        return {
          what: `"${medium.name}" gets the files that it is there for`,
          add: `a "write-media" step with files: ${files}`,
        };
    }
    return undefined;
  }),
  room(({ plan, world }) => {
    const medium = plan.materials.find((material) => material.holds === 'pack');
    return medium && !world.verified
      ? {
          what: 'the pack is verified on another computer while the quorum is still here',
          add: `a "verify-elsewhere" step of "${medium.name}" before the sign-off`,
        }
      : undefined;
  }),
  room(({ plan }) => {
    if (!plan.evidence.includes('video')) return undefined;
    const acts = [...plan.acts, ...plan.paper].sort((one, other) => one.index - other.index);
    const records = (act: PlannedAct | undefined) =>
      act?.steps.some(
        ({ type, fields }) => type === 'record' && Object.values(fields).some((one) => one['type'] === 'utc'),
      );
    const add = (which: string) => `a "record" step with a field of type utc, in the ${which} act`;
    if (!records(acts[0])) return { what: 'the start of the promised video is recorded', add: add('first') };
    return records(acts.at(-1)) ? undefined : { what: 'the end of the promised video is recorded', add: add('last') };
  }),
  room(({ plan, steps }) => {
    // What arrives with envelopes on it has them.
    const medium = plan.materials.find(({ holds, arrives }) => holds === 'share-envelopes' && arrives === 'blank');
    return medium && !steps.some(({ params }) => params['envelopes'] === medium.name)
      ? { what: `"${medium.name}" gets the share envelopes`, add: `"envelopes: ${medium.name}" at "prepare-token"` }
      : undefined;
  }),
];

function room(missing: Demand['missing']): Demand {
  return { of: ANY, missing: (judged) => (judged.plan.materials.length === 0 ? undefined : missing(judged)) };
}

/** Each objective of the ceremony has the steps that it is not believed without. */
export function holdObjectives(plan: Plan, world: World, positions: Positions, reporter: PlanReporter): void {
  const steps = plan.acts.flatMap((act) => act.steps);
  const paper = plan.paper.flatMap((act) => act.steps);
  for (const { of, missing } of DEMANDS) {
    // Said once, at the first objective that demands it.
    const index = plan.objectives.findIndex((objective) => of === ANY || of.includes(objective));
    const found = index < 0 ? undefined : missing({ plan, world, steps, paper });
    if (!found) continue;
    const text = `the objective "${plan.objectives[index]}" demands that ${found.what}`;
    reporter.at(positions, ['ceremony', 'objectives', index], 'PLAN_OBJECTIVE', text, `add ${found.add}`);
  }
}

function everybody(plan: Plan): readonly string[] {
  return Object.values(plan.seats).flat();
}

function does(steps: readonly PlannedStep[], type: string, seat: string): boolean {
  return steps.some((step) => step.type === type && step.by.includes(seat));
}

function sees(steps: readonly PlannedStep[], token: string, level: string): boolean {
  const isOf = ({ params }: PlannedStep) => params['token'] === token;
  const prepares = steps.findIndex((step) => step.type === 'prepare-token' && isOf(step));
  const seen = steps.findIndex((step) => step.type === 'inspect-token' && step.params['level'] === level && isOf(step));
  return prepares < 0 || (seen >= 0 && seen < prepares);
}

function valuesOf({ params }: PlannedStep): readonly unknown[] {
  return Array.isArray(params['values']) ? params['values'] : [params['value']];
}
