import { durationInWords } from '../base/dates.ts';
import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { endsDay } from '../plan/adjournment.ts';
import { allActs, foundsRoster, hasSite, planDigest } from '../plan/plan.ts';
import { heading, type Pair, pairs } from '../report/layout/blocks.ts';
import { heightOf, layOut } from '../report/layout/lines.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { bold, FILL, mono, type Paragraph, paragraph, run, small, text } from '../report/layout/style.ts';
import { drawWords, WIDE, wordsHeight } from '../report/layout/words-block.ts';
import type { BookInput } from './book-input.ts';

/** Stands where something is only known later. */
const TO_WRITE = '_'.repeat(44);
/** The contents keep a distance of their own. */
const BELOW_WORDS = 14;

/** First page: which ceremony this is the script of, and by which digests it is known. */
export function drawCover(sheet: Sheet, input: BookInput): void {
  drawTitle(sheet, input);
  const { plan, script, authorization } = input;
  const facts: Pair[] = [
    [
      'Mode',
      [
        paragraph([
          bold(plan.mode.toUpperCase()),
          run(plan.mode === 'rehearsal' ? '  throw-away keys; nothing made here may be trusted' : ''),
        ]),
      ],
    ],
    ['Objectives', [text(plan.objectives.join(', '))]],
    ['Place', [text(plan.place)]],
    ['Policy', [text(plan.policy)]],
    [
      'Authorized as',
      [
        text(
          authorization
            ? `ceremony number ${authorization.ceremony} of this CA, change record ${authorization.change}`
            : TO_WRITE,
        ),
      ],
    ],
    ['To be held', [text(authorization ? `${authorization.notBefore} to ${authorization.notAfter} (UTC)` : TO_WRITE)]],
    ['Takes about', script.ceremony.lasts === undefined ? [] : [text(durationInWords(script.ceremony.lasts))]],
    ['Days', dayLines(plan)],
    ['Rules', [text(plan.rules.join(', ') || 'none')]],
    ['Waivers', plan.waivers.map((waiver) => text(Object.values(waiver).map(String).join(': ')))],
    [
      'Approvals needed',
      [
        text(
          Object.entries(plan.quorums)
            .map(([name, need]) => `${name} ${need}`)
            .join(', ') || 'none',
        ),
      ],
    ],
    ...plan.tokens.map(
      (token): Pair => [
        'HSM',
        [text(`${token.name}: ${token.model}, ${token.serial === null ? 'blank' : `serial ${token.serial}`}`)],
      ],
    ),
    ['Printed without', without(input)],
    ...(hasSite(plan)
      ? []
      : [['Site', [text('no site is bound: people, HSMs and media are stand-ins')]] satisfies Pair]),
  ];
  pairs(sheet, facts, { nameShare: 0.2 });
  heading(sheet, 3, 'Digests (SHA-256)', 90);
  const digest = (value: Sha256 | undefined): Paragraph[] =>
    value === undefined ? [small('not known when this was printed')] : [paragraph([mono(value, 7.6)])];
  pairs(
    sheet,
    [
      ['Script', digest(plan.script)],
      ['Authorization', digest(authorization?.digest)],
      ['Site binding', hasSite(plan) ? digest(plan.site) : []],
      [
        'Roster',
        foundsRoster(plan) ? [text('none yet: this ceremony makes the first one')] : digest(input.roster?.digest),
      ],
      ['Program', digest(authorization?.program)],
      ['Plan', digest(planDigest(plan))],
      [
        'Pack before this',
        authorization?.previous === NO_DIGEST ? [text('none: this is the first')] : digest(authorization?.previous),
      ],
    ],
    { nameShare: 0.2 },
  );
  sheet.skip(4);
  sheet.ensure(wordsHeight(WIDE));
  const block = { title: 'Script', note: 'the reviewed file, byte for byte', digest: plan.script };
  drawWords(sheet, { x: sheet.left, width: sheet.width }, block, WIDE);
  sheet.y += wordsHeight(WIDE) - BELOW_WORDS;
}

/** What this copy lacks: it shows no more than that the script can be followed, and is no copy for the table. */
function without({ plan, authorization, roster }: BookInput): Paragraph[] {
  const lacks = [
    ...(authorization ? [] : ['the authorization']),
    ...(roster || foundsRoster(plan) ? [] : ['the roster']),
  ];
  if (lacks.length === 0) return [];
  return [
    paragraph([
      bold(lacks.join(' and ')),
      run(': a draft. Print it again for the ceremony, once they lie beside the site binding.'),
    ]),
  ];
}

/** How many days it is held on, where they are more than one, and where each but the last ends. */
function dayLines(plan: BookInput['plan']): Paragraph[] {
  const ends = allActs(plan).filter(endsDay);
  if (ends.length === 0) return [];
  const where = ends.map((act) => `after act ${act.index + 1} (${act.title})`).join(', ');
  return [text(`${ends.length + 1}; a day ends ${where}`)];
}

function drawTitle(sheet: Sheet, { plan }: BookInput): void {
  const lines = (paragraphs: readonly Paragraph[]) => layOut(paragraphs, sheet.width, sheet.faces);
  const size = plan.title.length > 90 ? 15 : plan.title.length > 45 ? 19 : 24;
  sheet.mark(sheet.tag('P'), () => {
    sheet.y = sheet.drawLines(lines([small('Script of a key ceremony', { size: 9.5 })]), sheet.left, sheet.y) + 2;
  });
  const title = lines([paragraph([run(plan.title, { face: 'bold', size })])]);
  sheet.mark(sheet.tag('H1'), () => {
    sheet.y = sheet.drawLines(title, sheet.left, sheet.y) + 7;
  });
  const label = plan.mode.toUpperCase();
  const words = lines([paragraph([run(label, { face: 'bold', size: 9, tone: 'white' })])]);
  const top = sheet.y;
  const height = heightOf(words) + 7;
  sheet.artifact(() => sheet.rect(sheet.left, top, sheet.faces.bold.widthOf(label, 9) + 18, height, FILL.black));
  sheet.mark(sheet.tag('P'), () => void sheet.drawLines(words, sheet.left + 9, top + 3.5));
  sheet.y = top + height + 12;
}
