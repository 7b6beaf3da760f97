/** A button, and what it means. */
export interface DialogChoice<Answer extends string> {
  readonly label: string;
  readonly answer: Answer;
}

/** What a dialog says, as text and never as markup, and what may be answered. */
export interface DialogContent<Answer extends string> {
  readonly title: string;
  readonly body: string;
  /** Enter is the last one, Escape the first. */
  readonly choices: readonly DialogChoice<Answer>[];
}
