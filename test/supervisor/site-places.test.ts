import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { holdToSite } from '../../src/supervisor/site-places.ts';
import { assertRefuses } from '../der/refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-site-places-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const [site, printer, gone] = ['site.yaml', 'lp0', 'lp1'].map((name) => join(folder, name)) as [string, string, string];

test('a printer of shares is the one that the site names, and it is there', () => {
  writeFileSync(printer, '');
  writeFileSync(site, `printer: ${printer}\nmedia:\n  evidence: { at: ${gone} }\n`);
  holdToSite(printer, site, 'printer', 'printer');
  assertRefuses(
    () => holdToSite(gone, site, 'printer', 'printer'),
    'PATH_REFUSED',
    /^the site binding has no printer at ".*lp1"$/,
  );
  writeFileSync(site, `printer: "${gone}"\n`);
  assertRefuses(
    () => holdToSite(gone, site, 'printer', 'printer'),
    'FILE_MISSING',
    /^the printer ".*lp1" is not there$/,
  );
});
