import { subjectOf } from './name.ts';
import { type DirectoryMapping, NAME_FORMS, type NameSubtrees } from './name-constraint-fields.ts';
import type { PolicyItem } from './policy-fields.ts';
import type { CertificateFields } from './profile.ts';

type Words = readonly (readonly [name: string, value: string])[];

/** The fields of a profile as people compare them with a certificate, in their order: `key usage` → `keyCertSign, cRLSign`. */
export function profileWords(fields: CertificateFields): Words {
  return Object.entries(fields).flatMap(([field, value]): Words => {
    const name = field.replaceAll('-', ' ');
    switch (field) {
      case 'policies':
        return [[name, (value as readonly PolicyItem[]).map(policyWords).join(', ')]];
      case 'name-constraints':
        return Object.entries(value as object).flatMap(([side, subtrees]) =>
          subtreeWords(side, subtrees as NameSubtrees),
        );
      case 'policy-constraints':
        return Object.entries(value as object).map(([one, skip]) => [one.replaceAll('-', ' '), String(skip)] as const);
      default:
        return [[name, Array.isArray(value) ? value.join(', ') : String(value)]];
    }
  });
}

function policyWords(item: PolicyItem): string {
  if (typeof item === 'string') return item;
  const qualifiers = [
    ...(item.cps === undefined ? [] : [`CPS ${item.cps}`]),
    ...(item.notice === undefined ? [] : [`notice "${item.notice}"`]),
  ];
  return `${item.policy} (${qualifiers.join(', ')})`;
}

function subtreeWords(side: string, subtrees: NameSubtrees): Words {
  return NAME_FORMS.flatMap((form): Words => {
    if (form === 'directory') {
      return (subtrees.directory ?? []).map((mapping) => [`${side} directory`, directoryWords(mapping)]);
    }
    const names = subtrees[form];
    return names ? [[`${side} ${form}`, names.map((name) => name || 'every name').join(', ')]] : [];
  });
}

function directoryWords(mapping: DirectoryMapping): string {
  return subjectOf(mapping)
    .map(({ type, value }) => `${type}=${value}`)
    .join(', ');
}
