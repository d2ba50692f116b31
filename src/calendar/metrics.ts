import { parseUtc } from '../base/dates.ts';
import { escapeForeign } from '../base/text.ts';
import type { LedgerCrl } from '../ledger/ledger.ts';
import { scopeWords } from '../x509/crl-scope.ts';
import { stateOf } from './certificate-state.ts';
import type { Calendar } from './due-dates.ts';
import type { CalendarFacts } from './facts.ts';
import { newestCrls, newestDeltas } from './ledger-file.ts';

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly (readonly [labels: Labels, value: string])[];
}

/**
 * The same in Prometheus' text exposition format, version 0.0.4, for a node exporter's textfile collector. Times are Unix
 * seconds and no clock is in it: how far away something is, is for the rule that alerts, on the day it is asked.
 */
export function calendarMetrics({ dates }: Calendar, facts: CalendarFacts): string {
  const { ledger, mode, closedAt } = facts;
  // Names of keys come again in other CAs, and a rehearsal must not pass for the real thing.
  const own: Labels = { ca: (ledger.keys[0]?.spkiSha256 ?? ledger.ceremony).slice(0, 16), mode };
  const labelled = (crl: LedgerCrl) => ({
    ...crl,
    labels: {
      ...{ ...own, issuer: crl.issuer, crl: crl.name },
      ...(crl.scope === undefined ? {} : { partition: scopeWords(crl.scope) }),
    },
  });
  const [crls, deltas] = [newestCrls(ledger).map(labelled), newestDeltas(ledger).map(labelled)];
  const answers = ledger.certificates.flatMap(({ name, key, serial }) => {
    const answer = facts.answers.get(serial);
    return answer ? [{ ...answer, labels: { ...own, certificate: name, issuer: key, serial } }] : [];
  });
  const metrics: readonly Metric[] = [
    {
      name: 'quorate_ledger_ceremony_number',
      help: 'Number of the ceremony that wrote the newest ledger.',
      samples: [[own, String(ledger.number)]],
    },
    {
      name: 'quorate_ledger_closed_timestamp_seconds',
      help: 'When that ceremony closed.',
      samples: [[own, seconds(closedAt)]],
    },
    {
      name: 'quorate_crl_number',
      help: 'Number of the newest CRL of an issuer.',
      samples: crls.map(({ labels, number }) => [labels, number]),
    },
    {
      name: 'quorate_crl_this_update_timestamp_seconds',
      help: 'When the newest CRL of an issuer begins.',
      samples: crls.map(({ labels, thisUpdate }) => [labels, seconds(thisUpdate)]),
    },
    {
      name: 'quorate_crl_next_update_timestamp_seconds',
      help: 'When the newest CRL of an issuer ends.',
      samples: crls.map(({ labels, nextUpdate }) => [labels, seconds(nextUpdate)]),
    },
    {
      name: 'quorate_delta_crl_number',
      help: 'Number of the delta CRL beside the newest CRL of an issuer.',
      samples: deltas.map(({ labels, number }) => [labels, number]),
    },
    {
      name: 'quorate_delta_crl_next_update_timestamp_seconds',
      help: 'When the delta CRL beside the newest CRL of an issuer ends.',
      samples: deltas.map(({ labels, nextUpdate }) => [labels, seconds(nextUpdate)]),
    },
    {
      name: 'quorate_ocsp_this_update_timestamp_seconds',
      help: 'When the newest OCSP response about a certificate begins.',
      samples: answers.map(({ labels, thisUpdate }) => [labels, seconds(thisUpdate)]),
    },
    {
      name: 'quorate_ocsp_next_update_timestamp_seconds',
      help: 'When the newest OCSP response about a certificate ends.',
      samples: answers.flatMap(({ labels, nextUpdate }) => (nextUpdate === '' ? [] : [[labels, seconds(nextUpdate)]])),
    },
    {
      name: 'quorate_certificate_not_after_timestamp_seconds',
      help: 'When a certificate ends; its state is in-force, superseded or revoked.',
      samples: ledger.certificates.map((certificate) => {
        const { name, key, serial, notAfter } = certificate;
        return [
          { ...own, certificate: name, issuer: key, serial, state: stateOf(certificate, facts) },
          seconds(notAfter),
        ];
      }),
    },
    {
      name: 'quorate_due_timestamp_seconds',
      help: 'When something falls due.',
      samples: dates.map(({ kind, what, at }) => [{ ...own, kind, what: escapeForeign(what) }, seconds(at)]),
    },
  ];
  return metrics.flatMap(printMetric).join('');
}

/** A metric without a sample is left out. */
function printMetric({ name, help, samples }: Metric): string[] {
  if (samples.length === 0) return [];
  return [
    `# HELP ${name} ${help}\n`,
    `# TYPE ${name} gauge\n`,
    ...samples.map(([labels, value]) => `${name}{${printLabels(labels)}} ${value}\n`),
  ];
}

function printLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll(/[\\"]/g, (one) => `\\${one}`).replaceAll('\n', '\\n')}"`)
    .join(',');
}

function seconds(utc: string): string {
  return String(parseUtc(utc) / 1000);
}
