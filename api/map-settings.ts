// The setting `map`: whose tiles lie below the map, if anybody's, and what the page's policy must let in for them.
import { z } from 'zod'

/** The setting `map`. Without tiles the page is complete, and asks nobody outside for anything. */
export const mapSchema = z.strictObject({
  tiles: z
    .string()
    .regex(/^(https:\/\/[^\s/?#'";]+)?\/[^\s'";]*$/, 'expected an https:// address, or a path of this host')
    .refine(url => ['{z}', '{x}', '{y}'].every(part => url.includes(part)), 'expected {z}, {x} and {y} in it')
    .nullable()
    .default(null)
    .describe('raster tiles in WGS-84 (Web Mercator), never in GCJ-02, whose streets lie 500 m off'),
  attribution: z.string().max(200).default('').describe('whom the tiles’ licence asks to name'),
})
export type MapSettings = z.output<typeof mapSchema>

/** What the page's policy must let in for the tiles; undefined where there are none, or they are ours. */
export const tileOrigin = ({ tiles }: MapSettings): string | undefined => /^https:\/\/[^/]+/.exec(tiles ?? '')?.[0]
