/** What this browser remembers of how its person likes the page. */

import type { Theme } from "./boot"

const KEY = "tomoni.preferences"

type Stored = { theme?: Theme; lineNumbers?: boolean }

export class Preferences {
  theme = $state<Theme>("adaptive")
  lineNumbers = $state(false)

  constructor(stored: Stored, theme: Theme) {
    this.theme = stored.theme ?? theme
    this.lineNumbers = stored.lineNumbers ?? false
    showTheme(this.theme)
  }

  chooseTheme(theme: Theme): void {
    this.theme = theme
    showTheme(theme)
    this.store()
  }

  toggleLineNumbers(): void {
    this.lineNumbers = !this.lineNumbers
    this.store()
  }

  private store(): void {
    localStorage.setItem(KEY, JSON.stringify({ theme: this.theme, lineNumbers: this.lineNumbers }))
  }
}

export function readPreferences(theme: Theme): Preferences {
  return new Preferences(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Stored, theme)
}

function showTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme
}
