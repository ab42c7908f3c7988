/** Files that the browser saves. */

const LONG_ENOUGH = 60_000 // milliseconds in which every browser has begun to read it

/** Save what is at `address`, as `name`; without one the server says it. */
export function download(address: string, name = ""): void {
  Object.assign(document.createElement("a"), { href: address, download: name }).click()
}

export function downloadText(text: string, type: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  download(address, name)
  setTimeout(() => URL.revokeObjectURL(address), LONG_ENOUGH)
}
