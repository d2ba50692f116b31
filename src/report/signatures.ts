import { CeremonyError } from '../base/errors.ts';
import { readStatement } from '../quorum/statement.ts';
import type { Event } from '../transcript/event.ts';
import { attempt } from './certificates.ts';
import { STATEMENT } from './entries.ts';
import { textAt } from './facts.ts';
import { heading, prose } from './layout/blocks.ts';
import { heightOf, layOut } from './layout/lines.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, digestLines, type Paragraph, paragraph, RULE, run, small, soft, text } from './layout/style.ts';
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
  heading(sheet, 2, 'Signatures in ink', 150);
  prose(
    sheet,
    [
      text(
        'By signing I confirm that I took part in this ceremony in the role named, that what is said of me above is so, and that the ' +
          'digests in words on my own copy are those of this report.',
      ),
    ],
    { after: 6 },
  );
  for (const participant of participantsOf(record)) {
    if (participant.called || participant.presentAt !== undefined) drawBlock(sheet, participant);
  }
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
    paragraph([run(`${STATEMENT[statement.kind]}, ${how}`, { size: 7.8 })]),
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

const BLOCK = { gap: 9, line: 26 } as const;

function drawBlock(sheet: Sheet, participant: Participant): void {
  const half = sheet.width * 0.4;
  const who = layOut(
    [
      paragraph([bold(participant.name === '' ? 'name withheld' : participant.name, 9)]),
      text(participant.role.replaceAll('-', ' '), { size: 7.8 }),
      small([participant.organisation, participant.seat].filter((part) => part !== '').join(', ')),
      ...(participant.evidence === 'paper'
        ? [
            small('This person has no token. What this person signs here is asserted: no program has checked it.', {
              before: 2,
            }),
          ]
        : []),
    ],
    half - 12,
    sheet.faces,
  );
  const height = Math.max(heightOf(who), BLOCK.line + 14);
  sheet.ensure(height + BLOCK.gap);
  const top = sheet.y;
  sheet.artifact(() => {
    sheet.rule(sheet.left, top, sheet.width, 0.4, RULE.hair);
    sheet.rule(sheet.left + half, top + BLOCK.line + 4, sheet.width * 0.36, 0.7, RULE.strong);
    sheet.rule(
      sheet.left + half + sheet.width * 0.36 + 14,
      top + BLOCK.line + 4,
      sheet.width * 0.24 - 14,
      0.7,
      RULE.strong,
    );
  });
  sheet.mark(sheet.tag('P'), () => {
    sheet.drawLines(who, sheet.left, top + 5);
    sheet.write('Signature', sheet.left + half, top + BLOCK.line + 13, 'text', 6.8, 'soft');
    sheet.write(
      'Date and time (UTC)',
      sheet.left + half + sheet.width * 0.36 + 14,
      top + BLOCK.line + 13,
      'text',
      6.8,
      'soft',
    );
  });
  sheet.y = top + height + BLOCK.gap;
}
