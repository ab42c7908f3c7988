/** Getting a picture of the screen, and painting over what is private. */

export type Rectangle = Readonly<{ x: number; y: number; width: number; height: number }>

const LONGEST_SIDE = 2_400
const SETTLE = 300 // until the browser's own question is off the screen

export function canCapture(): boolean {
  return "mediaDevices" in navigator && "getDisplayMedia" in navigator.mediaDevices
}

/** One picture of what the person chooses to show; nothing when they choose nothing. */
export async function capture(): Promise<ImageBitmap | undefined> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => undefined)
  if (!stream) return undefined
  try {
    const video = document.createElement("video")
    video.srcObject = stream
    await video.play()
    await new Promise((resolve) => setTimeout(resolve, SETTLE))
    return await createImageBitmap(video)
  } finally {
    for (const track of stream.getTracks()) track.stop()
  }
}

/** A picture from a file or the clipboard; nothing when it is none. */
export function pictureOf(file: Blob): Promise<ImageBitmap | undefined> {
  return createImageBitmap(file).catch(() => undefined)
}

/** How large `picture` is drawn: no longer than is needed to read it. */
export function sizeOf({ width, height }: Readonly<{ width: number; height: number }>): [number, number] {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}

/** The rectangle between two corners, whichever was first. */
export function between(from: { x: number; y: number }, to: { x: number; y: number }): Rectangle {
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)]
  return { x, y, width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) }
}

export function draw(canvas: HTMLCanvasElement, picture: ImageBitmap, covered: readonly Rectangle[]): void {
  const context = canvas.getContext("2d")
  if (!context) return
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  context.fillStyle = "#000"
  for (const { x, y, width, height } of covered) context.fillRect(x, y, width, height)
}

/** What is sent: the picture as it is drawn, so that what was painted over is not in it. */
export function painted(canvas: HTMLCanvasElement): Promise<Blob | undefined> {
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), "image/png"))
}
