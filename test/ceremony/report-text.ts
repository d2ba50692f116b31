import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What people read in the report of a pack, line by line as it is laid out. */
export function reportText(pack: string): string {
  return execFileSync('pdftotext', ['-layout', join(pack, 'views', 'report.pdf'), '-'], { encoding: 'utf8' });
}

/** The same without the layout: words one after another. */
export function reportWords(pack: string): string {
  return reportText(pack).replace(/\s+/g, ' ');
}
