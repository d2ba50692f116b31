import { AsnConvert, AsnIntegerBigIntConverter, OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  DistributionPoint,
  DistributionPointName,
  Extension,
  FreshestCRL,
  GeneralName,
  IssuingDistributionPoint,
  id_ce_authorityKeyIdentifier,
  id_ce_cRLNumber,
  id_ce_deltaCRLIndicator,
  id_ce_freshestCRL,
  id_ce_issuingDistributionPoint,
  KeyIdentifier,
} from '@peculiar/asn1-x509';
import type { CrlRequest } from '../pki/request.ts';

/**
 * The extensions of a CRL by the library's types, in the order in which we write them: `compareCrl` holds them to our own
 * encoding byte for byte.
 */
export function libraryCrlExtensions({
  issuer,
  number,
  base,
  freshest,
  scope,
}: Pick<CrlRequest, 'issuer' | 'number' | 'base' | 'freshest' | 'scope'>): Uint8Array[] {
  const authority = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(issuer.keyIdentifier) });
  return [
    extension(id_ce_authorityKeyIdentifier, false, AsnConvert.serialize(authority)),
    extension(id_ce_cRLNumber, false, integer(number)),
    ...(base === undefined ? [] : [extension(id_ce_deltaCRLIndicator, true, integer(base))]),
    ...(scope === undefined ? [] : [extension(id_ce_issuingDistributionPoint, true, partition(scope))]),
    ...(freshest === undefined
      ? []
      : [
          extension(
            id_ce_freshestCRL,
            false,
            AsnConvert.serialize(new FreshestCRL([new DistributionPoint({ distributionPoint: pointName(freshest) })])),
          ),
        ]),
  ];
}

function extension(extnID: string, critical: boolean, value: ArrayBuffer): Uint8Array {
  const extnValue = new OctetString(value);
  return new Uint8Array(AsnConvert.serialize(new Extension({ extnID, critical, extnValue })));
}

/** The library's own types of both numbers hold 32 bits; this is what they rest on. */
function integer(value: bigint): ArrayBuffer {
  return AsnIntegerBigIntConverter.toASN(value).toBER(false);
}

function partition({ uri, only }: NonNullable<CrlRequest['scope']>): ArrayBuffer {
  return AsnConvert.serialize(
    new IssuingDistributionPoint({
      ...(uri === undefined ? {} : { distributionPoint: pointName(uri) }),
      onlyContainsUserCerts: only === 'user',
      onlyContainsCACerts: only === 'ca',
    }),
  );
}

function pointName(url: string): DistributionPointName {
  return new DistributionPointName({ fullName: [new GeneralName({ uniformResourceIdentifier: url })] });
}
