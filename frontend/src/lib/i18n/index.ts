/** The page's words in the reader's language; a missing translation is a type error. */

import { en } from "./en"

export type Messages = typeof en
/** A sentence, or one with the figures and names in it that came with the code. */
type Sentences = Readonly<Record<string, string | ((about: Readonly<Record<string, unknown>>) => string)>>

/** Chosen once, before anything is drawn. */
export let words: Messages = en
let language = "en"
/** The sockets speak English only; what they refuse has a code. */
let refusals: Sentences = {}

const others: Record<string, () => Promise<{ words: Messages; refusals: Sentences }>> = {
  ja: async () => {
    const { ja, refusals } = await import("./ja")
    return { words: ja, refusals }
  },
}

export async function speak(locale: string): Promise<void> {
  language = locale.split("-")[0] ?? ""
  const load = others[language]
  const spoken = load ? await load() : { words: en, refusals: {} }
  words = spoken.words
  refusals = spoken.refusals
}

/** Why a socket refused something, in the reader's language where we have it. */
export function refusalSentence(code: string, sentence: string, about: Readonly<Record<string, unknown>> = {}): string {
  const said = refusals[code]
  return typeof said === "function" ? said(about) : (said ?? sentence)
}

/** Of the words of a part that is fetched by itself, which come with it in both languages, those of the reader. */
export function spoken<T>(both: Readonly<{ en: T; ja: T }>): T {
  return language === "ja" ? both.ja : both.en
}
