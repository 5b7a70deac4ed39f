// Clips that people upload to try a zone on.

export const CLIP_LIMIT_MB = 200
