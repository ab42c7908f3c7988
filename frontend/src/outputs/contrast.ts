/** Keeps the colours that programs choose readable on the page's light and dark surfaces. */

export type Colour = readonly [red: number, green: number, blue: number]

const SURFACES = { light: [255, 255, 255], dark: [31, 31, 31] } as const satisfies Record<string, Colour>
const ENOUGH = 4.5

/** `colour`, moved towards black or white until it can be read on the surface of that theme. */
export function readable(colour: Colour, theme: "light" | "dark"): Colour {
  const surface = SURFACES[theme]
  const target = theme === "light" ? 0 : 255
  for (let share = 0; share < 1; share += 0.1) {
    const mixed = mix(colour, target, share)
    if (contrast(mixed, surface) >= ENOUGH) return mixed
  }
  return [target, target, target]
}

/** The contrast ratio of WCAG 2, from 1 to 21. */
export function contrast(first: Colour, second: Colour): number {
  const [darker, lighter] = [luminance(first), luminance(second)].sort((a, b) => a - b) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** The colour of number 16 to 255 in the palette of 256 that terminals share. */
export function paletteColour(number: number): Colour {
  if (number >= 232) {
    const grey = 8 + (number - 232) * 10
    return [grey, grey, grey]
  }
  const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40)
  const cube = number - 16
  return [step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)]
}

export function cssColour(colour: Colour): string {
  return `rgb(${colour.join(" ")})`
}

function mix(colour: Colour, target: number, share: number): Colour {
  const [red, green, blue] = colour.map((part) => Math.round(part + (target - part) * share)) as [
    number,
    number,
    number,
  ]
  return [red, green, blue]
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const value = part / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
