import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { backingUpOnPaper } from '../forge/backing-up.ts';
import { vaultSiteText, WINDOW } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

const VAULT = readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url), 'utf8');
const SCRIPT = backingUpOnPaper.script?.(VAULT) ?? '';
const SITE = backingUpOnPaper.site?.(vaultSiteText('rehearsal')) ?? '';

function planned(script = SCRIPT, site = SITE) {
  return makePlan({
    script: readScript(Buffer.from(script), 'script.yaml', STEP_TYPES),
    site: readSite(Buffer.from(site), 'site.yaml'),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
}

const edited = (text: string, from: string | RegExp, to: string) => {
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `"${String(from)}" is not there`);
  return changed;
};

/** But for what is said of every key that may leave its HSM. */
const said = (script?: string, site?: string) =>
  planned(script, site)
    .problems.filter(({ severity }) => severity !== 'warning')
    .map(({ code, text }) => `${code} ${text}`);

describe('shares that are to be printed', () => {
  test('are planned with the printer of the site, and each page is a thing of its custodian', () => {
    const { plan } = planned();
    assert.deepEqual(said(), []);
    assert.equal(plan?.printer, '/dev/usb/lp0');
    assert.deepEqual(
      plan?.materials.find(({ kind }) => kind === 'paper-share')?.units.map(({ unit, seat }) => [unit, seat]),
      ['alice', 'bob', 'carol', 'dave', 'erin'].map((seat) => [`pages@${seat}`, seat]),
    );
  });

  test('are the one reason for which a plan, and so the guard, has a printer', () => {
    const { plan, problems } = planned(VAULT, `${vaultSiteText('rehearsal')}printer: /dev/usb/lp0\n`);
    assert.deepEqual(problems, []);
    assert.equal(plan?.printer, undefined);
  });

  test('refuse a site without a printer at the desk', () => {
    assert.deepEqual(said(SCRIPT, edited(SITE, 'printer: /dev/usb/lp0\n', '')), [
      'PLAN_PRINTER the site names no printer, and shares are to be printed',
    ]);
  });

  test('are pages that somebody keeps account of', () => {
    const nothing = edited(edited(SCRIPT, / {2}pages: .*\n/, ''), /^.*id: pages-away.*\n/m, '');
    assert.deepEqual(said(nothing, edited(SITE, 'printer: /dev/usb/lp0\n', '')), [
      'PLAN_CUSTODY the script has no material "pages" of kind "paper-share": nobody would keep account of the pages',
      'PLAN_PRINTER the site names no printer, and shares are to be printed',
    ]);
    const another = edited(SCRIPT, 'backups: backups, paper: pages', 'backups: backups, paper: cards');
    assert.deepEqual(said(another), [
      'PLAN_CUSTODY the script has no material "cards" of kind "paper-share": nobody would keep account of the pages',
    ]);
  });

  test('are pages of one set: another key that is backed up has pages of its own', () => {
    const [line = ''] = /^ +- \{ id: backup, .*\n/m.exec(SCRIPT) ?? [];
    assert.deepEqual(said(edited(SCRIPT, line, `${line}${line.replace('id: backup', 'id: backup-again')}`)), [
      `PLAN_CUSTODY "pages" are the pages of step ${String(
        planned()
          .plan?.acts.flatMap(({ steps }) => steps)
          .find(({ key }) => key === 'backup')?.number,
      )} "backup" already: one page destroyed would count for both`,
    ]);
  });

  test('are printed where somebody says that surplus pages are shredded, and somebody else has seen it', () => {
    assert.deepEqual(said(edited(SCRIPT, /(id: backup, .*) check: witness,/, '$1')), [
      'PLAN_PEOPLE nobody else sees that surplus pages are shredded',
    ]);
  });

  test('are pages of those who hold the shares, and blank before', () => {
    const [strange] = said(
      edited(
        edited(SCRIPT, 'kind: paper-share, each: crypto-officer', 'kind: paper-share, each: witness'),
        'pages-away, step: seal, each: crypto-officer, check: witness',
        'pages-away, step: seal, each: witness, check: auditor',
      ),
    );
    assert.equal(
      strange,
      'PLAN_CUSTODY alice, bob, carol, dave, erin would hold a share, and no page of "pages" is theirs',
    );
    const sealed = said(
      edited(SCRIPT, 'each: crypto-officer, arrives: blank', 'each: crypto-officer, arrives: sealed'),
    );
    assert.ok(
      sealed.includes('PLAN_CUSTODY "pages" arrives sealed, and its pages are printed here'),
      sealed.join('\n'),
    );
    assert.ok(
      sealed.includes('PLAN_CUSTODY the pages of "pages" are printed, and "pages@alice" is sealed here'),
      sealed.join('\n'),
    );
  });

  test('are put away on every way out', () => {
    assert.deepEqual(said(edited(SCRIPT, /^.*id: pages-away.*\n/m, '')), [
      `PLAN_CUSTODY ${['alice', 'bob', 'carol', 'dave', 'erin'].map((seat) => `"pages@${seat}"`).join(', ')} lies open when everybody leaves`,
    ]);
  });
});
