import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';

/** By CK_TOKEN_INFO's words, which every module pads and some write in upper case: compared trimmed, in lower case. */
const SOFTWARE: readonly { readonly manufacturer?: RegExp; readonly model?: RegExp }[] = [
  { manufacturer: /^softhsm/ },
  { model: /^softhsm/ },
  // NSS's own: "Mozilla Foundation", "NSS 3".
  { manufacturer: /^mozilla/ },
  // opencryptoki's software token.
  { manufacturer: /^ibm$/, model: /^soft$/ },
  // A TPM simulator behind tpm2-pkcs11: "SW   TPM".
  { model: /^sw\s+tpm/ },
  { manufacturer: /^(?:pkcs#11 kit|gnome keyring|kryoptic)/ },
];

/**
 * Whether a token says of itself that it is a program: its keys are files of this computer, and whoever copies them
 * has them. A list of those that are known; that a token is not on it proves nothing.
 */
export function isSoftwareToken(token: { readonly manufacturer: string; readonly model: string }): boolean {
  const manufacturer = token.manufacturer.trim().toLowerCase();
  const model = token.model.trim().toLowerCase();
  return SOFTWARE.some(
    (known) => (known.manufacturer?.test(manufacturer) ?? true) && (known.model?.test(model) ?? true),
  );
}

/**
 * Holds what a token says of itself to the mode: a production uses none that says it is a program. Documents name models
 * alone, and many programs have a model that says nothing: so each token that is found is held to this before a PIN.
 * @param who how the message calls it: `the HSM "root-hsm"`
 * @throws CeremonyError TOKEN_UNEXPECTED
 */
export function holdToMode(
  mode: 'rehearsal' | 'production',
  token: { readonly manufacturer: string; readonly model: string; readonly label: string },
  who: string,
): void {
  if (mode === 'rehearsal' || !isSoftwareToken(token)) return;
  const [label, model, manufacturer] = [token.label, token.model, token.manufacturer].map(escapeForeign);
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `${who} is "${label}" of model "${model}" by "${manufacturer}", whose keys are files of a computer; a production has none`,
    { hint: 'take it away, and find out how it came to be there' },
  );
}
