/** A backup file does not say what was written into it. */
export class BackupDamagedError extends Error {
  readonly file: string;
  /** Bytes from the start of the file to the record that is wrong. */
  readonly offset: number;
  /** What lies there: a section's name, or header, manifest, trailer. */
  readonly section: string;

  constructor(place: { file: string; offset: number; section: string }, what: string) {
    super(`${place.file} is damaged at byte ${place.offset} (${place.section}): ${what}`);
    this.name = 'BackupDamagedError';
    this.file = place.file;
    this.offset = place.offset;
    this.section = place.section;
  }
}

/** A backup cannot be made, read or restored, for a reason a person can mend. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupError';
  }
}
