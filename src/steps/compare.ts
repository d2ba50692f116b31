import { z } from 'zod';
import { hexGroups, isSha256, type Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isLastRow, lastRowOf, wordRows } from '../base/words.ts';
import { comparedInput, inputRead } from '../plan/inputs.ts';
import { PRINTED_DIGESTS } from '../plan/paper-part.ts';
import { MAKES_ROSTER, type Plan, type PlannedStep } from '../plan/plan.ts';
import { resultOf } from '../plan/record.ts';
import { CHANGES_ROSTER } from '../plan/roster-change.ts';
import { defineStep } from '../plan/step-type.ts';
import type { Terminal } from '../ports.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Event } from '../transcript/event.ts';
import { answerFaults } from './answers.ts';
import { enrolmentEvent } from './enrol.ts';
import { rosterMadeBy } from './make-roster.ts';
import { objectIn } from './recorded-facts.ts';
import { holdInput, holdToReference, referenceFor, rowFromOwnPaper } from './request-compared.ts';

const value = z
  .string({ error: 'a value such as authorization or root-key.spki' })
  .regex(/^[a-z][a-z0-9-]*(\.(spki|fingerprint|roster|sha256))?$/, {
    error: 'a value such as authorization or root-key.spki',
  });

/** The medium that the computer starts from, as another computer hashes it before. */
export const SYSTEM_IMAGE = 'system-image';

/** What people have it on. What is computed on another machine is hex there, as stock tools print it. */
const AGAINST = ['print', 'paper', 'another-machine', 'authorization'] as const;
type Against = (typeof AGAINST)[number];

/** Type of the step that makes a value of this kind, and what it can be compared with. */
const MADE: Readonly<Record<string, { readonly by: (step: PlannedStep) => boolean; readonly against: Against }>> = {
  spki: { by: (step) => step.makes['key'] !== undefined, against: 'paper' },
  fingerprint: { by: (step) => step.type === 'enrol', against: 'another-machine' },
  roster: { by: (step) => step.type === MAKES_ROSTER || step.type === CHANGES_ROSTER, against: 'paper' },
};

/** Where what came in is compared: in this order, or the paper proves nothing. */
const FROM_OWN_PAPER = 'as it is read aloud from their own paper, before the screen shows it';

/** Hexadecimal digits that a person types from another machine: 64 bits, that nobody can make collide in a day. */
const TYPED_DIGITS = 16;
const TYPED_SHAPE = '9999 9999 9999 9999';

/** People compare a value on the screen with print or paper, and type the last row of its words from there. */
export const compare = defineStep({
  name: 'compare',
  version: 1,
  summary: 'Compare a digest on the screen with print or paper, in words.',
  irreversible: false,
  onPaper: true,
  needs: ['terminal'],
  schema: z
    .strictObject({
      value: value.exactOptional(),
      values: z.array(value).min(1, { error: 'at least one value' }).exactOptional(),
      against: z.enum(AGAINST, { error: '"print", "paper", "another-machine" or "authorization"' }),
    })
    .refine((params) => (params.value === undefined) !== (params.values === undefined), {
      error: 'either "value" or "values"',
    }),
  simulate(params, world, context) {
    const { step, act, paper, find, report, plan } = context;
    let after = world;
    const onPaper = paper.includes(act);
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody compares this', 'add "by:"');
    for (const [index, one] of namesOf(params).entries()) {
      const path = params.values ? ['with', 'values', index] : ['with', 'value'];
      const isImage = one === SYSTEM_IMAGE;
      const compared = comparedInput(plan, one);
      if (!onPaper && params.against === 'authorization' && compared !== undefined) {
        after = holdInput(compared.input, path, after, context);
        continue;
      }
      if (isImage || onPaper || params.against === 'authorization') {
        // Before the program runs there is nothing on a screen: what can be hashed then is the medium it starts from.
        if (!isImage || !onPaper || params.against !== 'authorization')
          report(
            'PLAN_PARAMETER',
            path,
            `"${one}" cannot be compared with ${params.against} here`,
            onPaper || isImage
              ? `on paper "${SYSTEM_IMAGE}" is compared with the authorization, and nothing else`
              : 'what is compared with the authorization here is what comes in: NAME.spki of a request, NAME.sha256 of a folder of them',
          );
        continue;
      }
      const [source = '', part] = one.split('.');
      const made = part === undefined ? undefined : MADE[part];
      const maker = find(source);
      if (
        made
          ? !maker || !made.by(maker)
          : part !== undefined || !(PRINTED_DIGESTS as readonly string[]).includes(source)
      ) {
        report(
          'PLAN_NAME',
          path,
          `there is no value "${one}" to compare, expected ${PRINTED_DIGESTS.join(', ')}, or a step followed by .spki (its key), .fingerprint (the token it enrolled) or .roster`,
        );
      } else if (made && !world.done.has(source)) {
        report('PLAN_ORDER', path, `"${one}" does not exist yet: the step "${source}" comes later, or may be skipped`);
      } else if (maker && maker.key !== maker.id && step.key === step.id) {
        report(
          'PLAN_NAME',
          path,
          `"${one}" is made for each of several people, and compared once`,
          'compare it with the same "each:"',
        );
      }
      // What is made during the ceremony cannot be in print; what is in print must not be copied from the screen.
      if ((made?.against ?? 'print') !== params.against) {
        report('PLAN_PARAMETER', ['with', 'against'], `"${one}" cannot be compared with ${params.against}`);
      }
    }
    return after;
  },
  describe: (params, _step, plan) =>
    params.against === 'authorization' && namesOf(params).some((one) => comparedInput(plan, one) !== undefined)
      ? [
          `Type the last row of the words of ${namesOf(params).join(', ')} from your own paper: the screen does not show them before.`,
          'Then compare all rows. The program holds what came in to the digest that the authorization names.',
        ]
      : params.against === 'another-machine'
        ? [
            `Compare ${namesOf(params).join(', ')} with what another machine computes from the token itself.`,
            `Type its last ${TYPED_DIGITS} digits from there.`,
          ]
        : [`Compare ${namesOf(params).join(', ')} with ${params.against}: all rows of words. Type the last row.`],
  paper: (params, _step, plan) =>
    namesOf(params).map((one) =>
      params.against === 'another-machine'
        ? {
            kind: 'boxes',
            name: `last ${TYPED_DIGITS} digits of ${one}, as the other machine shows them`,
            shape: TYPED_SHAPE,
            hint: '0-9 and a-f',
          }
        : referenceFor(plan, one, params.against) !== undefined
          ? // Printed, the rows could be read from this book: then nothing would have come another way.
            { kind: 'digest', name: one, printed: null, hint: FROM_OWN_PAPER }
          : {
              kind: 'digest',
              name: one,
              printed:
                params.against === 'authorization'
                  ? ('reference' as const)
                  : (PRINTED_DIGESTS.find((name) => name === one) ?? null),
            },
    ),
  async *run(params, step, { terminal, ceremony }) {
    const seat = step.by[0] as string;
    const typed: Record<string, string> = {};
    for (const one of namesOf(params)) {
      const digest = digestOf(one, step, ceremony.plan, ceremony.authorization, ceremony.events());
      if (params.against === 'another-machine') {
        typed[one] = await digitsFromElsewhere(terminal, step, one, digest);
        continue;
      }
      const reference = referenceFor(ceremony.plan, one, params.against);
      if (reference !== undefined) {
        holdToReference(one, digest, reference, ceremony.authorization);
        typed[one] = await rowFromOwnPaper(terminal, step, one, digest);
        continue;
      }
      const rows = wordRows(digest);
      // What must come from print is not on the screen to be copied.
      const lines = rows.map((row) => `${row.number}  ${row.words.join('  ')}`);
      if (params.against === 'print') lines.splice(-1, 1, `${rows.length}  … is on your printed copy`);
      await terminal.say([one, ...hexGroups(digest), ...lines]);
      const expected = lastRowOf(digest);
      const answer = await terminal.ask({
        step: step.key,
        seat,
        text: `Compare all rows of "${one}" with your ${params.against === 'print' ? 'printed copy' : 'paper'}; type the last row from there`,
        kind: 'words',
        shown: digest,
        against: params.against,
        subject: one,
        problem: (given) => (isLastRow(given, digest) ? undefined : 'it is not the last row of this value'),
      });
      if (!isLastRow(answer, digest)) {
        throw new CeremonyError(
          'COMPARISON_FAILED',
          `"${one}": typed "${answer}" from ${params.against}, the screen shows "${expected}"`,
          {
            hint: 'what is on paper is not what this computer has: stop and find out which is wrong',
          },
        );
      }
      typed[one] = expected;
    }
    yield {
      type: 'answer',
      step: step.key,
      seat,
      checkedBy: step.check,
      question: step.say,
      values: { against: params.against, words: typed },
    };
  },
  verify(params, step, own, { plan, events, authorization }) {
    const isElsewhere = params.against === 'another-machine';
    const answer = own.find((event) => event.type === 'answer');
    const values = answer?.type === 'answer' ? answer.values : {};
    const words = objectIn(values['words']);
    const unlike = namesOf(params).filter((one) => {
      const digest = digestOf(one, step, plan, authorization, events);
      if (!isSha256(digest)) return true;
      return words[one] !== (isElsewhere ? digest.slice(-TYPED_DIGITS) : lastRowOf(digest));
    });
    const unreferenced = namesOf(params).filter((one) => {
      const reference = referenceFor(plan, one, params.against);
      if (reference === undefined) return false;
      return authorization.references.get(reference) !== digestOf(one, step, plan, authorization, events);
    });
    const against = answer === undefined || values['against'] === params.against;
    return [
      ...unlike.map((one) => `the words typed for "${one}" are not those of the recorded value`),
      ...unreferenced.map(
        (one) => `the authorization has no reference "${referenceFor(plan, one, params.against) ?? ''}" of that value`,
      ),
      ...(against ? [] : [`it was compared with ${JSON.stringify(values['against'] ?? null)}, not ${params.against}`]),
      ...answerFaults(step, own),
    ].map((fault) => ({
      check: 'STEP-COMPARE',
      message: `step ${step.number} "${step.key}": ${fault}`,
      where: 'events.jsonl',
    }));
  },
});

/** The screen shows all but the end, which is typed from the machine where it was computed. */
async function digitsFromElsewhere(
  terminal: Terminal,
  step: PlannedStep,
  one: string,
  digest: Sha256,
): Promise<string> {
  const expected = digest.slice(-TYPED_DIGITS);
  await terminal.say([one, ...hexGroups(`${digest.slice(0, -TYPED_DIGITS)}${'.'.repeat(TYPED_DIGITS)}`)]);
  const answer = await terminal.ask({
    step: step.key,
    seat: step.by[0] as string,
    text: `On the other machine: are these the first ${64 - TYPED_DIGITS} digits? Type the ${TYPED_DIGITS} that follow`,
    kind: 'digits',
    shown: digest,
    against: 'another-machine',
    subject: one,
  });
  const typed = answer.replaceAll(/\s/g, '').toLowerCase();
  if (typed === expected) return expected;
  throw new CeremonyError(
    'COMPARISON_FAILED',
    `"${one}": typed "${answer}" from another machine, this one has "${expected}"`,
    {
      hint: 'the other machine read other keys from the token than this one has: stop and find out which is wrong',
    },
  );
}

function namesOf(params: { readonly value?: string; readonly values?: readonly string[] }): readonly string[] {
  return params.values ?? [params.value as string];
}

function digestOf(
  name: string,
  step: PlannedStep,
  plan: Plan,
  authorization: Authorization,
  events: readonly Event[],
): string {
  const [source = '', part] = name.split('.');
  const compared = comparedInput(plan, name);
  if (compared) return String(inputRead(events, source)?.facts[compared.fact]);
  if (part === 'spki') return String(resultOf(events, source)?.facts['spkiSha256']);
  if (part === 'roster') return rosterMadeBy(events, source);
  if (part === 'fingerprint') {
    // Of an `each`, everybody compares their own.
    const key = step.key === step.id ? source : `${source}@${step.by[0] ?? ''}`;
    return String(enrolmentEvent(events, key)?.facts['fingerprint']);
  }
  switch (source) {
    case 'script':
      return plan.script;
    case 'site':
      return plan.site;
    case 'roster':
      return authorization.roster;
    default:
      return authorization.digest;
  }
}
