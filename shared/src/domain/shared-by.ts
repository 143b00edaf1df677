/** A tag of runs that a teammate shared: their name. */
export const sharedByTag = 'benchmate.sharedBy';
