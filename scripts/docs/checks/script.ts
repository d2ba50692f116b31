import { code, type Part } from './check.ts';

const CASES = 'test/script/problem-cases.ts';
const RULES = 'test/plan/rules-cases.ts';
const ORDER = 'test/plan/order-cases.ts';

/** What a script or a site binding may say. */
export const SCRIPT: readonly Part[] = [
  {
    part: 'What a script may say',
    first: 400,
    checks: [
      code(
        'What is read is a script or a site binding, of a version that the program knows.',
        'src/script/read-script.ts',
        CASES,
        'a site instead of a script',
      ),
      code('It has no key that the language does not have.', 'src/script/judge.ts', CASES, 'an unknown key'),
      code('It has no key twice.', 'src/script/yaml-values.ts', CASES, 'a key twice'),
      code('Nothing follows its one document.', 'src/script/yaml-tokens.ts', CASES, 'a second document'),
      code('It holds something.', 'src/script/source.ts', 'test/script/read-yaml.test.ts', 'an empty document'),
      code(
        'What has to be there and is not is named, with its place.',
        'src/script/judge.ts',
        CASES,
        'a missing key in a mapping of one line',
      ),
      code(
        'It names the policy under which the ceremony is held.',
        'src/script/schema/ceremony.ts',
        CASES,
        'no policy under which it is held',
      ),
      code('It has no type of step that there is not.', 'src/script/unsupported.ts', CASES, 'an unknown step type'),
      code(
        'The algorithm of a key is one of a closed list, and says curve or length.',
        'src/steps/generate-key.ts',
        RULES,
        'parameters that are missing, unknown and of another form',
      ),
      code(
        'Dates have one form, in UTC.',
        'src/base/date-expressions.ts',
        RULES,
        'a clock tolerance in years, and dates in no form',
      ),
      code('A waiver is of a rule that there is.', 'src/pki/waivers.ts', RULES, 'a waiver of no rule'),
      code('A rule pack is one that there is.', 'src/pki/rule-packs.ts', RULES, 'a rule pack that does not exist'),
      code(
        'A certificate is made by one profile, which the script has.',
        'src/plan/issuing.ts',
        RULES,
        'a profile that the script does not have',
      ),
      code(
        'A profile sets only what its template leaves open.',
        'src/pki/profile.ts',
        RULES,
        'a field of a profile that is not open, and one that is wrong',
      ),
      code('No two steps write one file.', 'src/plan/simulate.ts', ORDER, 'an output file written twice'),
      code('No step writes outside of the pack.', 'src/script/schema/words.ts', CASES, 'an output outside the pack'),
      code(
        'A module is named by the whole path of its file.',
        'src/script/schema/site.ts',
        CASES,
        'a relative library',
      ),
      code(
        'No production HSM is opened by one PIN.',
        'src/script/site-consistency.ts',
        'test/script/problems.test.ts',
        'one PIN does not open a production HSM',
      ),
      code(
        'Clock and environment are checked before an HSM is used.',
        'src/plan/simulate.ts',
        ORDER,
        'nothing checked before the HSM is used',
      ),
      code(
        'No HSM is used without a proposal that people approve.',
        'src/plan/simulate.ts',
        ORDER,
        'an HSM operation that no proposal covers',
      ),
      code(
        'Where a policy wants a command for each certificate, none is issued in a batch.',
        'src/steps/issue-batch.ts',
        'test/steps/issue-batch.test.ts',
        'a rule pack that has a person issue each',
      ),
      code(
        'A ceremony begins in a folder that is new or empty.',
        'src/supervisor/output-folder.ts',
        'test/supervisor/copies.test.ts',
        'are not begun in where one of them holds something, and the other is left as it was',
      ),
    ],
  },
];
