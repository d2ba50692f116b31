import type { PlannedMaterial, PlannedUnit } from '../plan/plan.ts';
import { prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { bold, mono, paragraph, small, text } from '../report/layout/style.ts';
import { cells, drawTable, type Row } from '../report/layout/table.ts';
import type { BookInput } from './book-input.ts';
import { followsAnother } from './earlier.ts';

const REGISTERED =
  'The number of a bag and its place are those of the custody register of the pack before, where that has the thing sealed; else those of the site ' +
  'binding. Who finds another number on a bag than here says so before anybody opens it.';

/** Every thing that comes into the room: what it is, in which bag it arrives, and a place to write how it leaves. */
export function drawMaterials(sheet: Sheet, input: BookInput): void {
  const { materials, bags } = input.plan;
  if (followsAnother(input)) prose(sheet, [text(REGISTERED)], { after: 3 });
  prose(sheet, [text(`Bags on the table: ${bags.needed} to be used, ${bags.spare} to spare.`)], { after: 6 });
  drawTable(
    sheet,
    [
      { title: 'Thing', share: 26 },
      { title: 'What it is', share: 26 },
      { title: 'Arrives', share: 24 },
      { title: 'Leaves in bag, or with', share: 24 },
    ],
    materials.flatMap((material) => material.units.map((unit) => rowOf(material, unit))),
    // Room for a number in handwriting.
    { padding: 7 },
  );
}

function rowOf({ kind, arrives, holds }: PlannedMaterial, { unit, make, serial, bag, place }: PlannedUnit): Row {
  const what = [kind.replaceAll('-', ' '), make, holds === null ? null : `holds ${holds}`].filter(
    (part) => part !== null,
  );
  return cells(
    [paragraph([bold(unit)])],
    [text(what.join(', ')), ...(serial === null ? [] : [paragraph([mono(serial)])])],
    bag === null
      ? [text(arrives)]
      : [paragraph([mono(bag, 8)]), small(`sealed${place === null ? '' : `, from ${place}`}`)],
    [],
  );
}
