/** "markdown", "plain", or the language of code: "python", or one that is fetched when there is code of it. */
export type Language = string

export function isCode(language: Language): boolean {
  return language !== "markdown" && language !== "plain"
}
