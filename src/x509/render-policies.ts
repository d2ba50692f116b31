import { OID } from '../der/oid.ts';
import { readDer } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { textOf } from '../der/values.ts';
import { type Field, groupedHex, quoteForeign } from './layout.ts';
import {
  certificatePolicies,
  inhibitAnyPolicy,
  nameConstraints,
  type PolicyQualifier,
  policyConstraints,
  policyMappings,
  userNotice,
} from './policies.ts';
import { each, field, generalNames, limit, oidText, type Renderer } from './render-fields.ts';

/** A URI as text and a notice by its parts (RFC 5280 §4.2.1.4), anything else as bytes. */
function* qualifierFields(depth: number, qualifier: PolicyQualifier): Generator<Field> {
  const title = oidText(qualifier.oid);
  if (qualifier.oid === OID.userNotice) {
    const { organization, numbers, text } = userNotice(qualifier);
    yield field(depth, title, text === undefined ? undefined : quoteForeign(text));
    if (organization !== undefined)
      yield field(depth + 1, 'reference', `${quoteForeign(organization)} ${numbers.join(', ')}`);
    return;
  }
  const node = readDer(qualifier.der, 'qualifier');
  const isUri = qualifier.oid === OID.cps && node.tag === TAG.ia5String;
  yield field(depth, title, isUri ? quoteForeign(textOf(node, 'qualifier')) : groupedHex(qualifier.der));
}

/** Those of `policies.ts`. */
export const POLICY_RENDERERS: readonly (readonly [oid: string, renderer: Renderer])[] = [
  [
    OID.certificatePolicies,
    each(certificatePolicies, function* (depth, policies) {
      for (const { oid, qualifiers } of policies) {
        yield field(depth, 'policy', oidText(oid));
        for (const qualifier of qualifiers ?? []) yield* qualifierFields(depth + 1, qualifier);
      }
    }),
  ],
  [
    OID.policyMappings,
    each(policyMappings, (depth, mappings) =>
      mappings.map(({ issuer, subject }) => field(depth, 'mapping', `${oidText(issuer)} is ${oidText(subject)}`)),
    ),
  ],
  [
    OID.policyConstraints,
    each(policyConstraints, (depth, { requireExplicitPolicy, inhibitPolicyMapping }) => [
      field(depth, 'require explicit policy', limit(requireExplicitPolicy)),
      field(depth, 'inhibit policy mapping', limit(inhibitPolicyMapping)),
    ]),
  ],
  [OID.inhibitAnyPolicy, each(inhibitAnyPolicy, (depth, skip) => [field(depth, 'certificates to skip', String(skip))])],
  [
    OID.nameConstraints,
    each(nameConstraints, function* (depth, constraints) {
      for (const [title, subtrees] of [
        ['permitted', constraints.permitted],
        ['excluded', constraints.excluded],
      ] as const) {
        for (const { base, minimum, maximum } of subtrees ?? []) {
          const isAll = base.kind === 'dNSName' && base.value === '';
          if (isAll) yield field(depth, `${title}: dNSName`, '"" (every name)');
          else yield* generalNames(depth, [base], title);
          if (minimum !== 0 || maximum !== undefined)
            yield field(depth + 1, 'distance', `${minimum} to ${maximum ?? 'any'}`);
        }
      }
    }),
  ],
];
