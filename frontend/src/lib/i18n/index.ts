/** The page's words in the reader's language; a missing translation is a type error. */

import { en } from "./en"

export type Messages = typeof en

/** Chosen once, before anything is drawn. */
export let words: Messages = en

const others: Record<string, () => Promise<Messages>> = {
  ja: async () => (await import("./ja")).ja,
}

export async function speak(locale: string): Promise<void> {
  const load = others[locale.split("-")[0] ?? ""]
  words = load ? await load() : en
}
