/** The messages of one feature: the same ids in every language. */
export interface Bundle<Id extends string> {
  readonly en: Readonly<Record<Id, string>>;
  readonly de: Readonly<Record<Id, string>>;
}

/** Takes the ids from the English messages; the other languages must have the same. */
export function bundle<Id extends string>(
  en: Readonly<Record<Id, string>>,
  de: Readonly<Record<NoInfer<Id>, string>>,
): Bundle<Id> {
  return { en, de };
}
