import { CeremonyError } from '../base/errors.ts';
import { type Octets, sameOctets } from '../base/octets.ts';
import { pemOctets } from '../pki/pem.ts';
import type { SignedKind } from '../quorum/operation.ts';
import { textBeside } from '../x509/render.ts';
import { type Check, defineCheck } from './check.ts';
import { isProductPath, PRODUCTS } from './product-kinds.ts';
import { compareCopies, resultFaultOf, signatureFaultOf } from './signed-file.ts';
import { signedItems } from './signed-items.ts';
import { at } from './where.ts';

/*
 * What holds of everything that a key of the ceremony signed, whatever it is. Each kind has its own ids, so that a finding
 * names the kind.
 */

export function missingCheck(kind: SignedKind): Check {
  const { family, noun } = PRODUCTS[kind];
  return defineCheck({
    id: `${family}-MISSING`,
    title: `there is a ${noun} for every one that was signed, and no other`,
    needs: ['done'],
    run({ done }, { pack, options, report, note }) {
      const made = signedItems(done).filter((item) => item.kind === kind);
      for (const { path, done } of made) {
        if (pack.size(path) !== undefined) continue;
        if (options.outcome === 'interrupted') note(`there is no ${path}: the ceremony ended before it was written`);
        else report(at(done.result), `a ${noun} was signed, and the pack has no "${path}"`);
      }
      const paths = new Set(made.map(({ path }) => path));
      for (const path of pack.paths)
        if (isProductPath(kind, path) && !paths.has(path)) report(path, `no operation signed this ${noun}`);
    },
  });
}

export function readCheck(kind: SignedKind): Check {
  const { family, noun, parse } = PRODUCTS[kind];
  return defineCheck({
    id: `${family}-READ`,
    title: `every ${noun} is strict DER`,
    needs: [],
    run(_parts, { pack, report }) {
      for (const path of pack.paths) {
        const der = isProductPath(kind, path) ? pack.octets(path) : undefined;
        if (!der) continue;
        try {
          parse(der, path);
        } catch (error) {
          if (!(error instanceof CeremonyError)) throw error;
          report(path, error.message);
        }
      }
    },
  });
}

export function tbsCheck(kind: SignedKind): Check {
  const { family, noun, part } = PRODUCTS[kind];
  return defineCheck({
    id: `${family}-TBS`,
    title: `what is signed in every ${noun} is, byte for byte, what was approved`,
    needs: [part],
    run(parts, { report }) {
      for (const { path, content, payload, done } of parts[part])
        if (!sameOctets(content.tbs, payload))
          report(path, `its to-be-signed bytes are not those approved in event ${done.proposal.seq}`);
    },
  });
}

export function resultCheck(kind: SignedKind): Check {
  const { family, noun, part } = PRODUCTS[kind];
  return defineCheck({
    id: `${family}-RESULT`,
    title: `the signature in every ${noun} is the one that the HSM returned`,
    needs: [part],
    run(parts, { report }) {
      for (const file of parts[part]) {
        const fault = resultFaultOf(file);
        if (fault) report(at(file.done.result), fault);
      }
    },
  });
}

export function signatureCheck(kind: SignedKind): Check {
  const { family, noun, part } = PRODUCTS[kind];
  return defineCheck({
    id: `${family}-SIGNATURE`,
    title: `the signature of every ${noun} verifies with the key that was approved for it`,
    needs: [part],
    run(parts, { report }) {
      for (const file of parts[part]) {
        const fault = signatureFaultOf(file);
        if (fault) report(file.path, fault);
      }
    },
  });
}

/** Of a kind whose copies are a PEM, a text and a published DER; others have more of them. */
export function copiesCheck(kind: 'crl' | 'request'): Check {
  const { family, noun, part, folder, extension, label } = PRODUCTS[kind];
  return defineCheck({
    id: `${family}-COPIES`,
    title: `the PEM, the text and the published file of every ${noun} hold that ${noun}`,
    needs: [part],
    run(parts, { pack, options, report }) {
      if (options.outcome === 'interrupted') return;
      for (const { item, der } of parts[part]) {
        const name = item.out;
        const stem = name.slice(0, -`.${extension}`.length);
        const copies: [string, Octets][] = [
          [`${folder}/${stem}.pem`, pemOctets(label, der)],
          [`${folder}/${stem}.txt`, textBeside(der)],
          [`publish/${name}`, der],
        ];
        compareCopies(pack, report, new Map(copies));
      }
    },
  });
}
