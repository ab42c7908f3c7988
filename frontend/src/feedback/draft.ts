/** What was being written, for who closes the dialog by mistake; gone with the tab. */

const KEY = "tomoni.feedback.draft"

export function draft(): string {
  return sessionStorage.getItem(KEY) ?? ""
}

export function keepDraft(text: string): void {
  if (text) sessionStorage.setItem(KEY, text)
  else sessionStorage.removeItem(KEY)
}

export function forgetDraft(): void {
  sessionStorage.removeItem(KEY)
}
