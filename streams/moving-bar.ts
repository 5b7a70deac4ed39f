// A drawn clip for the tests of this folder: red on the left, blue on the right, a white bar that moves down.

/** `count` packed RGB pictures. */
export async function* movingBar(widthPx: number, heightPx: number, count: number): AsyncGenerator<Uint8Array> {
  const row = Buffer.alloc(widthPx * 3)
  for (let x = 0; x < widthPx; x++) row[x * 3 + (x < widthPx / 2 ? 0 : 2)] = 220
  for (let index = 0; index < count; index++) {
    const picture = Buffer.alloc(widthPx * heightPx * 3)
    for (let y = 0; y < heightPx; y++) row.copy(picture, y * widthPx * 3)
    const barY = (index * 2) % heightPx
    picture.fill(255, barY * widthPx * 3, (barY + 1) * widthPx * 3)
    yield picture
  }
}
