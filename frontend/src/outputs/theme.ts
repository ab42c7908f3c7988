/** Whether the page is light or dark now, for frames, which cannot look. */

export type Scheme = "light" | "dark"

export function currentScheme(): Scheme {
  const chosen = document.documentElement.dataset["theme"]
  if (chosen === "light" || chosen === "dark") return chosen
  return darkPreferred().matches ? "dark" : "light"
}

/** Calls `change` whenever the page turns light or dark; the function returned ends that. */
export function watchScheme(change: (scheme: Scheme) => void): () => void {
  const tell = (): void => change(currentScheme())
  const observer = new MutationObserver(tell)
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] })
  darkPreferred().addEventListener("change", tell)
  return () => {
    observer.disconnect()
    darkPreferred().removeEventListener("change", tell)
  }
}

function darkPreferred(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)")
}
