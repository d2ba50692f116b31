import type { Sha256 } from '../base/digest.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isLastRow, lastRowOf } from '../base/words.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { secondScreenMedium } from '../plan/second-screen.ts';
import type { PutUp, RunContext, Running, TurnedDown } from '../plan/step-type.ts';
import type { Medium, Question, Terminal } from '../ports.ts';
import { descriptorScreen } from '../quorum/approval-screen.ts';
import { readDescriptor } from '../quorum/operation.ts';

/*
 * What is put up is held to what people have of it apart from this computer, before anybody's token signs: to what another
 * computer shows of the very bytes, and to the sheets of paper that officers fill in. The words that are typed are those
 * of the descriptor's digest: it is what tokens sign, the guard shows it, and the payload's digest is in it.
 */

/** Folder on the medium. */
const FOLDER = 'proposals';

export type ExaminationParams = {
  readonly operations: readonly string[];
  readonly sheet?: 'printed';
  readonly 'second-screen'?: string;
  readonly medium?: string;
};

type Context = RunContext<'terminal' | 'media'>;

/** @throws CeremonyError MEDIUM_DIFFERS, and what writing a medium throws */
export async function* examine(
  params: ExaminationParams,
  step: PlannedStep,
  proposals: readonly PutUp[],
  context: Context,
  during: string,
): Running<readonly TurnedDown[]> {
  const elsewhere = yield* onSecondScreen(params, step, proposals, context, during);
  const left = proposals.filter(({ seq }) => !elsewhere.some((one) => one.seq === seq));
  return [...elsewhere, ...(yield* onSheets(params, step, left, context, during))];
}

/** Path on the medium → its SHA-256. @param payload of the to-be-signed bytes, or null */
export function proposalFiles(
  { seq, step }: { readonly seq: number; readonly step: string },
  digest: Sha256,
  payload: Sha256 | null,
): Readonly<Record<string, Sha256>> {
  const stem = `${FOLDER}/${seq}-${step}`;
  return { [`${stem}.json`]: digest, ...(payload === null ? {} : { [`${stem}.tbs`]: payload }) };
}

/** The person who reads the second screen. */
export function readerOf(params: ExaminationParams, plan: Context['ceremony']['plan']): string | undefined {
  const role = params['second-screen'];
  return role === undefined ? undefined : plan.seats[role]?.[0];
}

async function* onSecondScreen(
  params: ExaminationParams,
  step: PlannedStep,
  proposals: readonly PutUp[],
  { terminal, media, ceremony }: Context,
  during: string,
): Running<readonly TurnedDown[]> {
  const seat = readerOf(params, ceremony.plan);
  const medium = secondScreenMedium(ceremony.plan, params);
  if (seat === undefined || medium === undefined) return [];
  const copies = media(medium);
  await terminal.ask({
    step: during,
    seat: step.by[0] ?? seat,
    text: `Plug in every copy of "${medium}": what is to be approved is written onto it for the second screen`,
    kind: 'confirm',
  });
  for (const copy of copies) await write(copy, proposals);
  await terminal.say([
    `Written onto every copy of "${medium}", and read back. Take one copy to the second screen; there, for each:`,
    ...proposals.map((one) => `quorate show …/${Object.keys(filesOf(one))[0] ?? ''}`),
    'Read it aloud to its end, fields and words. The officers follow it, and hold the screen of the guard to it later.',
  ]);
  const turnedDown: TurnedDown[] = [];
  for (const one of proposals) {
    const { digest } = readDescriptor(one.descriptor);
    const what = `"${one.step.id}" (proposal ${one.seq})`;
    const question: Question = {
      step: during,
      seat,
      text: `From the second screen: type the last row of the digest of ${what}`,
      kind: 'words',
      shown: digest,
      against: 'another-machine',
      subject: one.step.id,
    };
    const other = await otherRow(terminal, question, digest, `what the second screen shows of ${what}`);
    if (other === undefined) {
      yield {
        type: 'observation',
        step: during,
        subject: 'second-screen',
        facts: {
          proposal: one.seq,
          seat,
          medium,
          copies: copies.length,
          files: filesOf(one),
          words: lastRowOf(digest),
        },
      };
    } else turnedDown.push({ seq: one.seq, seat, reason: `the second screen shows "${other}" of ${what}` });
  }
  return turnedDown;
}

async function* onSheets(
  params: ExaminationParams,
  step: PlannedStep,
  proposals: readonly PutUp[],
  { terminal }: Context,
  during: string,
): Running<readonly TurnedDown[]> {
  if (params.sheet === undefined) return [];
  const seat = step.by[0] as string;
  const turnedDown: TurnedDown[] = [];
  for (const one of proposals) {
    const descriptor = readDescriptor(one.descriptor);
    const what = `"${one.step.id}" (proposal ${one.seq})`;
    await terminal.say([
      `For the sheets of ${what}: copy every value that has a blank there, and compare what is printed.`,
      ...descriptorScreen(descriptor, one.payload),
    ]);
    const question: Question = {
      step: during,
      seat,
      text: `Does the sheet of ${what} agree in every box, and has each officer put their initials to it? Type the last row of its digest from a sheet`,
      kind: 'words',
      shown: descriptor.digest,
      against: 'paper',
      subject: one.step.id,
    };
    const other = await otherRow(terminal, question, descriptor.digest, `what the sheet of ${what} says`);
    if (other === undefined) {
      yield {
        type: 'observation',
        step: during,
        subject: 'sheet',
        facts: { proposal: one.seq, seat, checkedBy: step.check, words: lastRowOf(descriptor.digest) },
      };
    } else turnedDown.push({ seq: one.seq, seat, reason: `the sheet of ${what} says "${other}"` });
  }
  return turnedDown;
}

/** @returns undefined when the right row was typed; another one that whoever typed it stands by */
async function otherRow(
  terminal: Terminal,
  question: Question,
  digest: Sha256,
  what: string,
): Promise<string | undefined> {
  for (;;) {
    const typed = await terminal.ask(question);
    if (isLastRow(typed, digest)) return undefined;
    const sure = await terminal.ask({
      step: question.step,
      seat: question.seat,
      text: `"${typed}" is not the last row of what this computer puts up. Is it ${what}? With yes the operation is declined, with no it is typed again`,
      kind: 'yes-no',
    });
    if (sure === 'yes') return typed;
  }
}

/** @throws CeremonyError MEDIUM_DIFFERS */
async function write({ name, files }: Medium, proposals: readonly PutUp[]): Promise<void> {
  const written = proposals.map((one) => {
    const [description = '', payload = ''] = Object.keys(filesOf(one));
    return [[description, one.descriptor] as const, ...(one.payload ? [[payload, one.payload] as const] : [])];
  });
  await files.createAll(written.flat());
  for (const [path, digest] of proposals.flatMap((one) => Object.entries(filesOf(one)))) {
    if (sha256(await files.read(path)) !== digest) {
      throw new CeremonyError('MEDIUM_DIFFERS', `"${path}" reads back differently from medium ${name}`, {
        hint: 'replace this medium',
      });
    }
  }
}

function filesOf({ seq, step, descriptor, payload }: PutUp): Readonly<Record<string, Sha256>> {
  return proposalFiles({ seq, step: step.key }, sha256(descriptor), payload && sha256(payload));
}
