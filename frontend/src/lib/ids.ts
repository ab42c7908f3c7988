/** Names for new things. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** A cell id such as Colab makes: twelve letters and digits, which every nbformat accepts. */
export function newCellId(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(12))
  return Array.from(numbers, (number) => LETTERS.charAt(number % LETTERS.length)).join("")
}

/** `crypto.randomUUID`, which browsers keep from pages served by plain HTTP from another machine. */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const versioned = bytes.with(6, ((bytes[6] ?? 0) & 0x0f) | 0x40).with(8, ((bytes[8] ?? 0) & 0x3f) | 0x80)
  const digits = Array.from(versioned, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}
