import { escapeForeign } from '../base/text.ts';
import type { PackSource } from '../pack/source.ts';
import { drawCertificates } from './certificates.ts';
import { drawCover, drawDigestWords } from './cover.ts';
import { drawCrls } from './crls.ts';
import { drawCustody, hasCustody } from './custody.ts';
import { drawDecisions } from './decisions.ts';
import { drawDepartures, hasDepartures } from './departures.ts';
import { drawDestruction, hasDestruction } from './destruction.ts';
import { drawEarlier, followsAnother } from './earlier.ts';
import { drawFiles } from './files.ts';
import { drawFounding } from './founding.ts';
import { drawHeads } from './heads.ts';
import { drawKeys } from './keys.ts';
import { heading, prose } from './layout/blocks.ts';
import { type Contents, drawContents, reserveContents } from './layout/contents.ts';
import { Sheet } from './layout/sheet.ts';
import { text } from './layout/style.ts';
import { drawMaking } from './making.ts';
import { drawOcspResponses } from './ocsp-responses.ts';
import { drawFrames } from './page-frame.ts';
import { drawParticipants } from './participants.ts';
import { drawQuorum } from './quorum.ts';
import { type PackRecord, readRecord } from './record.ts';
import { drawRequestsMade } from './requests-made.ts';
import { drawRequestsTaken } from './requests-taken.ts';
import { drawRosterChange } from './roster-change.ts';
import { drawShareSets } from './share-sets.ts';
import { drawSignatures } from './signatures.ts';
import { drawSteps } from './steps.ts';
import { drawWrappedKeys } from './wrapped-keys.ts';

interface Section {
  readonly title: string;
  readonly draw: (sheet: Sheet, record: PackRecord) => void;
  /** Whether it begins a page of its own. */
  readonly apart: boolean | ((record: PackRecord) => boolean);
  /** Whether there is anything to say; always, unless told. */
  readonly when?: (record: PackRecord) => boolean;
}

const SECTIONS: readonly Section[] = [
  { title: 'Participants', draw: drawParticipants, apart: true },
  { title: 'Digests in words', draw: drawDigestWords, apart: true },
  { title: 'What it follows', draw: drawEarlier, apart: true, when: followsAnother },
  { title: 'What was made', draw: drawMade, apart: true },
  { title: 'Destruction record', draw: drawDestruction, apart: false, when: hasDestruction },
  { title: 'Who approved what', draw: drawQuorum, apart: true },
  { title: 'Every step, in order', draw: drawSteps, apart: true },
  { title: 'Things in the room', draw: drawCustody, apart: true, when: hasCustody },
  { title: 'Deviations and refusals', draw: drawDepartures, apart: hasDepartures },
  { title: 'Heads in words', draw: drawHeads, apart: false },
  { title: 'Share sets', draw: drawShareSets, apart: false },
  { title: 'Files of the pack', draw: drawFiles, apart: false },
  { title: 'Statements and signatures', draw: drawSignatures, apart: true },
  { title: 'How this report was made', draw: drawMaking, apart: false },
];

/**
 * The report of a ceremony as a PDF, from its evidence pack alone: the same bytes for the same pack, on any machine
 * and at any time, by the same REPORT_VERSION. A pack of a ceremony that was aborted or interrupted has a report too.
 * Files that a manifest does not list, but for events.jsonl, are not read: signatures and addenda may be added later.
 * @throws CeremonyError PACK_UNREADABLE for a folder without an opening event
 */
export async function renderReport(source: PackSource): Promise<Uint8Array> {
  const record = readRecord(source);
  const { opening } = record;
  const sheet = new Sheet({
    title: `${escapeForeign(opening.title)}: report${opening.mode === 'rehearsal' ? ' of a rehearsal' : ''}`,
    subject: `Key ceremony ${record.ceremony}`,
    creator: escapeForeign(`${opening.program.name} ${opening.program.version}`),
    at: record.endedAt,
  });
  sheet.newPage();
  drawCover(sheet, record);
  const sections = SECTIONS.filter(({ when }) => when?.(record) ?? true);
  const contents: Contents = reserveContents(
    sheet,
    sections.map((section) => section.title),
  );
  sections.forEach((section, index) => {
    if (typeof section.apart === 'function' ? section.apart(record) : section.apart) sheet.newPage();
    const title = `${index + 1}  ${section.title}`;
    sheet.within(sheet.tag('Sect'), () => {
      heading(sheet, 1, title);
      contents.pages.push(sheet.pageNumber);
      sheet.bookmark(title);
      section.draw(sheet, record);
    });
  });
  drawContents(sheet, contents);
  drawFrames(sheet, record);
  return sheet.end();
}

function drawMade(sheet: Sheet, record: PackRecord): void {
  const made =
    drawFounding(sheet, record) +
    drawRosterChange(sheet, record) +
    drawKeys(sheet, record) +
    drawWrappedKeys(sheet, record) +
    drawCertificates(sheet, record) +
    drawDecisions(sheet, record) +
    drawCrls(sheet, record) +
    drawOcspResponses(sheet, record) +
    drawRequestsMade(sheet, record) +
    drawRequestsTaken(sheet, record);
  if (made === 0) prose(sheet, [text('No key, certificate or CRL was made.', { before: 6 })]);
}
