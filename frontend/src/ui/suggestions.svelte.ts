/** People who are offered while somebody types; the text field keeps the focus, and gives its keys to `press`. */

export type Offered = Readonly<{ name: string; email: string }>

export class Suggestions {
  people = $state.raw<readonly Offered[]>([])
  chosen = $state(0)
  private asked = 0

  constructor(
    private readonly ask: (start: string) => Promise<readonly Offered[]>,
    private readonly take: (person: Offered) => void,
  ) {}

  /** Offer those who begin so; nobody for no beginning. */
  async look(start: string | undefined): Promise<void> {
    const number = ++this.asked
    const found = start === undefined ? [] : await this.ask(start)
    if (number !== this.asked) return
    this.people = found
    this.chosen = 0
  }

  close(): void {
    this.asked += 1
    this.people = []
  }

  choose(person: Offered): void {
    this.close()
    this.take(person)
  }

  /** True for a key that was meant for the list. */
  press(key: string): boolean {
    const { length } = this.people
    const person = this.people[this.chosen]
    if (!person) return false
    if (key === "ArrowDown") this.chosen = (this.chosen + 1) % length
    else if (key === "ArrowUp") this.chosen = (this.chosen + length - 1) % length
    else if (key === "Enter" || key === "Tab") this.choose(person)
    else if (key === "Escape") this.close()
    else return false
    return true
  }
}
