import { CeremonyError } from '../base/errors.ts';
import { readStatement } from '../quorum/statement.ts';
import type { Event } from '../transcript/event.ts';
import { attempt } from './certificates.ts';
import { statementTitle } from './entries.ts';
import { textAt } from './facts.ts';
import { heading, prose } from './layout/blocks.ts';
import { heightOf, type Line, layOut } from './layout/lines.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, digestLines, PAGE, type Paragraph, paragraph, RULE, run, small, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { nameOf, type Participant, participantsOf } from './participants.ts';
import { fileOf, type PackRecord } from './record.ts';
import { clockOf, dayOf } from './times.ts';

type Statement = Extract<Event, { type: 'statement' }>;

/** What people stated, and where they sign this paper. */
export function drawSignatures(sheet: Sheet, record: PackRecord): void {
  const statements = record.events.filter((event): event is Statement => event.type === 'statement');
  heading(sheet, 2, 'Statements');
  if (statements.length === 0) prose(sheet, [text('No statement is recorded.')]);
  else drawStatements(sheet, record, statements);
  drawInk(sheet, record);
}

/** Lines to sign on, all on one page where they fit on one, under the digest that the ink is about. */
function drawInk(sheet: Sheet, record: PackRecord): void {
  const blocks = participantsOf(record)
    .filter((one) => one.called || one.presentAt !== undefined)
    .map((one) => inkBlock(sheet, one));
  const height = blocks.reduce((sum, block) => sum + block.height, 0);
  const page = PAGE.height - PAGE.top - PAGE.bottom;
  heading(sheet, 2, 'Signatures in ink', height + INTRODUCTION < page - 40 ? height + INTRODUCTION : INTRODUCTION);
  const confirmed = text(
    'By signing I confirm that I took part in this ceremony in the role named, that what is said of me above is so, and that the ' +
      'digests in words on my own copy are those of this report.',
  );
  const about = record.manifestDigest
    ? digestLines('SHA-256 of the manifest of this pack', record.manifestDigest, { before: 5 })
    : [text('This ceremony was not closed: there is no manifest.', { before: 5 })];
  prose(sheet, [confirmed, ...about], { after: 10 });
  for (const block of blocks) drawBlock(sheet, block);
}

function drawStatements(sheet: Sheet, record: PackRecord, statements: readonly Statement[]): void {
  drawTable(
    sheet,
    [
      { title: 'Person', share: 24 },
      { title: 'Statement', share: 60 },
      { title: 'Time (UTC)', share: 16 },
    ],
    statements.map((statement) =>
      cells(
        [paragraph([bold(nameOf(record, statement.seat), 7.8)]), small(statement.seat)],
        statementCell(record, statement),
        [text(clockOf(statement.at), { size: 7.8 }), small(dayOf(statement.at)), small(`event ${statement.seq}`)],
      ),
    ),
  );
}

function statementCell(record: PackRecord, statement: Statement): Paragraph[] {
  const how = statement.evidence === 'token' ? 'signed with a token' : 'on paper: asserted';
  const said = saidIn(record, statement);
  const head = textAt(statement.facts, 'head');
  return [
    paragraph([run(`${statementTitle(statement.kind)}, ${how}`, { size: 7.8 })]),
    ...(said === undefined ? [] : [text(`“${said}”`, { before: 1 })]),
    ...(head === undefined ? [] : digestLines('Said over the record with the head', head)),
    ...(statement.statement === null ? [] : [small(statement.statement, { before: 1.5 })]),
    ...(statement.signature === null ? [] : digestLines('SHA-256 of the signature', statement.signature)),
  ];
}

/** The words that were signed, from the statement's own file; for paper, from the record or the script. */
function saidIn(record: PackRecord, statement: Statement): string | undefined {
  const bytes = statement.statement === null ? undefined : fileOf(record, statement.statement);
  const read = bytes && attempt(() => readStatement(bytes));
  const signed = read && !(read instanceof CeremonyError) ? textAt(read, 'text') : undefined;
  if (signed !== undefined) return signed;
  const said = textAt(statement.facts, 'text') ?? record.steps.get(statement.step)?.say;
  return statement.kind === 'presence' || said === '' ? undefined : said;
}

/** Height of what stands above the first line to sign on. */
const INTRODUCTION = 76;
const BLOCK = { gap: 9, line: 26, who: 0.4, signature: 0.36 } as const;

interface InkBlock {
  readonly who: readonly Line[];
  readonly height: number;
}

function inkBlock(sheet: Sheet, participant: Participant): InkBlock {
  const asserted = small(
    'This person has no token. What this person signs here is asserted: no program has checked it.',
    {
      before: 2,
    },
  );
  const who = layOut(
    [
      paragraph([bold(participant.name === '' ? 'name withheld' : participant.name, 9)]),
      text(participant.role.replaceAll('-', ' '), { size: 7.8 }),
      small([participant.organisation, participant.seat].filter((part) => part !== '').join(', ')),
      ...participant.exchanged.map((said) => small(said)),
      ...(participant.evidence === 'paper' ? [asserted] : []),
    ],
    sheet.width * BLOCK.who - 12,
    sheet.faces,
  );
  return { who, height: Math.max(heightOf(who), BLOCK.line + 14) + BLOCK.gap };
}

function drawBlock(sheet: Sheet, { who, height }: InkBlock): void {
  sheet.ensure(height);
  const top = sheet.y;
  const sign = sheet.left + sheet.width * BLOCK.who;
  const date = sign + sheet.width * BLOCK.signature + 14;
  const line = top + BLOCK.line + 4;
  sheet.artifact(() => {
    sheet.rule(sheet.left, top, sheet.width, 0.4, RULE.hair);
    sheet.rule(sign, line, sheet.width * BLOCK.signature, 0.7, RULE.strong);
    sheet.rule(date, line, sheet.left + sheet.width - date, 0.7, RULE.strong);
  });
  sheet.mark(sheet.tag('P'), () => {
    sheet.drawLines(who, sheet.left, top + 5);
    sheet.write('Signature', sign, line + 9, 'text', 6.8, 'soft');
    sheet.write('Date and time (UTC)', date, line + 9, 'text', 6.8, 'soft');
  });
  sheet.y = top + height;
}
