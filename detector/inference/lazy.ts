// A detector whose network is opened with its first frame: a network that is seldom needed takes no memory until it is.
import { knownLabels, loadModel } from '../../models/manifest.ts'
import type { Detector } from './detector.ts'

/**
 * Knows at once what it is and what it can find, from the network's card; the file is held against its hash.
 * @param open makes the detector; asked again with the next frame where it failed
 * @throws JiemuError model-unknown, model-altered or model-missing
 */
export async function lazyDetector(
  name: string,
  directories: readonly string[] | undefined,
  open: () => Promise<Detector>,
): Promise<Detector> {
  const { card } = await loadModel(name, directories ? { directories } : {})
  let opened: Promise<Detector> | undefined
  const detector = (): Promise<Detector> => {
    opened ??= open().catch(error => {
      opened = undefined
      throw error
    })
    return opened
  }
  return {
    model: { name: card.name, sha256: card.sha256 },
    classes: knownLabels(card),
    detect: async (...asked) => (await detector()).detect(...asked),
    close: async () => (await opened)?.close(),
  }
}
