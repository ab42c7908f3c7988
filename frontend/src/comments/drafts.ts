/** What was written and not sent yet, kept for as long as the tab is open: closing the panel or reloading loses none. */

import { newUuid } from "../lib/ids"

/** A draft keeps its id until it is sent: sent again, because the answer was lost, it is still the same comment. */
type Draft = { id: string; text: string }

export class Drafts {
  private readonly drafts: Map<string, Draft>

  constructor(
    private readonly key: string,
    private readonly storage: Storage = sessionStorage,
  ) {
    this.drafts = new Map(JSON.parse(storage.getItem(key) ?? "[]") as [string, Draft][])
  }

  text(name: string): string | undefined {
    return this.drafts.get(name)?.text
  }

  id(name: string): string {
    return this.drafts.get(name)?.id ?? newUuid()
  }

  write(name: string, text: string): void {
    this.drafts.set(name, { id: this.id(name), text })
    this.store()
  }

  /** The same text is to be another comment. */
  rename(name: string): void {
    const text = this.text(name)
    this.drafts.delete(name)
    if (text !== undefined) this.write(name, text)
  }

  forget(name: string): void {
    if (this.drafts.delete(name)) this.store()
  }

  private store(): void {
    this.storage.setItem(this.key, JSON.stringify([...this.drafts]))
  }
}
