/** Answers many questions of one moment by one statement. */
export class Gather<Question, Answer> {
  readonly #keyOf: (question: Question) => string;
  readonly #ask: (questions: readonly Question[]) => Promise<ReadonlyMap<string, Answer>>;
  #questions = new Map<string, Question>();
  #answers: Promise<ReadonlyMap<string, Answer>> | undefined;

  /**
   * @param keyOf what tells questions apart.
   * @param ask asks them all, and gives the answers by the keys of their questions.
   */
  constructor(
    keyOf: (question: Question) => string,
    ask: (questions: readonly Question[]) => Promise<ReadonlyMap<string, Answer>>,
  ) {
    this.#keyOf = keyOf;
    this.#ask = ask;
  }

  /** @returns undefined when there is no answer. */
  async get(question: Question): Promise<Answer | undefined> {
    const key = this.#keyOf(question);
    this.#questions.set(key, question);
    // Everybody who asks before this microtask has its turn comes along.
    this.#answers ??= Promise.resolve().then(() => {
      const questions = [...this.#questions.values()];
      this.#questions = new Map();
      this.#answers = undefined;
      return this.#ask(questions);
    });
    return (await this.#answers).get(key);
  }
}
