// A notice as a CloudEvent, as other programs get it.
import type { Notice } from '../../core/delivery.ts'
import type { PictureLink } from './notifier.ts'

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export function cloudEvent({ id, event, at, subject, details }: Notice, picture?: PictureLink): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: '/jiemu/dispatch',
    type: `jiemu.${event}`,
    subject,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...details,
      ...(picture && { picture: { url: picture.url, expiresAt: new Date(picture.expiresAt).toISOString() } }),
    },
  })
}
