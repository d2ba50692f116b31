/** The one reason that is taken back (RFC 5280 §5.3.1). */
export const HOLD = 'certificateHold';
