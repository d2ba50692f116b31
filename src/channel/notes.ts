/** What the guard tells the core beside its answers: it has the screen for itself, and what stood there is gone. */
export const SCREEN_TAKEN = 'screen-taken';
