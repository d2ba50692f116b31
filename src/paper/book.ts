import { sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { endsDay } from '../plan/adjournment.ts';
import { allActs, type PlannedAct, planDigest } from '../plan/plan.ts';
import { heading } from '../report/layout/blocks.ts';
import { drawContents, reserveContents } from '../report/layout/contents.ts';
import { Sheet } from '../report/layout/sheet.ts';
import { LETTER, PAGE, type PageFormat } from '../report/layout/style.ts';
import { drawAct, titleOf } from './acts.ts';
import { drawAllDone } from './all-done.ts';
import type { BookInput, PaperName } from './book-input.ts';
import { drawCover } from './cover.ts';
import { drawDeviations, drawPauses } from './departures.ts';
import { drawEarlier, followsAnother } from './earlier.ts';
import { drawMaterials } from './materials.ts';
import { drawEnding, drawOpening, drawOtherDay } from './opening.ts';
import { drawFrames } from './page-frame.ts';
import { Participants } from './participants.ts';
import { drawParticipants, drawUse } from './participants-table.ts';
import { drawSheets, hasSheets } from './sheets.ts';
import { drawWorksheets, worksheetsTitle } from './worksheets.ts';

/** A PDF by pdfkit has a time of its making, and this one must not: it would differ each time that it is printed. */
const NO_TIME = '1970-01-01T00:00:00Z';

const FORMAT: Readonly<Record<PaperName, PageFormat>> = { a4: PAGE, letter: LETTER };

interface Section {
  readonly title: string;
  readonly draw: (sheet: Sheet) => void;
  /** Whether it begins a page of its own, as most do. */
  readonly apart?: false;
}

/**
 * The script of a ceremony as it lies on the table, as a PDF: everything that will be done, and a place for everything
 * that will be seen. The same input gives the same bytes; nothing in it tells the time at which it was made.
 */
export async function renderBook(input: BookInput): Promise<Uint8Array> {
  const { plan, program } = input;
  const sheet = new Sheet(
    {
      title: `${escapeForeign(plan.title)}: printed script${plan.mode === 'rehearsal' ? ' of a rehearsal' : ''}`,
      // pdfkit derives the file's identifier from this: two books that differ have two.
      subject: `Script ${plan.script}, plan ${planDigest(plan)}, people ${sha256(JSON.stringify([...input.people]))}`,
      creator: escapeForeign(`${program.name} ${program.version}`),
      at: NO_TIME,
    },
    FORMAT[input.paper],
  );
  sheet.newPage();
  drawCover(sheet, input);
  const sections = sectionsOf(input);
  const contents = reserveContents(
    sheet,
    sections.map(({ title }) => title),
  );
  sections.forEach(({ title, draw, apart = true }, index) => {
    if (apart) sheet.newPage();
    const numbered = `${index + 1}  ${title}`;
    sheet.within(sheet.tag('Sect'), () => {
      heading(sheet, 1, numbered);
      contents.pages.push(sheet.pageNumber);
      sheet.bookmark(numbered);
      draw(sheet);
    });
  });
  drawContents(sheet, contents);
  drawFrames(sheet, input);
  return sheet.end();
}

function sectionsOf(input: BookInput): Section[] {
  const { plan } = input;
  const participants = new Participants(input);
  const acts = allActs(plan);
  // What is done on paper before the program runs comes before the first pages of the screen.
  const started = acts.findIndex((act) => plan.acts.includes(act));
  const actSections = (some: readonly PlannedAct[]) =>
    some.flatMap((act): Section[] => {
      const section = { title: titleOf(act, input), draw: (sheet: Sheet) => drawAct(sheet, input, participants, act) };
      if (!endsDay(act)) return [section];
      return [section, { title: `Another day, after act ${act.index + 1}`, draw: drawOtherDay }];
    });
  const opening: Section = { title: 'When the program starts', draw: (sheet) => drawOpening(sheet, input) };
  const worksheets = worksheetsTitle(input);
  return [
    { title: 'Participants', draw: (sheet) => drawParticipants(sheet, participants) },
    { title: 'How this book is used', draw: drawUse, apart: false },
    ...(followsAnother(input)
      ? [{ title: 'What this ceremony follows', draw: (sheet: Sheet) => drawEarlier(sheet, input) }]
      : []),
    ...(plan.materials.length === 0
      ? []
      : [{ title: 'Things in the room', draw: (sheet: Sheet) => drawMaterials(sheet, input) }]),
    ...actSections(acts.slice(0, started)),
    started === 0 ? { ...opening, apart: false } : opening,
    ...actSections(acts.slice(started)),
    { title: 'After the last step', draw: (sheet) => drawLast(sheet, input, participants) },
    ...(hasSheets(input)
      ? [{ title: 'Sheets of what is approved', draw: (sheet: Sheet) => drawSheets(sheet, input, participants) }]
      : []),
    ...(worksheets === undefined
      ? []
      : [{ title: worksheets, draw: (sheet: Sheet) => drawWorksheets(sheet, input, participants) }]),
    { title: 'Deviation sheets', draw: drawDeviations },
    { title: 'Pauses and interruptions', draw: drawPauses },
  ];
}

function drawLast(sheet: Sheet, input: BookInput, participants: Participants): void {
  drawAllDone(sheet, input);
  drawEnding(sheet, participants);
}
