import type { Plan, PlannedMaterial, PlannedUnit } from '../plan/plan.ts';
import { prose } from '../report/layout/blocks.ts';
import type { Sheet } from '../report/layout/sheet.ts';
import { bold, mono, paragraph, small, text } from '../report/layout/style.ts';
import { cells, drawTable, type Row } from '../report/layout/table.ts';

/** Every thing that comes into the room: what it is, in which bag it arrives, and a place to write how it leaves. */
export function drawMaterials(sheet: Sheet, { materials, bags }: Plan): void {
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
