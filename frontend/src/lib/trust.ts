/** Which notebooks of others a person has chosen to run, remembered by this browser. */

const MOST = 500

export function isTrusted(person: string | number, notebook: string): boolean {
  return read(person).includes(notebook)
}

export function trust(person: string | number, notebook: string): void {
  const others = read(person).filter((id) => id !== notebook)
  localStorage.setItem(keyOf(person), JSON.stringify([...others, notebook].slice(-MOST)))
}

function read(person: string | number): readonly string[] {
  return JSON.parse(localStorage.getItem(keyOf(person)) ?? "[]") as string[]
}

function keyOf(person: string | number): string {
  return `tomoni.trusted.${person}`
}
