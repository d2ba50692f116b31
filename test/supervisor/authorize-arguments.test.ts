import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import type { ErrorCode } from '../../src/base/errors.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readAuthorizeArguments } from '../../src/supervisor/authorize-arguments.ts';
import { composeAuthorization } from '../../src/supervisor/compose-authorization.ts';
import { assertRefuses } from '../der/refusal.ts';

const FILES = ['/c/script.yaml', '--site', '/c/site.yaml'];
const WINDOW = ['--from', '2027-03-01T00:00:00Z', '--until', '2027-03-31T23:59:59Z'];
const CHANGE = ['--change', 'CHG-1'];
const NEW = [...FILES, ...WINDOW, ...CHANGE];
const DIGEST = sha256('manifest');

describe('the arguments of authorize', () => {
  test('for the first ceremony', () => {
    assert.deepEqual(readAuthorizeArguments(NEW), {
      script: '/c/script.yaml',
      site: '/c/site.yaml',
      wish: {
        from: '2027-03-01T00:00:00Z',
        until: '2027-03-31T23:59:59Z',
        change: 'CHG-1',
        ceremony: 1,
        previous: NO_DIGEST,
        references: {},
      },
    });
  });

  test('for a later one, with references', () => {
    const later = ['--ceremony', '7', '--previous', DIGEST];
    const references = ['--reference', `request=${sha256('a')}`, '--reference', `boot-image=${sha256('b')}`];
    const { wish } = readAuthorizeArguments([...NEW, ...later, ...references]);
    assert.equal(wish?.ceremony, 7);
    assert.equal(wish.previous, DIGEST);
    assert.deepEqual(wish.references, { request: sha256('a'), 'boot-image': sha256('b') });
    assert.equal(
      readAuthorizeArguments([...NEW, '--ceremony', '2', '--previous', NO_DIGEST]).wish?.previous,
      NO_DIGEST,
    );
  });

  test('for more signatures', () => {
    assert.deepEqual(readAuthorizeArguments([...FILES, '--sign']), {
      script: '/c/script.yaml',
      site: '/c/site.yaml',
      wish: undefined,
    });
  });

  const refused: readonly (readonly [what: string, args: readonly string[], code: ErrorCode, message: string])[] = [
    ['no script', NEW.slice(1), 'USAGE', 'authorize wants one script and a site binding'],
    ['two scripts', ['other.yaml', ...NEW], 'USAGE', 'authorize wants one script and a site binding'],
    ['no site', ['script.yaml', '--sign'], 'USAGE', 'authorize wants one script and a site binding'],
    ['no window', [...FILES, ...CHANGE], 'USAGE', 'a new authorization wants --from, --until and --change'],
    ['no change record', [...FILES, ...WINDOW], 'USAGE', 'a new authorization wants --from, --until and --change'],
    [
      'a day that does not exist',
      [...FILES, '--from', '2027-02-29T00:00:00Z', '--until', '2027-03-31T23:59:59Z', ...CHANGE],
      'DATE_INVALID',
      '"2027-02-29T00:00:00Z" is not a UTC time of the form YYYY-MM-DDTHH:MM:SSZ',
    ],
    [
      'a change record of two lines',
      [...FILES, ...WINDOW, '--change', 'CHG\n1'],
      'USAGE',
      'the change record is one line of 1 to 256 ASCII characters',
    ],
    ['ceremony 0', [...NEW, '--ceremony', '0'], 'USAGE', '"0" is no number of a ceremony, expected 1 to 999999'],
    [
      'a first ceremony after another',
      [...NEW, '--previous', DIGEST],
      'USAGE',
      'the first ceremony of a CA follows no pack',
    ],
    [
      'a later one after nothing',
      [...NEW, '--ceremony', '2'],
      'USAGE',
      'ceremony 2 follows another, and --previous is missing',
    ],
    [
      'a previous pack that is no digest',
      [...NEW, '--ceremony', '2', '--previous', 'none'],
      'USAGE',
      '"none" is no SHA-256 in 64 lower-case hexadecimal digits',
    ],
    [
      'a reference without a name',
      [...NEW, '--reference', DIGEST],
      'USAGE',
      `"${DIGEST}" is no reference, expected a name of lower-case letters, "=" and a SHA-256`,
    ],
    [
      'a reference twice',
      [...NEW, '--reference', `a=${DIGEST}`, '--reference', `a=${DIGEST}`],
      'USAGE',
      'the reference "a" is given twice',
    ],
    [
      'a wish beside --sign',
      [...FILES, '--sign', ...CHANGE],
      'USAGE',
      'with --sign there is no --change: the authorization that is there says it',
    ],
  ];
  for (const [what, args, code, message] of refused) {
    test(`refused: ${what}`, () => assertRefuses(() => readAuthorizeArguments(args), code, message));
  }
});

describe('the bytes of an authorization', () => {
  const binding = {
    mode: 'rehearsal',
    modules: {
      cards: { library: '/opt/cards.so', sha256: sha256('cards'), environment: {} },
      hsm: { library: '/opt/hsm.so', sha256: sha256('hsm'), environment: { VENDOR_CONF: '/etc/vendor.conf' } },
    },
    hsms: [{ name: 'root-hsm', module: 'hsm', model: 'HSM 9', blank: true }],
    cards: 'cards',
    tokens: [{ serial: 'token-1', model: 'Card 3' }],
  };
  const measured = {
    script: sha256('script'),
    site: sha256('site'),
    roster: sha256('roster'),
    program: sha256('program'),
  };
  const later = ['--ceremony', '2', '--previous', DIGEST, '--reference', `boot-image=${sha256('image')}`];
  const wish = readAuthorizeArguments([...NEW, ...later]).wish;
  assert.ok(wish);

  test('are read back as what was measured, wished and bound', () => {
    const bytes = composeAuthorization(binding, measured, wish);
    const { modules, hsms, references, digest, ...read } = readAuthorization(bytes);
    assert.deepEqual(read, {
      ceremony: 2,
      change: 'CHG-1',
      mode: 'rehearsal',
      notBefore: '2027-03-01T00:00:00Z',
      notAfter: '2027-03-31T23:59:59Z',
      ...measured,
      previous: DIGEST,
      cards: 'cards',
      tokens: binding.tokens,
    });
    assert.equal(digest, sha256(bytes));
    assert.equal(modules.get('hsm')?.environment.get('VENDOR_CONF'), '/etc/vendor.conf');
    assert.deepEqual(hsms, [
      { name: 'root-hsm', module: 'hsm', model: 'HSM 9', serial: null, activation: { means: 'shares' } },
    ]);
    assert.equal(references.get('boot-image'), sha256('image'));
  });

  test('are the same each time, and take nothing from the core but what the site holds', () => {
    const bytes = composeAuthorization(binding, measured, wish);
    const bold = { ...binding, program: sha256('other'), notAfter: '2099-01-01T00:00:00Z', seal: true };
    assert.deepEqual(composeAuthorization(bold, measured, wish), bytes);
  });

  test('are refused where the core has left something out', () => {
    const { cards: _, ...rest } = binding;
    assertRefuses(
      () => readAuthorization(composeAuthorization(rest, measured, wish)),
      'AUTHORIZATION_INVALID',
      'authorization.json "cards" is not a string',
    );
  });
});
